//! Files that somebody made to do harm: refused, or read safely.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::fs;

use actor_journal::{
    AppendToken, DurableStateOptions, DurableStateStore, Journal, NewState, SnapshotOptions,
    SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore, TagFilter,
};
use place::{Place, failure};
use words::{append, batch, event, everything, id, read, tagged, tagged_with, values};

/// A closed file with a journal, snapshots and states, changed by `sql`.
async fn made(sql: &str) -> Place {
    let place = Place::filled().await;
    let (snapshots, states) = (snapshots(&place).await.unwrap(), states(&place).await.unwrap());
    let state = NewState::json(&1).unwrap();
    snapshots.save(&id("a"), 5, state.clone()).await.unwrap();
    states.save(&id("a"), 0, state, AppendToken::random()).await.unwrap();
    snapshots.close().await.unwrap();
    states.close().await.unwrap();
    place.connect().execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    place
}

async fn snapshots(place: &Place) -> actor_journal::Result<SqliteSnapshotStore> {
    SqliteSnapshotStore::open(SnapshotOptions::new(place.path("events.db"))).await
}

async fn states(place: &Place) -> actor_journal::Result<SqliteDurableStateStore> {
    SqliteDurableStateStore::open(DurableStateOptions::new(place.path("events.db"))).await
}

/// Asserts that a journal refuses the file, says `why`, and leaves it alone.
async fn refuses(sql: &str, why: &str) {
    let place = made(sql).await;
    let before = fs::read(place.path("events.db")).unwrap();
    for options in [place.options(), place.options().read_only(true)] {
        let error = failure(options).await;
        assert_eq!(error.code(), "corrupt", "{sql}: {error}");
        assert!(error.to_string().contains(why), "{sql}: {error}");
    }
    assert_eq!(fs::read(place.path("events.db")).unwrap(), before);
}

/// SQL that changes the statement which made a table, behind SQLite's back.
fn rewritten(table: &str, from: &str, to: &str) -> String {
    format!(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, '{from}', '{to}') WHERE name = '{table}'"
    )
}

#[test]
fn tables_that_do_more_than_ours_are_refused() {
    pollster::block_on(async {
        let columns = [
            ("events", "pid TEXT NOT NULL", "pid TEXT NOT NULL COLLATE NOCASE"),
            ("events", "ts INTEGER NOT NULL", "ts INTEGER NOT NULL CHECK (ts > 0)"),
            ("events", "tags TEXT", "tags TEXT DEFAULT (hex(randomblob(9)))"),
            ("events", "tags TEXT", "tags TEXT GENERATED ALWAYS AS (hex(event)) VIRTUAL"),
            ("events", "PRIMARY KEY (pid, seq)", "PRIMARY KEY (pid, seq) ON CONFLICT REPLACE"),
            ("events", "checksum INTEGER", "checksum INTEGER, extra INTEGER"),
            ("events", "event BLOB", "event TEXT"),
            ("events_tags", "ON DELETE CASCADE", "ON DELETE RESTRICT"),
            ("events_tags", "REFERENCES \"events\"", "REFERENCES \"snapshots\""),
            ("events_heads", "head INTEGER NOT NULL", "head INTEGER"),
            ("events_begun", "INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY DESC"),
            ("events_meta", "key TEXT NOT NULL", "key TEXT NOT NULL COLLATE RTRIM"),
            ("events_position", "(position)", "(position) WHERE position < 3"),
            ("events_tags_tag", "(tag, position)", "(tag, pid)"),
        ];
        for (table, from, to) in columns {
            refuses(&rewritten(table, from, to), &format!("{table:?}")).await;
        }
        for (table, from, to) in [
            ("snapshots", "pid TEXT NOT NULL", "pid TEXT NOT NULL COLLATE NOCASE"),
            ("states", "token BLOB NOT NULL", "token BLOB NOT NULL CHECK (random())"),
        ] {
            let place = made(&rewritten(table, from, to)).await;
            let refused = match table {
                "snapshots" => snapshots(&place).await.err(),
                _ => states(&place).await.err(),
            };
            assert_eq!(refused.unwrap().code(), "corrupt", "{table}");
        }
    });
}

