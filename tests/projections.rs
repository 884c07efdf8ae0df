//! Views that are kept up to date in the journal's own database: each event counts exactly once.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod projecting;
mod words;

use std::{collections::BTreeMap, sync::atomic::Ordering::SeqCst, time::Duration};

use actor_journal::{
    Change, HandlerError, Journal, ProjectionTables, RebuildOptions, Recourse, SqliteJournal,
    SqliteOptions, SqliteProjection, Statement, View,
    rusqlite::{params_from_iter, types::Value},
};
use futures_util::{
    FutureExt,
    future::{Either, join_all, select},
};
use place::Place;
use projecting::{Totals, folded, totals};
use words::{append, batch, event, id, tagged};

async fn open(place: &Place) -> SqliteJournal {
    SqliteJournal::open(place.options().wal(true)).await.unwrap()
}

/// The view's tables, as they stand in the file.
fn tables(place: &Place) -> Vec<String> {
    let connection = place.connect();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'totals%'";
    let mut select = connection.prepare(sql).unwrap();
    let names = select.query_map((), |row| row.get(0)).unwrap();
    names.collect::<Result<_, _>>().unwrap()
}

fn number(place: &Place, sql: &str) -> u64 {
    let number: i64 = place.connect().query_row(sql, (), |row| row.get(0)).unwrap();
    number.cast_unsigned()
}

#[test]
fn a_view_is_what_the_events_make_of_it() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        for stream in ["a", "b", "c"] {
            append(&journal, stream, 0, batch(1..=400)).await;
        }
        let projection = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        assert_eq!(projection.position().await.unwrap(), 0);
        assert_eq!(projection.catch_up().await.unwrap(), 1200);
        assert_eq!(totals(&projection).await, folded(&journal, 1200).await);
        append(&journal, "a", 400, event(1000)).await;
        drop(projection);
        journal.close().await.unwrap();

        let journal = open(&place).await;
        let projection = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        assert_eq!(projection.position().await.unwrap(), 1200);
        assert_eq!(projection.catch_up().await.unwrap(), 1201);
        assert_eq!(totals(&projection).await, folded(&journal, 1201).await);
    });
}

#[test]
fn events_count_once_however_many_run_it_while_others_append() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        let mut runners = Vec::new();
        for _ in 0..3 {
            runners.push(SqliteProjection::open(&journal, Totals::default()).await.unwrap());
        }
        let running = join_all(runners.iter().map(|projection| projection.run()));
        let streams: Vec<_> = (0..8).map(|stream| format!("s{stream}")).collect();
        let appends = join_all(streams.iter().map(async |stream| {
            for seq in 0..50 {
                append(&journal, stream, seq, event(seq)).await;
            }
        }));
        let Either::Right(((), running)) = select(running, appends.map(drop)).await else {
            panic!("it runs until it is dropped");
        };
        drop(running);
        assert_eq!(runners[0].catch_up().await.unwrap(), 400);
        assert_eq!(totals(&runners[1]).await, folded(&journal, 400).await);
    });
}

#[test]
fn only_events_that_pass_the_filter_are_applied() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        append(&journal, "a", 0, vec![tagged(1, &["red"]), event(2), tagged(4, &["red"])]).await;
        append(&journal, "a", 3, event(8)).await;
        let projection = SqliteProjection::open(&journal, Totals::of("red")).await.unwrap();
        assert_eq!(projection.catch_up().await.unwrap(), 4, "it knows of what was left out");
        assert_eq!(totals(&projection).await, BTreeMap::from([("a".into(), 5)]));
    });
}

#[test]
fn an_event_that_fails_stops_it_before_that_event() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        append(&journal, "a", 0, batch([1, 2, 6666, 4])).await;
        let projection = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        let error = projection.catch_up().await.unwrap_err();
        assert_eq!(error.code(), "projection");
        assert!(error.to_string().contains("position 3: it is 6666"), "{error}");
        assert_eq!(projection.position().await.unwrap(), 2);
        assert_eq!(totals(&projection).await, folded(&journal, 2).await);
        assert_eq!(projection.catch_up().await.unwrap_err().code(), "projection");
    });
}

