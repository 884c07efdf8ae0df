//! Live queries of a file that other connections write to.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use actor_journal::{Journal, SqliteJournal};
use futures_util::{FutureExt, StreamExt, TryStreamExt, future::join};
use place::Place;
use words::{append, batch, event, id};

#[test]
fn what_others_append_is_followed_with_a_log_and_without() {
    pollster::block_on(async {
        for has_log in [false, true] {
            let place = Place::new();
            let options = || place.options().wal(has_log);
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
        let mut events = journal.live_events(0);
        assert_eq!(events.try_next().await.unwrap().unwrap().position, 1);
        assert!(events.next().now_or_never().is_none());
        let other = place.connect();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let refused = journal.append(&id("a"), 1, event(2).into()).await;
        assert_eq!(refused.unwrap_err().code(), "busy");
        assert!(events.next().now_or_never().is_none(), "it waits on");
        other.execute_batch("COMMIT").unwrap();
        let (come, _) = join(events.try_next(), append(&journal, "a", 1, event(2))).await;
        assert_eq!(come.unwrap().unwrap().position, 2);
    });
}

#[test]
fn a_journal_that_ends_before_what_was_read_is_another_one() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        append(&journal, "a", 0, batch([1, 2, 3])).await;
        let mut events = journal.live_events(3);
        assert!(events.next().now_or_never().is_none());
        place.connect().execute_batch("DELETE FROM events WHERE seq > 1").unwrap();
        let error = events.try_next().await.unwrap_err();
        assert_eq!(error.code(), "corrupt");
        assert!(error.to_string().contains("ends at position 1, before 3"), "{error}");
    });
}
