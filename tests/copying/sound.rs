//! Of a copy all that it holds is checked before it takes the place of a database.

use std::fs;

use actor_journal::{
    AppendToken, DurableStateOptions, DurableStateStore, Journal, NewEvent, NewState, Restore,
    SnapshotOptions, SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore, restore,
};
use pollster::block_on;
use rusqlite::Connection;

use super::place::Place;
use crate::words::{append, batch, id, tagged};

/// A closed database with two journals, snapshots and durable states.
async fn filled(place: &Place) -> String {
    let path = place.path("copy.db");
    for table in ["events", "other"] {
        let options = SqliteOptions::new(&path).events_table(table);
        let journal = SqliteJournal::open(options).await.unwrap();
        append(&journal, "a", 0, tagged(1, &["tag"])).await;
        append(&journal, "a", 1, batch(2..=9)).await;
        journal.delete(&id("a"), 3).await.unwrap();
        journal.raise_compaction_mark(&id("elsewhere"), 7).await.unwrap();
        journal.close().await.unwrap();
    }
    let state = || NewState::json(&7).unwrap();
    let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&path)).await.unwrap();
    snapshots.save(&id("a"), 5, state()).await.unwrap();
    snapshots.close().await.unwrap();
    let states = SqliteDurableStateStore::open(DurableStateOptions::new(&path)).await.unwrap();
    states.save(&id("a"), 0, state(), AppendToken::random()).await.unwrap();
    states.close().await.unwrap();
    path
}

fn change(path: &str, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

/// Damage, and what is said of it.
const DAMAGES: [(&str, &str); 10] = [
    ("UPDATE events SET event = '8' WHERE seq = 7", "a 7: "),
    ("DELETE FROM events WHERE seq = 6", "a 6: "),
    ("UPDATE other SET ts = 'yesterday' WHERE seq = 5", "a 5: "),
    ("UPDATE events_heads SET head = 10", "a"),
    ("UPDATE events_meta SET value = 70", "last_position"),
    ("INSERT INTO other_tags VALUES ('a', 8, 'tag', 8)", "a 8: "),
    ("UPDATE snapshots SET state = '8'", "a 5: "),
    ("UPDATE states SET revision = 2", "a 2: "),
    ("CREATE TRIGGER late AFTER INSERT ON events BEGIN SELECT 1; END", "late"),
    ("CREATE TRIGGER late AFTER INSERT ON states BEGIN SELECT 1; END", "late"),
];

#[test]
fn a_copy_of_which_a_row_was_changed_is_refused_and_the_old_database_stays() {
    block_on(async {
        for (damage, said) in DAMAGES {
            let place = Place::new();
            let (copy, path) = (filled(&place).await, place.journal("events.db", 7).await);
            change(&copy, &format!("PRAGMA foreign_keys = OFF; {damage}"));
            let refused = restore(&copy, &path, |_| {}).await.unwrap_err();
            assert_eq!(refused.code(), "corrupt", "{damage}: {refused}");
            assert!(refused.to_string().contains(said), "{damage}: {refused}");
            let mut pieces = Restore::begin(&SqliteOptions::new(&path)).await.unwrap();
            pieces.write(&fs::read(&copy).unwrap()).unwrap();
            let again = pieces.finish(|_| {}).await.unwrap_err();
            assert_eq!((again.code(), again.to_string()), ("corrupt", refused.to_string()));
            assert_eq!(place.head("events.db").await, 7);
            assert_eq!(place.files(), ["copy.db", "events.db"]);
        }
    });
}

/// Compaction that no snapshot covers, and a mark without events, are no damage.
#[test]
fn all_that_a_sound_copy_holds_is_restored() {
    block_on(async {
        let place = Place::new();
        let (copy, path) = (filled(&place).await, place.journal("events.db", 7).await);
        restore(&copy, &path, |_| {}).await.unwrap();
        assert_eq!(place.head("events.db").await, 9);
        let states = SqliteDurableStateStore::open(DurableStateOptions::new(&path)).await.unwrap();
        assert_eq!(states.load(&id("a")).await.unwrap().revision, 1);
        states.close().await.unwrap();
    });
}

/// `verify` tells of it; but there would be no other way back in a page.
#[test]
fn what_was_stored_against_a_rule_or_by_somebody_s_own_codec_is_restored() {
    block_on(async {
        let place = Place::new();
        let old = place.path("old.db");
        change(
            &old,
            "CREATE TABLE events (pid TEXT NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL,
             ts INTEGER NOT NULL, tags TEXT, PRIMARY KEY (pid, seq));
             INSERT INTO events VALUES ('user/42', 1, '7', 1, 'a\u{7}b')",
        );
        let journal = place.opened("old.db").await;
        append(&journal, "a", 0, vec![NewEvent::bytes(*b"text of mine")]).await;
        assert!(!journal.verify(|_| {}).await.unwrap().is_sound());
        journal.backup(place.path("copy.db"), |_| {}).await.unwrap();
        journal.close().await.unwrap();
        restore(place.path("copy.db"), place.path("events.db"), |_| {}).await.unwrap();
        assert_eq!(place.head("events.db").await, 1);
        change(
            &place.path("copy.db"),
            "UPDATE events SET event = 'text of theirs' WHERE pid = 'a'",
        );
        let refused = restore(place.path("copy.db"), &old, |_| {}).await.unwrap_err();
        assert_eq!(refused.code(), "corrupt", "{refused}");
    });
}

