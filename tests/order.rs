//! Order where the wall clock is stepped back, stands still, or is not the other writer's.
#![cfg(target_os = "linux")]

mod again;
mod ordering;
mod place;
mod words;

use std::{thread, time::Duration};

use actor_journal::{InMemoryJournal, Journal, SqliteJournal, SqliteOptions, Timestamp};
use again::Again;
use ordering::{HOUR, NOON, clock::WallClock, in_position_order, some, stand_in_order};
use place::Place;
use pollster::block_on;
use words::{append, everything};

mod in_memory {
    use super::InMemoryJournal;

    async fn journal() -> (InMemoryJournal, ()) {
        (InMemoryJournal::new(), ())
    }

    crate::ordering::order_suite! { thread, super::journal }
}

mod in_a_file {
    use super::{Place, SqliteJournal, shared};

    async fn journal() -> (SqliteJournal, Place) {
        let place = Place::new();
        (shared(&place.path("events.db")).await, place)
    }

    crate::ordering::order_suite! { thread, super::journal }
}

/// A journal that waits for others who write to the file.
async fn shared(path: &str) -> SqliteJournal {
    let options = SqliteOptions::new(path).wal(true).busy_timeout(Duration::from_secs(20));
    SqliteJournal::open(options).await.unwrap()
}

#[test]
fn threads_that_write_through_two_journals_are_read_in_the_order_of_their_commits() {
    const EACH: u64 = 25;
    let (place, clock) = (Place::new(), &WallClock::at(NOON));
    let path = &place.path("events.db");
    let journals = [(); 2].map(|()| block_on(shared(path)));
    let write = |thread: u64| {
        let (journal, stream) = (&journals[thread as usize % 2], format!("s{thread}"));
        let append_at = |seq: u64| {
            clock.put(NOON - (seq * HOUR as u64) as Timestamp);
            block_on(append(journal, &stream, seq, some(seq..seq + 1)))
        };
        (0..EACH).flat_map(append_at).collect::<Vec<_>>()
    };
    let written = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || write(number))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let written = in_position_order(written);
    assert!(written.iter().map(|event| event.position).eq(1..=8 * EACH));
    for journal in &journals {
        block_on(stand_in_order(journal, &written));
    }
}

/// How many events each of two processes appends.
const TURNS: u64 = 20;

#[test]
fn a_process_whose_clock_is_behind_stands_where_it_has_committed() {
    if let Some(file) = again::file() {
        return block_on(take_turns(&file, "theirs", 1, NOON - HOUR));
    }
    let place = Place::new();
    let path = place.path("events.db");
    let test = "a_process_whose_clock_is_behind_stands_where_it_has_committed";
    let other = Again::start(test, &path);
    block_on(take_turns(&path, "ours", 0, NOON));
    other.ends_well();
    block_on(async {
        let events = everything(&shared(&path).await).await;
        let times = events.iter().map(|event| (event.position, event.timestamp));
        let by_turns = |position| if position % 2 == 1 { NOON } else { NOON - HOUR };
        assert!(times.eq((1..=2 * TURNS).map(|position| (position, by_turns(position)))));
        stand_in_order(&shared(&path).await, &events).await;
    });
}

/// Appends behind each event of the other process, who has the other turns.
async fn take_turns(path: &str, stream: &str, turn: u64, now: Timestamp) {
    let _clock = WallClock::at(now);
    let journal = shared(path).await;
    for seq in 0..TURNS {
        let before = 2 * seq + turn;
        if let Some(behind) = before.checked_sub(1) {
            assert_eq!(journal.appended(behind).await.unwrap(), before);
        }
        let written = append(&journal, stream, seq, some(before..before + 1)).await;
        assert_eq!(written[0].position, before + 1);
    }
    journal.close().await.unwrap();
}
