//! Live queries of a file that other connections write to.
#![cfg(not(target_arch = "wasm32"))]

mod again;
mod dice;
mod place;
mod words;

use std::{collections::BTreeSet, thread, time::Duration};

use actor_journal::{
    BoxFuture, Journal, PersistenceId, Position, Result, SqliteJournal, SqliteOptions,
};
use again::Again;
use dice::Dice;
use futures_util::{FutureExt, StreamExt, TryStreamExt, future::join};
use place::Place;
use pollster::block_on;
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

/// Writers of two processes, and the events of each.
const WRITERS: u64 = 64;
const APPENDS: u64 = 25;

#[test]
fn slow_subscribers_have_every_position_and_id_once_in_order_while_64_write_in_two_processes() {
    if let Some(file) = again::file() {
        return write_all(&block_on(shared(&file, false)), "theirs");
    }
    let place = Place::new();
    let path = place.path("events.db");
    let journal = &block_on(shared(&path, false));
    // It has connections of its own, as in another process.
    let reader = &block_on(shared(&path, true));
    let other = Again::start(
        "slow_subscribers_have_every_position_and_id_once_in_order_while_64_write_in_two_processes",
        &path,
    );
    thread::scope(|scope| {
        for (seed, journal) in (0..).zip([journal, reader, journal, reader]) {
            scope.spawn(move || block_on(follow_slowly(journal, Dice(seed))));
        }
        let ids = [journal, reader].map(|journal| scope.spawn(|| block_on(follow_ids(journal))));
        write_all(journal, "ours");
        let [ids, of_reader] = ids.map(|ids| ids.join().unwrap());
        assert_eq!(ids, of_reader);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len() as u64, WRITERS);
    });
    other.ends_well();
}

async fn shared(path: &str, read_only: bool) -> SqliteJournal {
    let options = SqliteOptions::new(path).wal(true).busy_timeout(Duration::from_secs(20));
    SqliteJournal::open(options.read_only(read_only)).await.unwrap()
}

/// Half of the writers, each on a thread.
fn write_all(journal: &SqliteJournal, whose: &str) {
    let write = async |writer| {
        for seq in 0..APPENDS {
            append(journal, &format!("{whose}-{writer}"), seq, event(seq)).await;
        }
    };
    thread::scope(|scope| {
        for writer in 0..WRITERS / 2 {
            scope.spawn(move || block_on(write(writer)));
        }
    });
}

async fn follow_ids(journal: &SqliteJournal) -> Vec<PersistenceId> {
    let ids = journal.live_persistence_ids(0).take(WRITERS as usize);
    ids.try_collect().await.unwrap()
}

/// Waits for something else behind some of the events.
async fn follow_slowly(journal: &SqliteJournal, mut dice: Dice) {
    let mut events = journal.live_events(0);
    for position in 1..=WRITERS * APPENDS {
        assert_eq!(events.try_next().await.unwrap().unwrap().position, position);
        for _ in 0..dice.roll(50).saturating_sub(40) {
            journal.last_position().await.unwrap();
        }
    }
}
