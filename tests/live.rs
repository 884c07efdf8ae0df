//! Live queries of a file that other connections write to.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::time::Duration;

use actor_journal::{BoxFuture, Journal, Position, Result, SqliteJournal};
use futures_util::{FutureExt, StreamExt, TryStreamExt, future::join};
use place::Place;
use words::{append, batch, event, id};

/// Lets a call that waits for events come to where it does: each of its steps is behind what the journal
/// has answered.
async fn wait_for(journal: &SqliteJournal, waiting: &mut BoxFuture<'_, Result<Position>>) {
    for _ in 0..10 {
        assert!(waiting.now_or_never().is_none());
        journal.last_position().await.unwrap();
    }
}

#[test]
fn what_others_append_is_followed_with_a_log_and_without() {
    pollster::block_on(async {
        for has_log in [false, true] {
            let place = Place::new();
            let options = || place.options().busy_timeout(Duration::from_secs(20)).wal(has_log);
            let writer = SqliteJournal::open(options()).await.unwrap();
            append(&writer, "a", 0, batch([1, 2])).await;
            // It has connections of its own, as in another process.
            let reader = SqliteJournal::open(options().read_only(true)).await.unwrap();
            let followed = reader.live_events(0).take(42).try_collect::<Vec<_>>();
            let (events, ()) = join(followed, async {
                for seq in 2..42 {
                    append(&writer, "a", seq, event(seq)).await;
                }
            })
            .await;
            assert!(events.unwrap().iter().map(|event| event.position).eq(1..=42));
        }
    });
}

#[test]
fn a_file_that_another_one_holds_is_waited_for() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        append(&journal, "a", 0, event(1)).await;
        let mut waiting = journal.appended(1);
        wait_for(&journal, &mut waiting).await;
        let other = place.connect();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let refused = journal.append(&id("a"), 1, event(2).into()).await;
        assert_eq!(refused.unwrap_err().code(), "busy");
        assert!((&mut waiting).now_or_never().is_none(), "it waits on");
        other.execute_batch("COMMIT").unwrap();
        let (last, _) = join(waiting, append(&journal, "a", 1, event(2))).await;
        assert_eq!(last.unwrap(), 2);
    });
}

#[test]
fn a_journal_that_ends_before_what_was_read_is_another_one() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        append(&journal, "a", 0, batch([1, 2, 3])).await;
        let mut waiting = journal.appended(3);
        wait_for(&journal, &mut waiting).await;
        place.connect().execute_batch("DELETE FROM events WHERE seq > 1").unwrap();
        let error = waiting.await.unwrap_err();
        assert_eq!(error.code(), "corrupt");
        assert!(error.to_string().contains("ends at position 1, before 3"), "{error}");
    });
}
