//! Real files: what other programs and damage do to them, and what an open must refuse.
#![cfg(not(target_arch = "wasm32"))]

mod words;

use std::{fs, time::Duration};

use actor_journal::{
    Durability, Error, ErrorKind, Journal, NewEvent, ReplayRange, SnapshotOptions, SnapshotStore,
    SqliteJournal, SqliteOptions, SqliteSnapshotStore, codec,
};
use futures_util::future::{join, join3};
use rusqlite::Connection;
use tempfile::TempDir;
use words::{append, batch, event, everything, id, read, values};

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().into()
    }

    fn options(&self) -> SqliteOptions {
        SqliteOptions::new(self.path("events.db")).busy_timeout(Duration::ZERO)
    }

    async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(self.options()).await.unwrap()
    }

    fn connect(&self) -> Connection {
        Connection::open(self.path("events.db")).unwrap()
    }

    /// A closed journal with ten events of stream `a`.
    async fn filled() -> Self {
        let place = Self::new();
        let journal = place.open().await;
        append(&journal, "a", 0, batch(1..=10)).await;
        journal.close().await.unwrap();
        place
    }
}

async fn failure(options: SqliteOptions) -> Error {
    SqliteJournal::open(options).await.err().expect("the journal must not open")
}

#[test]
fn a_path_that_cannot_be_a_database_is_refused() {
    pollster::block_on(async {
        let place = Place::new();
        let directory = failure(SqliteOptions::new(place.path("."))).await;
        assert_eq!(directory.code(), "not-found");
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
fn a_file_that_is_not_a_database_is_corrupt_and_stays_as_it_is() {
    pollster::block_on(async {
        let place = Place::new();
        let text = "This is a letter, not a journal.\n".repeat(100);
        fs::write(place.path("events.db"), &text).unwrap();
        assert_eq!(failure(place.options()).await.code(), "corrupt");
        assert_eq!(fs::read_to_string(place.path("events.db")).unwrap(), text);
    });
}

#[test]
fn a_file_cut_short_is_an_error_never_fewer_events() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let whole = fs::read(place.path("events.db")).unwrap();
        for length in
            [1, 50, 100, 1000, 4096, 5000, whole.len() / 2, whole.len() - 4096, whole.len() - 1]
        {
            fs::write(place.path("events.db"), &whole[..length]).unwrap();
            let read = match SqliteJournal::open(place.options()).await {
                Ok(journal) => journal.read(&id("a"), ReplayRange::from(..)).await,
                Err(error) => Err(error),
            };
            assert_eq!(read.unwrap_err().code(), "corrupt", "cut at {length}");
        }
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
        append(&one, "a", 0, event(1)).await;
        append(&two, "a", 1, event(2)).await;
        append(&orders, "a", 0, event(9)).await;
        snapshots.save(&id("a"), 2, codec::to_json(&3).unwrap().into()).await.unwrap();
        one.close().await.unwrap();
        assert_eq!(values(&read(&two, "a").await), [1, 2]);
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
fn what_is_missing_or_impossible_is_an_integrity_error_that_says_where() {
    pollster::block_on(async {
        let cases = [
            ("DELETE FROM events WHERE seq = 4", 4),
            ("DELETE FROM events WHERE seq = 1", 1),
            ("DELETE FROM events WHERE seq = 10", 10),
            ("DELETE FROM events", 1),
            ("UPDATE events SET seq = 0 WHERE seq = 1", 0),
            ("UPDATE events SET seq = -5 WHERE seq = 1", 5),
            ("UPDATE events SET seq = 9007199254740993 WHERE seq = 10", 10),
            ("UPDATE events_heads SET head = 9", 10),
            ("UPDATE events_heads SET head = -1", 1),
            ("UPDATE events_heads SET compacted = 11", 10),
            ("UPDATE events SET position = -1 WHERE seq = 3", 3),
        ];
        for (damage, seq) in cases {
            let place = Place::filled().await;
            place.connect().execute_batch(damage).unwrap();
            let journal = place.open().await;
            let error = journal.read(&id("a"), ReplayRange::from(..)).await.unwrap_err();
            let expected = ErrorKind::Integrity { id: id("a"), seq };
            assert_eq!(error.kind(), &expected, "{damage}: {error}");
            assert!(error.is_integrity());
        }
    });
}

#[test]
fn columns_of_a_wrong_type_are_corrupt() {
    pollster::block_on(async {
        for damage in [
            "UPDATE events SET event = 5",
            "UPDATE events SET ts = 'noon'",
            "UPDATE events SET tags = x'ff'",
        ] {
            let place = Place::filled().await;
            place.connect().execute_batch(damage).unwrap();
            let journal = place.open().await;
            let error = journal.read(&id("a"), ReplayRange::from(..)).await.unwrap_err();
            assert_eq!(error.code(), "corrupt", "{damage}: {error}");
        }
    });
}

#[test]
fn a_payload_that_cannot_be_decoded_is_named() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        let mut broken_cbor = codec::CBOR_PREFIX.to_vec();
        broken_cbor.push(0x1c);
        let entries = vec![event(1), NewEvent::bytes(*b"{\"a\":"), NewEvent::bytes(broken_cbor)];
        append(&journal, "a", 0, entries).await;
        let events = read(&journal, "a").await;
        assert_eq!(events[0].json::<u64>().unwrap(), 1);
        for (event, codec) in [(&events[1], "json"), (&events[2], "cbor")] {
            let error = event.json::<u64>().unwrap_err();
            let expected = ErrorKind::Undecodable { id: id("a"), seq: event.seq };
            assert_eq!(error.kind(), &expected);
            assert!(error.to_string().contains(codec), "{error}");
        }
    });
}

