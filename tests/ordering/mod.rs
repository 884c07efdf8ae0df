//! Events are read in the order of their positions, which is that of the commits, whatever the wall
//! clock does.

pub mod clock;

use std::future::Future;

use actor_journal::{EventQuery, Journal, PersistentEvent, TagFilter, Timestamp};
use clock::WallClock;
use futures_util::{
    StreamExt, TryStreamExt,
    future::{join, join_all},
};

use crate::words::{append, everything, read, tagged};

/// The first of January 2026.
pub const NOON: Timestamp = 1_767_268_800_000;
pub const HOUR: Timestamp = 3_600_000;

/// Expands to a test for each scenario; `$open` gives the journal and what must outlive it.
macro_rules! order_suite {
    ($place:ident, $open:path) => {
        $crate::ordering::order_suite! { $place, $open,
            a_clock_that_is_stepped_back_changes_no_order
            events_of_one_millisecond_stand_in_the_order_of_their_commits
            many_writers_are_read_in_the_order_of_their_commits
        }
    };
    ($place:ident, $open:path, $($name:ident)*) => {
        mod order {
            #[allow(unused_imports)]
            use super::*;
            $($crate::words::test_in! { $place, $name, async {
                let (journal, _place) = $open().await;
                $crate::ordering::$name(&journal).await;
            } })*
        }
    };
}

pub(crate) use order_suite;

pub async fn a_clock_that_is_stepped_back_changes_no_order(journal: &impl Journal) {
    let clock = WallClock::at(NOON);
    let written = followed(journal, 6, async {
        let mut written = append(journal, "b", 0, some(0..2)).await;
        clock.put(NOON - HOUR);
        written.extend(append(journal, "a", 0, some(2..3)).await);
        written.extend(append(journal, "b", 2, some(3..4)).await);
        clock.put(NOON - 2 * HOUR);
        written.extend(append(journal, "b", 3, some(4..6)).await);
        written
    });
    let times: Vec<_> = written.await.iter().map(|event| (NOON - event.timestamp) / HOUR).collect();
    assert_eq!(times, [0, 0, 1, 1, 2, 2], "the clock was stepped back");
}

pub async fn events_of_one_millisecond_stand_in_the_order_of_their_commits(journal: &impl Journal) {
    let _clock = WallClock::at(NOON);
    let written = followed(journal, 300, async {
        let mut written = Vec::new();
        for round in 0..50 {
            for stream in ["c", "a", "b"] {
                let (begin, seq) = (written.len() as u64, 2 * round);
                written.extend(append(journal, stream, seq, some(begin..begin + 2)).await);
            }
        }
        written
    });
    assert!(written.await.iter().all(|event| event.timestamp == NOON));
}

pub async fn many_writers_are_read_in_the_order_of_their_commits(journal: &impl Journal) {
    const WRITERS: u64 = 16;
    const APPENDS: u64 = 20;
    let clock = &WallClock::at(NOON);
    let written = followed(journal, (WRITERS * APPENDS) as usize, async {
        let writers = (0..WRITERS).map(|writer| async move {
            let (stream, mut written) = (format!("s{writer}"), Vec::new());
            for seq in 0..APPENDS {
                clock.put(NOON - (WRITERS * seq + writer) as Timestamp);
                written.extend(append(journal, &stream, seq, some(seq..seq + 1)).await);
            }
            written
        });
        in_position_order(join_all(writers).await.concat())
    });
    let rises = |one: &PersistentEvent, next: &PersistentEvent| one.timestamp <= next.timestamp;
    assert!(!written.await.is_sorted_by(rises), "the clock was stepped back");
}

/// Two events in three are of tag `one`, each third of `two` as well.
pub fn some(values: impl Iterator<Item = u64>) -> Vec<actor_journal::NewEvent> {
    let tags = |value: u64| match value % 3 {
        0 => &["one"][..],
        1 => &["one", "two"],
        _ => &["three"],
    };
    values.map(|value| tagged(value, tags(value))).collect()
}

pub fn in_position_order(mut events: Vec<PersistentEvent>) -> Vec<PersistentEvent> {
    events.sort_by_key(|event| event.position);
    events
}

/// Follows a new journal while `write` writes so many events to it, answers these, and looks whether
/// they are what was followed and is read, in their order.
async fn followed(
    journal: &impl Journal,
    count: usize,
    write: impl Future<Output = Vec<PersistentEvent>>,
) -> Vec<PersistentEvent> {
    let live = journal.live_events(0).take(count).try_collect::<Vec<_>>();
    let (live, written) = join(live, async {
        let written = write.await;
        assert!(written.iter().map(|event| event.position).eq(1..=count as u64));
        stand_in_order(journal, &written).await;
        written
    })
    .await;
    assert_eq!(live.unwrap(), written, "live");
    written
}

/// Reads, in each way there is, everything in the journal: `written`, in position order.
pub async fn stand_in_order(journal: &impl Journal, written: &[PersistentEvent]) {
    assert_eq!(everything(journal).await, written);
    for filter in filters() {
        let query = journal.events_by_tag(filter.clone(), 0).try_collect::<Vec<_>>();
        let expected = written.iter().filter(|event| filter.passes(&event.tags));
        assert!(query.await.unwrap().iter().eq(expected), "{filter:?}");
    }
    for event in written {
        let query = EventQuery { after: event.position, ..EventQuery::default() };
        let page = journal.events_page(query, 3).await.unwrap();
        assert!(page.events.iter().eq(written.iter().skip(event.position as usize).take(3)));
    }
    for id in journal.persistence_ids(None, 100).await.unwrap() {
        let stream = read(journal, id.as_str()).await;
        assert!(stream.iter().eq(written.iter().filter(|event| event.id == id)), "{id}");
        assert!(stream.iter().map(|event| event.seq).eq(1..=stream.len() as u64), "{id}");
    }
}

/// One of each kind that SQLite looks for in a way of its own.
fn filters() -> [TagFilter; 4] {
    [
        TagFilter::one("one"),
        TagFilter::new(["one", "two"], [], []),
        TagFilter::new([], ["two", "three"], []),
        TagFilter::new([], [], ["two"]),
    ]
    .map(Result::unwrap)
}