#[test]
fn an_event_that_fails_is_tried_again_or_passed_over_and_recorded() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        append(&journal, "a", 0, batch([1, 6666, 4])).await;
        append(&journal, "b", 0, batch([7777, 5])).await;
        let handler = Totals::that(|_, attempts| match attempts {
            ..3 => Recourse::Retry(Duration::from_millis(1)),
            _ => Recourse::Skip,
        });
        let tries = handler.tries.clone();
        let projection = SqliteProjection::open(&journal, handler).await.unwrap();
        assert_eq!(projection.catch_up().await.unwrap(), 5);
        let expected = BTreeMap::from([("a".into(), 5), ("b".into(), 5)]);
        assert_eq!(totals(&projection).await, expected);
        let skipped = projection.skipped().await.unwrap();
        let places: Vec<_> =
            skipped.iter().map(|one| (one.id.as_str(), one.seq, one.position)).collect();
        assert_eq!(places, [("a", 2, 2), ("b", 1, 4)]);
        assert!(skipped[0].error.contains("it is 6666"), "{skipped:?}");
        assert!(skipped[1].error.contains("panicked: it is 7777"), "{skipped:?}");
        assert!(tries.load(SeqCst) >= 6, "three of each");
        assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 3, "a panic is its own");
    });
}

#[test]
fn a_rebuild_stands_beside_until_it_takes_the_place() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        append(&journal, "a", 0, batch(1..=1000)).await;
        let old = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        old.catch_up().await.unwrap();
        let new = SqliteProjection::open(&journal, Totals::times(10)).await.unwrap();
        // One that is given up leaves tables, which the next one removes.
        drop(Box::pin(new.rebuild(RebuildOptions::default())).now_or_never());
        let rebuilding = Box::pin(new.rebuild(RebuildOptions::default()));
        let appending = Box::pin(async {
            for seq in 1000..1100 {
                append(&journal, "a", seq, event(1)).await;
                old.catch_up().await.unwrap();
            }
        });
        match select(rebuilding, appending).await {
            Either::Left((rebuilt, appending)) => {
                rebuilt.unwrap();
                appending.await;
            }
            Either::Right(((), rebuilding)) => rebuilding.await.unwrap(),
        }
        let end = new.catch_up().await.unwrap();
        assert_eq!(end, 1100);
        let total = totals(&new).await["a"];
        let plain: u64 = folded(&journal, 1100).await["a"];
        // Behind the swap the old handler goes on with the new tables.
        assert!(total > plain * 9 && total <= plain * 10, "{total} of {plain}");
        assert_eq!(tables(&place), ["totals"]);
        assert_eq!(number(&place, "SELECT count(*) FROM totals"), 1, "it is a plain table");
    });
}

#[test]
fn a_handler_writes_to_its_own_tables_alone() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        append(&journal, "a", 0, event(1)).await;
        let statements = [
            "DELETE FROM events",
            "UPDATE events_projections SET position = 9",
            "INSERT INTO events_meta VALUES ('last_position', 9, NULL)",
            "CREATE TABLE other (a)",
            "CREATE TRIGGER t AFTER INSERT ON {totals} BEGIN DELETE FROM events; END",
            "DROP TABLE events_tags",
            "COMMIT",
            "SAVEPOINT one_write",
            "PRAGMA user_version = 9",
            "ATTACH ':memory:' AS other",
            "nonsense",
        ];
        for statement in statements {
            let handler = Totals::doing(statement);
            let projection = SqliteProjection::open(&journal, handler).await.unwrap();
            let error = projection.catch_up().await.unwrap_err();
            assert_eq!(error.code(), "projection", "{statement}: {error}");
            assert_eq!(projection.position().await.unwrap(), 0, "{statement}");
            let write = |view: &View<'_>| view.execute("DELETE FROM {totals}", ());
            assert_eq!(projection.read(write).await.unwrap_err().code(), "invalid-argument");
        }
        append(&journal, "a", 1, event(2)).await;
        let projection = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        projection.catch_up().await.unwrap();
        assert_eq!(totals(&projection).await["a"], 3);
    });
}

