//! Projections where events are gone, where many fail, and where their SQL is wrong.
#![cfg(not(target_arch = "wasm32"))]

mod projecting;
mod words;

use std::collections::BTreeMap;

use actor_journal::{
    Error, ErrorKind, Journal, RebuildOptions, Recourse, SqliteJournal, SqliteOptions,
    SqliteProjection, View,
};
use projecting::{Totals, totals};
use rusqlite::Row;
use words::{append, batch, event, id, tagged};

type Projecting = SqliteProjection<Totals>;

async fn opened() -> SqliteJournal {
    SqliteJournal::open(SqliteOptions::new(":memory:")).await.unwrap()
}

/// A projection of events of which some are gone since.
async fn behind_compaction(handler: Totals) -> Projecting {
    let journal = opened().await;
    append(&journal, "a", 0, vec![tagged(1, &["red"]), event(2), tagged(4, &["red"])]).await;
    append(&journal, "b", 0, event(8)).await;
    let projection = SqliteProjection::open(&journal, handler).await.unwrap();
    projection.catch_up().await.unwrap();
    journal.delete(&id("a"), 2).await.unwrap();
    projection
}

fn compacted(error: &Error) {
    assert_eq!(error.kind(), &ErrorKind::Integrity { id: id("a"), seq: 2 });
    assert!(error.to_string().contains("compacted up to seq 2"), "{error}");
}

#[test]
fn a_rebuild_behind_a_compaction_is_refused_and_what_stands_stays() {
    pollster::block_on(async {
        for handler in [Totals::default(), Totals::of("red")] {
            let projection = behind_compaction(handler).await;
            let before = (projection.position().await.unwrap(), totals(&projection).await);
            let refused = projection.rebuild(RebuildOptions::default()).await;
            compacted(&refused.unwrap_err());
            let after = (projection.position().await.unwrap(), totals(&projection).await);
            assert_eq!(before, after);
        }
    });
}

#[test]
fn a_rebuild_goes_on_without_what_was_compacted_where_that_is_accepted() {
    pollster::block_on(async {
        let projection = behind_compaction(Totals::default()).await;
        projection.rebuild(RebuildOptions::default().accept_compacted(true)).await.unwrap();
        assert_eq!(totals(&projection).await, BTreeMap::from([("a".into(), 4), ("b".into(), 8)]));
    });
}

#[test]
fn what_is_compacted_while_a_rebuild_is_under_way_keeps_it_from_taking_the_place() {
    pollster::block_on(async {
        let journal = opened().await;
        // More than a rebuild reads at once.
        append(&journal, "b", 0, batch([6666].into_iter().chain(2..=300))).await;
        append(&journal, "a", 0, batch([1, 2, 4])).await;
        let first = SqliteProjection::open(&journal, Totals::that(|_, _| Recourse::Skip)).await;
        let first = first.unwrap();
        first.catch_up().await.unwrap();
        let compacting = journal.clone();
        let handler = Totals::that(move |_, _| {
            pollster::block_on(compacting.delete(&id("a"), 2)).unwrap();
            Recourse::Skip
        });
        let late = SqliteProjection::open(&journal, handler).await.unwrap();
        compacted(&late.rebuild(RebuildOptions::default()).await.unwrap_err());
        assert_eq!(totals(&first).await["a"], 7);
    });
}

#[test]
fn of_the_events_that_were_passed_over_the_last_thousand_are_kept() {
    pollster::block_on(async {
        let journal = opened().await;
        append(&journal, "a", 0, batch([6666; 1003])).await;
        append(&journal, "a", 1003, batch([1, 6666])).await;
        let handler = Totals::that(|_, _| Recourse::Skip);
        let projection = SqliteProjection::open(&journal, handler).await.unwrap();
        assert_eq!(projection.catch_up().await.unwrap(), 1005);
        let skipped = projection.skipped().await.unwrap();
        let positions: Vec<_> = skipped.iter().map(|skipped| skipped.position).collect();
        assert_eq!(positions, (5..=1003).chain([1005]).collect::<Vec<_>>());
    });
}

/// What a query is told.
async fn told(projection: &Projecting, sql: &'static str) -> String {
    let query = move |view: &View<'_>| view.query(sql, (), |_| Ok(()));
    let error = projection.read(query).await.unwrap_err();
    assert_eq!(error.code(), "invalid-argument", "{sql}: {error}");
    error.to_string()
}

#[test]
fn wrong_sql_is_told_as_it_was_written() {
    pollster::block_on(async {
        let journal = opened().await;
        let projection = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        let unknown = told(&projection, "SELECT '{x}' FROM {nope}").await;
        assert_eq!(unknown, "{nope} is no table of the projection, whose tables are: {totals}");
        for pragma in ["PRAGMA user_version", "/* why */ PRAGMA user_version = 7"] {
            let denied = told(&projection, pragma).await;
            assert!(
                denied.contains("a query may read tables alone: no write, no `PRAGMA`"),
                "{denied}"
            );
        }
        for (wrong, place) in [
            ("SELEC 1", "syntax error in SELEC 1 at offset 0"),
            ("/* why */ SELEC '{x}'", "syntax error in /* why */ SELEC '{x}' at offset 10"),
            ("SELECT 1 {", "in SELECT 1 { at offset 9"),
        ] {
            let refused = told(&projection, wrong).await;
            assert!(refused.ends_with(place), "{refused}");
        }
    });
}

#[test]
fn a_row_that_is_read_as_what_it_is_not_is_no_damage() {
    pollster::block_on(async {
        let projection = behind_compaction(Totals::default()).await;
        let number = |row: &Row<'_>| row.get::<_, i64>(0);
        let read = move |view: &View<'_>| view.query("SELECT id FROM {totals}", [], number);
        let error = projection.read(read).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("column type Text at index: 0, name: id"), "{error}");
    });
}

#[test]
fn what_fails_in_create_is_told_as_that() {
    pollster::block_on(async {
        let journal = opened().await;
        for (creation, why) in [
            ("CREATE TABLE {nope} (a)", "{nope} is no table of the projection"),
            ("CREATE TABLE other (a)", "`create` may make the projection's own tables alone"),
            ("CREATE TABLE {totals} (", "incomplete input"),
        ] {
            let opened = SqliteProjection::open(&journal, Totals::made_by(creation)).await;
            let error = opened.err().unwrap();
            assert_eq!(error.kind(), &ErrorKind::Projection { position: 0 });
            let told = error.to_string();
            assert!(
                told.starts_with("the projection \"totals\" has failed in `create`: "),
                "{told}"
            );
            assert!(told.contains(why), "{told}");
        }
    });
}