#[test]
fn a_clean_up_that_fails_never_fails_a_save() {
    pollster::block_on(async {
        let place = Place::new();
        let options = SnapshotOptions::new(place.path("events.db")).keep(1);
        let store = SqliteSnapshotStore::open(options).await.unwrap();
        let refuse =
            "CREATE TRIGGER refuse BEFORE DELETE ON snapshots BEGIN SELECT RAISE(ABORT, 'no'); END";
        place.connect().execute_batch(refuse).unwrap();
        for seq in 1..=3 {
            store.save(&id("a"), seq, codec::to_json(&seq).unwrap().into()).await.unwrap();
        }
        assert_eq!(store.load_latest(&id("a")).await.unwrap().unwrap().seq, 3);
        assert_eq!(store.load_before(&id("a"), 2).await.unwrap().unwrap().seq, 1);
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
fn a_write_that_fails_leaves_nothing_and_disturbs_nobody() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let refuse =
            "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN new.event = CAST('666' AS BLOB)
            BEGIN SELECT RAISE(ABORT, 'no'); END";
        place.connect().execute_batch(refuse).unwrap();
        let journal = place.open().await;
        let (a, b, c) = (id("a"), id("b"), id("c"));
        let (one, two, three) = join3(
            journal.append(&b, 0, batch([1])),
            journal.append(&a, 10, batch([11, 12, 666])),
            journal.append(&c, 0, batch([1])),
        )
        .await;
        assert_eq!((one.unwrap().len(), three.unwrap().len()), (1, 1));
        two.unwrap_err();
        assert_eq!(journal.highest_seq(&a).await.unwrap(), 10);
        assert_eq!(everything(&journal).await.len(), 12, "nothing of the batch was stored");
        append(&journal, "a", 10, batch([11])).await;
    });
}

#[test]
fn a_head_that_was_lowered_is_an_integrity_error_of_that_stream_alone() {
    pollster::block_on(async {
        let place = Place::filled().await;
        place.connect().execute_batch("UPDATE events_heads SET head = 5").unwrap();
        let journal = place.open().await;
        let (a, b) = (id("a"), id("b"));
        let (bad, good) =
            join(journal.append(&a, 5, batch([6])), journal.append(&b, 0, batch([1]))).await;
        assert_eq!(bad.unwrap_err().kind(), &ErrorKind::Integrity { id: a, seq: 6 });
        good.unwrap();
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
fn a_snapshot_at_a_seq_no_event_has_is_an_integrity_error() {
    pollster::block_on(async {
        for seq in [-3_i64, 0, 1 << 53] {
            let place = Place::new();
            let options = SnapshotOptions::new(place.path("events.db"));
            let store = SqliteSnapshotStore::open(options).await.unwrap();
            let sql = format!("INSERT INTO snapshots VALUES ('a', {seq}, '1', 0)");
            place.connect().execute_batch(&sql).unwrap();
            let error = store.load_latest(&id("a")).await.unwrap_err();
            assert_eq!(error.code(), "snapshot-integrity", "{error}");
        }
    });
}

/// What fails only at the commit: a deferred foreign key that an event's insertion breaks.
const BREAK_COMMITS: &str = "
    CREATE TABLE parent (id PRIMARY KEY);
    CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER break_commit AFTER INSERT ON events WHEN new.event = CAST('666' AS BLOB)
    BEGIN INSERT INTO child VALUES (1); END;";

#[test]
fn a_lost_commit_refuses_writes_until_the_journal_is_opened_again() {
    pollster::block_on(async {
        let place = Place::filled().await;
        place.connect().execute_batch(BREAK_COMMITS).unwrap();
        let journal = place.open().await;
        append(&journal, "a", 10, event(11)).await;
        assert!(journal.append(&id("a"), 11, batch([666])).await.unwrap_err().is_lost());
        let error = journal.append(&id("a"), 11, batch([12])).await.unwrap_err();
        assert_eq!(error.code(), "poisoned");
        assert_eq!(read(&journal, "a").await.len(), 11, "reads go on");
        journal.close().await.unwrap();

        let journal = place.open().await;
        append(&journal, "a", 11, event(12)).await;
        assert_eq!(values(&read(&journal, "a").await), (1..=12).collect::<Vec<_>>());
    });
}