#[test]
fn what_is_no_table_of_ours_is_refused() {
    pollster::block_on(async {
        for (sql, why) in [
            ("DROP TABLE events; CREATE VIEW events AS SELECT * FROM events_tags", "CREATE VIEW"),
            (
                "DROP TABLE events_heads; CREATE VIEW events_heads AS SELECT 'a', 10, 0",
                "CREATE VIEW",
            ),
            (
                "DROP TABLE events_begun; CREATE VIEW events_begun AS SELECT 1, 'a', 2",
                "CREATE VIEW",
            ),
            ("DROP TABLE events; CREATE VIRTUAL TABLE events USING fts5(pid, seq)", "VIRTUAL"),
            ("DROP TABLE events_meta; CREATE TABLE events_meta (key, value)", "events_meta"),
            ("DROP TABLE events_meta", "events_meta"),
            ("DROP INDEX events_position", "events_position"),
            (
                "DROP INDEX events_position; CREATE INDEX events_position ON events (ts)",
                "events_position",
            ),
            (
                "DROP TABLE events_heads; CREATE TABLE events_heads (pid TEXT NOT NULL PRIMARY KEY, head INTEGER NOT NULL, compacted INTEGER NOT NULL, checksum INTEGER)",
                "events_heads",
            ),
        ] {
            refuses(sql, why).await;
        }
    });
}

#[test]
fn what_would_run_when_we_write_is_refused_and_named() {
    pollster::block_on(async {
        for (sql, why) in [
            (
                "CREATE TRIGGER lurking AFTER INSERT ON events BEGIN DELETE FROM events; END",
                "lurking",
            ),
            ("CREATE TRIGGER lurking BEFORE UPDATE ON events_heads BEGIN SELECT 1; END", "lurking"),
            (
                "CREATE TRIGGER events_tags AFTER DELETE ON EVENTS BEGIN SELECT 1; END",
                "events_tags",
            ),
            ("CREATE INDEX lurking ON events (hex(event))", "lurking"),
            ("CREATE INDEX lurking ON events (seq + 1)", "lurking"),
            ("CREATE UNIQUE INDEX lurking ON events (seq)", "lurking"),
            ("CREATE INDEX lurking ON events_tags (pid) WHERE tag > 'a'", "lurking"),
            (
                "CREATE TABLE lurking (p, s, FOREIGN KEY (p, s) REFERENCES Events ON DELETE CASCADE)",
                "lurking",
            ),
        ] {
            refuses(sql, why).await;
        }
        let place =
            made("CREATE TRIGGER lurking AFTER INSERT ON snapshots BEGIN SELECT 1; END").await;
        assert!(snapshots(&place).await.err().unwrap().to_string().contains("lurking"));
        let place = made("CREATE TRIGGER lurking AFTER UPDATE ON states BEGIN SELECT 1; END").await;
        assert!(states(&place).await.err().unwrap().to_string().contains("lurking"));
    });
}

#[test]
fn a_file_of_an_earlier_version_with_a_trigger_is_not_brought_up_to_date() {
    pollster::block_on(async {
        for fixture in ["page.db", "version-1.db", "version-2.db", "version-3.db"] {
            let place = Place::new();
            let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
            fs::copy(fixtures.join(fixture), place.path("events.db")).unwrap();
            let lurking = "CREATE TRIGGER lurking AFTER DELETE ON events BEGIN SELECT 1; END";
            place.connect().execute_batch(lurking).unwrap();
            let before = fs::read(place.path("events.db")).unwrap();
            assert_eq!(failure(place.options()).await.code(), "corrupt", "{fixture}");
            assert_eq!(fs::read(place.path("events.db")).unwrap(), before, "{fixture}");
        }
    });
}

#[test]
fn what_has_no_say_may_stand_beside_the_tables() {
    pollster::block_on(async {
        let place = made(
            "CREATE INDEX by_time ON events (ts, pid DESC);
             CREATE VIEW recent AS SELECT * FROM events ORDER BY ts DESC LIMIT 10;
             CREATE TABLE notes (note TEXT CHECK (length(note) > 0));
             CREATE INDEX notes_upper ON notes (upper(note));
             CREATE TRIGGER noted AFTER INSERT ON notes BEGIN DELETE FROM notes WHERE note = 'x'; END;
             CREATE TABLE answers (note, FOREIGN KEY (note) REFERENCES notes (note));
             CREATE VIRTUAL TABLE search USING fts5(words)",
        )
        .await;
        let journal = place.open().await;
        append(&journal, "a", 10, event(11)).await;
        assert_eq!(values(&read(&journal, "a").await), (1..=11).collect::<Vec<_>>());
        assert!(journal.verify(|_| ()).await.unwrap().is_sound());
    });
}

