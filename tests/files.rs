//! Real files: what an open must refuse, and who may share them.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::{fs, time::Duration};

use actor_journal::{
    AppendToken, Durability, DurableStateOptions, DurableStateStore, Journal, NewEvent, NewState,
    SnapshotOptions, SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore,
};
use place::{Place, failure};
use words::{append, batch, event, everything, id, read, values};

#[test]
fn a_path_that_cannot_be_a_database_is_refused() {
    pollster::block_on(async {
        let place = Place::new();
        let directory = failure(SqliteOptions::new(place.path("."))).await;
        assert_eq!(directory.code(), "storage-unavailable");
        assert!(directory.to_string().contains("is a directory"), "{directory}");
        let missing = failure(SqliteOptions::new(place.path("missing/events.db"))).await;
        assert_eq!(missing.code(), "not-found");
        assert!(missing.to_string().contains("missing/events.db"), "{missing}");
        assert_eq!(failure(SqliteOptions::new("")).await.code(), "invalid-argument");
        assert_eq!(failure(SqliteOptions::new("a\0b")).await.code(), "invalid-argument");
    });
}

#[test]
fn table_names_follow_the_rule() {
    pollster::block_on(async {
        for refused in ["", "1a", "a-b", "a b", "a;", "a\"", "é", "sqlite_events"] {
            let error = failure(SqliteOptions::default().events_table(refused)).await;
            assert_eq!(error.code(), "invalid-argument");
            assert!(error.to_string().contains(&format!("{refused:?}")), "{error}");
            let snapshots = SnapshotOptions::default().snapshots_table(refused);
            assert_eq!(
                SqliteSnapshotStore::open(snapshots).await.err().unwrap().code(),
                "invalid-argument"
            );
            let states = DurableStateOptions::default().states_table(refused);
            assert_eq!(
                SqliteDurableStateStore::open(states).await.err().unwrap().code(),
                "invalid-argument"
            );
        }
        for allowed in ["_", "a1_B", "order", "select"] {
            let options = SqliteOptions::default().events_table(allowed);
            append(&SqliteJournal::open(options).await.unwrap(), "a", 0, event(1)).await;
        }
        assert_eq!(
            SqliteSnapshotStore::open(SnapshotOptions::default().keep(0))
                .await
                .err()
                .unwrap()
                .code(),
            "invalid-argument"
        );
    });
}

#[test]
fn a_failed_open_can_be_tried_again() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let other = place.connect();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        assert_eq!(failure(place.options()).await.code(), "busy");
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(values(&read(&place.open().await, "a").await), (1..=10).collect::<Vec<_>>());
    });
}

#[test]
fn a_writer_elsewhere_makes_an_append_busy_and_loses_nothing() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let journal = place.open().await;
        let other = place.connect();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let error = journal.append(&id("a"), 10, batch([11])).await.unwrap_err();
        assert_eq!(error.code(), "busy");
        assert!(error.is_busy());
        assert_eq!(read(&journal, "a").await.len(), 10, "reads go on");
        other.execute_batch("COMMIT").unwrap();
        append(&journal, "a", 10, event(11)).await;
    });
}

#[test]
fn another_connection_reads_while_the_journal_writes() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = SqliteJournal::open(place.options().wal(true)).await.unwrap();
        let other = place.connect();
        for count in 0..50_u32 {
            append(&journal, "a", count.into(), event(count.into())).await;
            let sql = "SELECT count(event) FROM events WHERE pid = 'a' AND seq > 0";
            let seen: u32 = other.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(seen, count + 1);
        }
    });
}

#[test]
fn journals_on_one_path_share_one_database() {
    pollster::block_on(async {
        let place = Place::new();
        let (one, two) = (place.open().await, place.open().await);
        let orders = place.options().events_table("orders_events");
        let orders = SqliteJournal::open(orders).await.unwrap();
        let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(place.path("./events.db")))
            .await
            .unwrap();
        let states =
            SqliteDurableStateStore::open(DurableStateOptions::new(place.path("events.db")))
                .await
                .unwrap();
        append(&one, "a", 0, event(1)).await;
        append(&two, "a", 1, event(2)).await;
        append(&orders, "a", 0, event(9)).await;
        snapshots.save(&id("a"), 2, NewState::json(&3).unwrap()).await.unwrap();
        let state = NewState::json(&4).unwrap();
        states.save(&id("a"), 0, state, AppendToken::random()).await.unwrap();
        one.close().await.unwrap();
        assert_eq!(values(&read(&two, "a").await), [1, 2]);
        assert_eq!(states.load(&id("a")).await.unwrap().revision, 1);
        assert_eq!(values(&everything(&orders).await), [9]);
        assert_eq!(snapshots.load_latest(&id("a")).await.unwrap().unwrap().seq, 2);
    });
}