#[test]
fn a_copy_of_stores_alone_is_checked() {
    block_on(async {
        let place = Place::new();
        let copy = place.path("copy.db");
        let states = SqliteDurableStateStore::open(DurableStateOptions::new(&copy)).await.unwrap();
        let state = NewState::json(&7).unwrap();
        states.save(&id("a"), 0, state, AppendToken::random()).await.unwrap();
        states.close().await.unwrap();
        restore(&copy, place.path("events.db"), |_| {}).await.unwrap();
        change(&copy, "UPDATE states SET state = '8'");
        let refused = restore(&copy, place.path("events.db"), |_| {}).await.unwrap_err();
        assert_eq!(refused.code(), "corrupt", "{refused}");
    });
}

/// They are brought up to date where they are opened, as every file is.
#[test]
fn copies_of_earlier_versions_are_checked_and_restored_as_they_are() {
    block_on(async {
        for version in 1..=3 {
            let place = Place::new();
            let (copy, path) = (place.path("copy.db"), place.journal("events.db", 7).await);
            fs::copy(format!("tests/fixtures/version-{version}.db"), &copy).unwrap();
            let before = fs::read(&copy).unwrap();
            restore(&copy, &path, |_| {}).await.unwrap();
            assert_eq!(fs::read(&copy).unwrap(), before);
            let there = Connection::open(&path).unwrap();
            let found: i64 = there.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
            assert_eq!(found, version);
            drop(there);
            let journal = place.opened("events.db").await;
            let ids = journal.persistence_ids(None, 10).await.unwrap();
            assert!(!ids.is_empty());
            journal.close().await.unwrap();
            change(&copy, "PRAGMA foreign_keys = OFF; UPDATE events_heads SET head = head + 1");
            let refused = restore(&copy, &path, |_| {}).await.unwrap_err();
            assert_eq!(refused.code(), "corrupt", "{refused}");
        }
    });
}

/// Damage in what made a table does not turn it into somebody else's, which nobody checks.
#[test]
fn a_copy_with_a_changed_definition_of_a_table_is_refused() {
    block_on(async {
        let place = Place::new();
        let (from, to) = (place.path("copy.db"), place.path("events.db"));
        place.journal("copy.db", 3).await;
        let store = SqliteSnapshotStore::open(SnapshotOptions::new(&from)).await.unwrap();
        store.save(&id("a"), 3, NewState::json(&6).unwrap()).await.unwrap();
        store.close().await.unwrap();
        let bytes = fs::read(&from).unwrap();
        let begin = find(&bytes, b"CREATE TABLE \"snapshots\"");
        let end = begin + find(&bytes[begin..], b"PRIMARY KEY (pid, seq)");
        for at in begin..end {
            let mut damaged = bytes.clone();
            damaged[at] ^= 2;
            fs::write(&from, damaged).unwrap();
            if restore(&from, &to, |_| {}).await.is_ok() {
                let store = SqliteSnapshotStore::open(SnapshotOptions::new(&to)).await.unwrap();
                assert_eq!(store.load_latest(&id("a")).await.unwrap().unwrap().seq, 3, "{at}");
                store.close().await.unwrap();
                fs::remove_file(&to).unwrap();
            }
        }
    });
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|window| window == part).unwrap()
}