#[test]
fn values_of_any_size_and_kind_are_read_or_refused() {
    pollster::block_on(async {
        let place =
            made("UPDATE events SET event = zeroblob(50000000), checksum = NULL WHERE seq = 4")
                .await;
        let journal = place.open().await;
        assert_eq!(read(&journal, "a").await[3].payload.len(), 50_000_000);
        assert_eq!(everything(&journal).await.len(), 10);
        assert!(journal.verify(|_| ()).await.unwrap().is_sound());
        for damage in [
            "UPDATE events SET tags = zeroblob(9000000), checksum = NULL WHERE seq = 4",
            "UPDATE events SET manifest = hex(zeroblob(9000)), version = 1, checksum = NULL WHERE seq = 4",
            "UPDATE events SET ts = 1e300 WHERE seq = 4",
            "UPDATE events SET position = 'first' WHERE seq = 4",
            "UPDATE events SET checksum = 'none' WHERE seq = 4",
            "UPDATE events SET token = 4.5 WHERE seq = 4",
        ] {
            let place = made(damage).await;
            let journal = place.open().await;
            let error = journal.read(&id("a"), (..).into()).await.unwrap_err();
            assert!(["corrupt", "integrity"].contains(&error.code()), "{damage}: {error}");
            assert_eq!(journal.read(&id("a"), (..=3).into()).await.unwrap().len(), 3, "{damage}");
            assert!(!journal.verify(|_| ()).await.unwrap().is_sound(), "{damage}");
        }
    });
}

const NASTY: [&str; 8] = [
    "'); DROP TABLE events; --",
    "\" OR 1=1 --",
    "?1",
    ":id @id $id",
    "%_*[a-z]",
    "a' || (SELECT hex(event) FROM events) || '",
    "\u{202e}\u{feff}\u{10ffff}",
    "NULL",
];

#[test]
fn ids_tags_and_tables_never_reach_sql_as_text() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let journal = SqliteJournal::open(place.options()).await.unwrap();
        let snapshots = snapshots(&place).await.unwrap();
        let states = states(&place).await.unwrap();
        for (index, nasty) in (100..).zip(NASTY) {
            // An id has no slash and a tag no comma, and none of these does.
            append(&journal, nasty, 0, vec![tagged(index, &[nasty, "x"]), event(0)]).await;
            assert_eq!(values(&read(&journal, nasty).await), [index, 0]);
            assert_eq!(tagged_with(&journal, TagFilter::one(nasty).unwrap()).await, [index]);
            let both = TagFilter::new([nasty, "x"], [nasty], ["y"]);
            assert_eq!(tagged_with(&journal, both.unwrap()).await, [index]);
            let state = NewState::json(&index).unwrap().named(nasty, 1).unwrap();
            snapshots.save(&id(nasty), 1, state.clone()).await.unwrap();
            let latest = snapshots.load_latest(&id(nasty)).await.unwrap().unwrap();
            assert_eq!(latest.decode::<u64>().unwrap(), index);
            states.save(&id(nasty), 0, state, AppendToken::random()).await.unwrap();
            assert_eq!(states.load(&id(nasty)).await.unwrap().revision, 1);
            journal.delete(&id(nasty), 1).await.unwrap();
            journal.raise_compaction_mark(&id(nasty), 1).await.unwrap();
            assert_eq!(journal.highest_seq(&id(nasty)).await.unwrap(), 2);
            let table = failure(place.options().events_table(format!("{nasty}\""))).await;
            assert_eq!(table.code(), "invalid-argument", "{nasty}");
        }
        let ids = journal.persistence_ids(None, 100).await.unwrap();
        assert_eq!(ids.len(), NASTY.len() + 1, "{ids:?}");
        assert_eq!(values(&read(&journal, "a").await), (1..=10).collect::<Vec<_>>());
        assert!(journal.verify(|_| ()).await.unwrap().is_sound());
        assert!(snapshots.verify(Some("events"), |_| ()).await.unwrap().is_sound());
        assert!(states.verify(|_| ()).await.unwrap().is_sound());
        let error = snapshots.verify(Some(NASTY[0]), |_| ()).await.unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
        append(&journal, "a", 10, batch([11])).await;
    });
}