#[test]
fn what_cannot_be_made_is_not_begun() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        let creations = [
            ("CREATE TABLE other (a)", "projection"),
            ("CREATE TABLE {totals} (a REFERENCES events (pid))", "corrupt"),
            ("SELECT 1", "invalid-argument"),
            ("CREATE TABLE {totals} (", "projection"),
        ];
        for (creation, code) in creations {
            let opened = SqliteProjection::open(&journal, Totals::made_by(creation)).await;
            assert_eq!(opened.err().unwrap().code(), code, "{creation}");
        }
        assert_eq!(tables(&place), [""; 0]);
        assert_eq!(number(&place, "SELECT count(*) FROM events_projections"), 0);
        let named = SqliteProjection::open(&journal, Totals::named("")).await;
        assert_eq!(named.err().unwrap().code(), "invalid-argument");
        SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        let other = SqliteProjection::open(&journal, Totals::named("other")).await;
        assert_eq!(other.err().unwrap().code(), "invalid-argument", "the table is there already");
    });
}

#[test]
fn a_position_that_was_changed_is_corrupt() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        append(&journal, "a", 0, batch([1, 2])).await;
        let projection = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        projection.catch_up().await.unwrap();
        place.connect().execute("UPDATE events_projections SET position = 1", ()).unwrap();
        assert_eq!(projection.catch_up().await.unwrap_err().code(), "corrupt");
    });
}

/// What adds 5 to a stream's total.
fn five(position: u64) -> Change {
    let sql = "INSERT INTO {totals} VALUES (?1, ?2)
               ON CONFLICT DO UPDATE SET total = total + excluded.total";
    let params = vec![Value::Text("a".into()), Value::Integer(5)];
    Change { position, statements: vec![Statement { sql: sql.into(), params }] }
}

#[test]
fn changes_that_are_handed_over_again_count_once() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        let view = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        let tables = ProjectionTables::new(&journal, "totals", &["totals"]).unwrap();
        let build = tables.standing().await.unwrap();
        let changes = || vec![five(2), five(3)];
        let moved = tables.apply(build, 4, changes()).await.unwrap().unwrap();
        assert_eq!((moved.number, moved.position), (build.number, 4));
        assert_eq!(tables.apply(build, 4, changes()).await.unwrap(), None);
        assert_eq!(totals(&view).await["a"], 10);

        let wrong =
            Change { statements: vec![Statement { sql: "?".into(), params: vec![] }], ..five(6) };
        let error = tables.apply(moved, 7, vec![five(5), wrong]).await.unwrap_err();
        assert!(error.to_json().contains(r#""position":6"#), "{error}");
        assert_eq!(tables.apply(moved, 3, vec![]).await.unwrap_err().code(), "invalid-argument");
        assert_eq!((totals(&view).await["a"], view.position().await.unwrap()), (10, 4));
    });
}

#[test]
fn a_swap_that_is_made_again_leaves_what_stands() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        let view = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        let tables = ProjectionTables::new(&journal, "totals", &["totals"]).unwrap();
        let create = |view: &View<'_>| {
            Ok(view.execute_batch("CREATE TABLE {totals} (id TEXT PRIMARY KEY, total INTEGER)")?)
        };
        let build = tables.begin(true, create).await.unwrap();
        tables.apply(build, 1, vec![five(1)]).await.unwrap().unwrap();
        for _ in 0..2 {
            assert!(tables.swap(build.number).await.unwrap());
            assert_eq!(totals(&view).await["a"], 5);
        }
        tables.begin(true, create).await.unwrap();
        assert!(tables.swap(build.number).await.unwrap(), "it stands");
        assert_eq!(tables.swap(7).await.unwrap_err().code(), "busy");
        assert_eq!(self::tables(&place).len(), 2);
    });
}

/// Makes what is not there yet.
fn create(view: &View<'_>) -> Result<(), HandlerError> {
    let made = "CREATE TABLE IF NOT EXISTS {totals} (id TEXT PRIMARY KEY, total INTEGER)";
    Ok(view.execute_batch(made)?)
}