#[test]
fn options_that_contradict_an_open_database_are_refused() {
    pollster::block_on(async {
        let place = Place::new();
        let journal =
            SqliteJournal::open(place.options().synchronous(Durability::Full)).await.unwrap();
        let other = place.options().synchronous(Durability::Normal);
        let error = failure(other.clone()).await;
        assert_eq!(error.code(), "invalid-argument");
        assert!(error.to_string().contains("synchronous"), "{error}");
        journal.close().await.unwrap();
        SqliteJournal::open(other).await.unwrap();
    });
}

#[test]
fn write_ahead_logging_is_turned_on_and_off() {
    pollster::block_on(async {
        let place = Place::new();
        let mode = || -> String {
            place.connect().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap()
        };
        for (wal, expected) in [(true, "wal"), (false, "delete")] {
            SqliteJournal::open(place.options().wal(wal)).await.unwrap().close().await.unwrap();
            assert_eq!(mode(), expected);
        }
        SqliteJournal::open(place.options().wal(true)).await.unwrap().close().await.unwrap();
        place.open().await.close().await.unwrap();
        assert_eq!(mode(), "wal", "unless asked, a file stays as it is");
    });
}

#[test]
fn the_last_handle_dropped_writes_what_is_queued() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        let clone = journal.clone();
        drop(journal);
        append(&clone, "a", 0, event(1)).await;
        drop(clone);
        assert_eq!(values(&read(&place.open().await, "a").await), [1]);
    });
}

#[test]
fn what_a_closed_handle_asked_for_is_asked_no_more() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = SqliteJournal::open(place.options().wal(true)).await.unwrap();
        let options = SnapshotOptions::new(place.path("events.db"));
        let snapshots = SqliteSnapshotStore::open(options).await.unwrap();
        let contradiction = place.options().wal(false);
        assert_eq!(failure(contradiction.clone()).await.code(), "invalid-argument");
        journal.close().await.unwrap();
        SqliteJournal::open(contradiction).await.unwrap();
        snapshots.close().await.unwrap();
    });
}

#[test]
fn a_default_journal_does_not_lose_its_durability_to_another() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        let other = place.options().events_table("other").synchronous(Durability::Normal);
        assert_eq!(failure(other).await.code(), "invalid-argument");
        append(&journal, "a", 0, event(1)).await;
    });
}

#[test]
fn the_longest_time_out_is_no_harm() {
    pollster::block_on(async {
        let place = Place::new();
        let journal =
            SqliteJournal::open(place.options().busy_timeout(Duration::MAX)).await.unwrap();
        append(&journal, "a", 0, event(1)).await;
    });
}

#[test]
fn a_file_that_is_refused_is_not_changed() {
    pollster::block_on(async {
        let place = Place::new();
        place.connect().execute_batch("CREATE TABLE events (a, b)").unwrap();
        let before = fs::read(place.path("events.db")).unwrap();
        assert_eq!(failure(place.options().wal(true)).await.code(), "corrupt");
        assert_eq!(fs::read(place.path("events.db")).unwrap(), before);
    });
}

#[test]
fn a_large_batch_that_fails_leaves_nothing_in_the_way_of_another_program() {
    // Events of 1 kB: more than SQLite keeps in memory of a transaction, less than the layer does,
    // and more than both.
    for fails_at in [1000, 1400, 2200] {
        pollster::block_on(fail_beside_another_program(fails_at));
    }
}

async fn fail_beside_another_program(fails_at: u64) {
    let place = Place::new();
    let path = place.path("events.db");
    let other = |sql: &str| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    let journal = SqliteJournal::open(SqliteOptions::new(&path).wal(true)).await.unwrap();
    append(&journal, "a", 0, batch(1..=3)).await;
    other(&format!(
        "CREATE TABLE notes (note TEXT);
         CREATE TRIGGER no_more BEFORE INSERT ON events WHEN new.seq = {fails_at}
         BEGIN SELECT RAISE(ROLLBACK, 'no more'); END"
    ));
    let large: Vec<_> = (0..4000).map(|_| NewEvent::bytes(vec![b'1'; 1000])).collect();
    journal.append(&id("b"), 0, large.into()).await.unwrap_err();
    other("INSERT INTO notes VALUES ('kept')");
    append(&journal, "a", 3, batch(4..=5)).await;
    other("INSERT INTO notes VALUES ('kept too')");
    assert_eq!(journal.highest_seq(&id("b")).await.unwrap(), 0);
    assert_eq!(journal.read(&id("a"), (..).into()).await.unwrap().len(), 5);
    journal.close().await.unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let notes = connection.query_row("SELECT count(*) FROM notes", [], |row| row.get(0));
    assert_eq!(notes, Ok(2));
    let integrity = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0));
    assert_eq!(integrity, Ok("ok".to_owned()));
}
