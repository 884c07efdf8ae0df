//! Files that are damaged, and writes that fail: an error that says where, never a wrong answer.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::fs;

use actor_journal::{
    ErrorKind, EventQuery, Journal, NewEvent, NewState, ReplayRange, SnapshotOptions,
    SnapshotStore, SqliteJournal, SqliteSnapshotStore, TagFilter, codec,
};
use futures_util::future::{join, join3};
use place::{Place, failure};
use words::{append, batch, event, everything, id, read, values};

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
            ("UPDATE events SET manifest = 'm' WHERE seq = 3", 3),
            ("UPDATE events SET version = 1 WHERE seq = 3", 3),
            ("UPDATE events SET manifest = '', version = 1 WHERE seq = 3", 3),
            ("UPDATE events SET manifest = x'ff', version = 1 WHERE seq = 3", 3),
            ("UPDATE events SET manifest = 'm', version = 0 WHERE seq = 3", 3),
            ("UPDATE events SET manifest = 'm', version = 2147483648 WHERE seq = 3", 3),
            ("UPDATE events SET manifest = 'm', version = 'two' WHERE seq = 3", 3),
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
fn tags_whose_positions_are_others_are_an_integrity_error() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        let entries = (1..=4).map(|value| words::tagged(value, &["x"])).collect::<Vec<_>>();
        append(&journal, "a", 0, entries).await;
        place.connect().execute_batch("UPDATE events_tags SET position = 5 - position").unwrap();
        let filter = TagFilter::one("x").unwrap();
        let query = EventQuery { filter, after: 0, until: 4 };
        let error = journal.events_page(query, 10).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Integrity { id: id("a"), seq: 4 }, "{error}");
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
            store.save(&id("a"), seq, NewState::json(&seq).unwrap()).await.unwrap();
        }
        assert_eq!(store.load_latest(&id("a")).await.unwrap().unwrap().seq, 3);
        assert_eq!(store.load_before(&id("a"), 2).await.unwrap().unwrap().seq, 1);
    });
}

#[test]
fn a_write_that_fails_leaves_nothing_and_disturbs_nobody() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let refuse =
            "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN new.event = CAST('666' AS BLOB)
            BEGIN SELECT RAISE(ABORT, 'no'); END";
        let journal = place.open().await;
        place.connect().execute_batch(refuse).unwrap();
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
fn a_snapshot_at_a_seq_no_event_has_is_an_integrity_error() {
    pollster::block_on(async {
        for seq in [-3_i64, 0, 1 << 53] {
            let place = Place::new();
            let options = SnapshotOptions::new(place.path("events.db"));
            let store = SqliteSnapshotStore::open(options).await.unwrap();
            let sql =
                format!("INSERT INTO snapshots (pid, seq, state, ts) VALUES ('a', {seq}, '1', 0)");
            place.connect().execute_batch(&sql).unwrap();
            let error = store.load_latest(&id("a")).await.unwrap_err();
            assert_eq!(error.code(), "snapshot-integrity", "{error}");
        }
    });
}

#[test]
fn a_snapshot_with_half_a_manifest_is_an_integrity_error() {
    pollster::block_on(async {
        for (manifest, version) in [("'m'", "NULL"), ("NULL", "1"), ("'m'", "-1")] {
            let place = Place::new();
            let options = SnapshotOptions::new(place.path("events.db"));
            let store = SqliteSnapshotStore::open(options).await.unwrap();
            let sql =
                format!("INSERT INTO snapshots VALUES ('a', 7, '1', 0, {manifest}, {version}, 0)");
            place.connect().execute_batch(&sql).unwrap();
            let error = store.load_latest(&id("a")).await.unwrap_err();
            let expected = ErrorKind::SnapshotIntegrity { id: id("a"), seq: 7 };
            assert_eq!(error.kind(), &expected, "{error}");
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
        let journal = place.open().await;
        place.connect().execute_batch(BREAK_COMMITS).unwrap();
        append(&journal, "a", 10, event(11)).await;
        assert!(journal.append(&id("a"), 11, batch([666])).await.unwrap_err().is_lost());
        let error = journal.append(&id("a"), 11, batch([12])).await.unwrap_err();
        assert_eq!(error.code(), "poisoned");
        assert_eq!(read(&journal, "a").await.len(), 11, "reads go on");
        journal.close().await.unwrap();
        place.connect().execute_batch("DROP TRIGGER break_commit").unwrap();

        let journal = place.open().await;
        append(&journal, "a", 11, event(12)).await;
        assert_eq!(values(&read(&journal, "a").await), (1..=12).collect::<Vec<_>>());
    });
}