#[test]
fn tables_that_somebody_else_has_made_are_refused() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        append(&journal, "a", 0, batch([1, 2])).await;
        let view = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
        view.catch_up().await.unwrap();
        for table in ["events", "EVENTS_tags", "events_position", "events_projections", "totals"] {
            let other = ProjectionTables::new(&journal, "other", &[table]).unwrap();
            let nothing = |_: &View<'_>| Ok(());
            for anew in [false, true] {
                let begun = other.begin(anew, nothing).await;
                assert_eq!(begun.unwrap_err().code(), "invalid-argument", "{table}");
            }
        }
        let twice = ProjectionTables::new(&journal, "other", &["one", "One"]);
        assert_eq!(twice.err().unwrap().code(), "invalid-argument");
        assert_eq!(totals(&view).await["a"], 3);
        assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 2);
    });
}

#[test]
fn a_projection_of_other_tables_is_rebuilt_before_anything_else() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = open(&place).await;
        let orders = ProjectionTables::new(&journal, "orders", &["orders"]).unwrap();
        let of_orders = |view: &View<'_>| Ok(view.execute_batch("CREATE TABLE {orders} (a)")?);
        orders.begin(false, of_orders).await.unwrap();
        let old = ProjectionTables::new(&journal, "totals", &["totals"]).unwrap();
        let build = old.begin(false, create).await.unwrap();
        old.apply(build, 1, vec![five(1)]).await.unwrap().unwrap();

        let taking = ProjectionTables::new(&journal, "totals", &["totals", "orders"]).unwrap();
        let begun = taking.begin(true, create).await;
        assert_eq!(begun.unwrap_err().code(), "invalid-argument", "orders are another one's");

        let new = ProjectionTables::new(&journal, "totals", &["totals", "totals_more"]).unwrap();
        let build = new.begin(false, create).await.unwrap();
        let refused = new.apply(build, 2, vec![five(2)]).await.unwrap_err();
        assert!(refused.to_string().contains("rebuild it"), "{refused}");
        assert_eq!(new.read(|_| Ok(())).await.unwrap_err().code(), "invalid-argument");
        let with_more = |view: &View<'_>| {
            create(view)?;
            Ok(view.execute_batch("CREATE TABLE {totals_more} (a)")?)
        };
        let build = new.begin(true, with_more).await.unwrap();
        new.apply(build, 2, vec![five(2)]).await.unwrap().unwrap();
        assert!(new.swap(build.number).await.unwrap());
        assert_eq!(tables(&place), ["totals", "totals_more"]);
        assert_eq!(old.read(|_| Ok(())).await.unwrap_err().code(), "invalid-argument");

        let build = old.begin(true, create).await.unwrap();
        old.apply(build, 2, vec![]).await.unwrap().unwrap();
        assert!(old.swap(build.number).await.unwrap());
        assert_eq!(tables(&place), ["totals"], "what was another build's goes with it");
    });
}

#[test]
fn what_may_write_in_one_place_may_not_in_another() {
    pollster::block_on(async {
        let place = Place::new();
        for path in [place.path("events.db"), ":memory:".to_owned()] {
            let journal = SqliteJournal::open(SqliteOptions::new(path)).await.unwrap();
            let tables = ProjectionTables::new(&journal, "totals", &["totals"]).unwrap();
            let build = tables.begin(false, create).await.unwrap();
            tables.apply(build, 1, vec![five(1)]).await.unwrap().unwrap();
            let Statement { sql, params } = five(1).statements.remove(0);
            let write = move |view: &View<'_>| view.execute(&sql, params_from_iter(params));
            assert_eq!(tables.read(write).await.unwrap_err().code(), "invalid-argument");
            let sum = |view: &View<'_>| {
                view.query("SELECT total FROM {totals}", (), |row| row.get::<_, i64>(0))
            };
            assert_eq!(tables.read(sum).await.unwrap(), [5]);
        }
    });
}
