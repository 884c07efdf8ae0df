//! What is read is looked up: a page costs by the page, however long the journal is.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod planning;
mod statements;
mod words;

use actor_journal::{EventQuery, Journal, ReplayRange, SqliteJournal, TagFilter};
use place::Place;
use planning::Listener;
use pollster::block_on;
use words::{append, id, tagged};

/// A journal of 50 streams in which nearly every event is common, and its file with what SQLite
/// counts in it, where it is to know.
async fn common_and_rare(place: &Place, has_statistics: bool) -> SqliteJournal {
    let journal = place.open().await;
    for stream in 0..50 {
        let tags = |value| if value == 30 { &["common", "rare"][..] } else { &["common"] };
        let entries: Vec<_> = (0..40).map(|value| tagged(value, tags(value))).collect();
        append(&journal, &format!("s{stream:02}"), 0, entries).await;
    }
    journal.close().await.unwrap();
    if has_statistics {
        place.connect().execute_batch("ANALYZE").unwrap();
    }
    place.open().await
}

/// One of each kind that is looked for in a way of its own.
fn filters() -> [TagFilter; 9] {
    let new = |all: &[&str], any: &[&str], not: &[&str]| TagFilter::new(all, any, not).unwrap();
    [
        new(&[], &[], &[]),
        new(&[], &[], &["common"]),
        new(&["rare"], &[], &[]),
        new(&["common"], &["rare", "odd"], &["old"]),
        new(&["common", "rare"], &[], &[]),
        new(&["common", "rare", "odd"], &["red", "blue"], &["old"]),
        new(&[], &["rare"], &[]),
        new(&[], &["common", "rare"], &[]),
        new(&[], &["common", "rare", "odd", "red"], &["old", "blue"]),
    ]
}

/// What a query by tags goes through one by one: positions that it has looked up.
const FOUND: [&str; 3] = ["found", "met", "CONSTANT ROW"];

#[test]
fn a_page_by_tags_is_looked_up_and_never_sorted() {
    let listener = Listener::start();
    block_on(async {
        for has_statistics in [false, true] {
            let place = Place::new();
            let journal = common_and_rare(&place, has_statistics).await;
            let connection = place.connect();
            for filter in filters() {
                let query = EventQuery { filter, after: 100, ..EventQuery::default() };
                let plans = listener.plans(&connection, async {
                    journal.events_page(query.clone(), 10).await.unwrap();
                });
                let plans = plans.await;
                assert!(plans.iter().any(|plan| plan.sql.contains("found")), "{query:?}");
                plans.iter().for_each(|plan| plan.assert_looked_up(&FOUND));
            }
        }
    });
}

#[test]
fn pages_of_a_stream_and_of_ids_are_looked_up_and_never_sorted() {
    let listener = Listener::start();
    block_on(async {
        for has_statistics in [false, true] {
            let place = Place::new();
            let journal = common_and_rare(&place, has_statistics).await;
            let (id, connection) = (id("s20"), place.connect());
            let stream = listener.plans(&connection, async {
                journal.replay_page(&id, ReplayRange::from(20..), false).await.unwrap();
            });
            let ids = listener.plans(&connection, async {
                journal.persistence_ids(Some(&id), 10).await.unwrap();
            });
            let begun = listener.plans(&connection, async {
                journal.persistence_ids_begun(20, 10).await.unwrap();
            });
            let head = listener.plans(&connection, async {
                journal.highest_seq(&id).await.unwrap();
            });
            for plans in [stream.await, ids.await, begun.await, head.await] {
                assert!(!plans.is_empty());
                plans.iter().for_each(|plan| plan.assert_looked_up(&[]));
            }
        }
    });
}
