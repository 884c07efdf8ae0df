//! Files of every version of the format, and files that are not ours.
#![cfg(not(target_arch = "wasm32"))]

mod words;

use std::{fs, path::Path};

use actor_journal::{
    DurableStateOptions, DurableStateStore, Error, Journal, Manifest, NewState, SnapshotOptions,
    SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteOptions, SqliteSnapshotStore,
    TagFilter,
};
use futures_util::TryStreamExt;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use words::{append, event, everything, id, named, read, seqs};

struct File {
    _directory: TempDir,
    path: String,
}

/// A copy of a fixture.
fn fixture(name: &str) -> File {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.db");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::copy(fixtures.join(name), &path).unwrap();
    File { _directory: directory, path: path.to_str().unwrap().into() }
}

impl File {
    fn connect(&self) -> Connection {
        Connection::open(&self.path).unwrap()
    }

    fn execute(&self, sql: &str) {
        self.connect().execute_batch(sql).unwrap();
    }

    async fn open(&self) -> Result<SqliteJournal, Error> {
        SqliteJournal::open(SqliteOptions::new(&self.path)).await
    }

    async fn open_snapshots(&self) -> Result<SqliteSnapshotStore, Error> {
        SqliteSnapshotStore::open(SnapshotOptions::new(&self.path)).await
    }

    fn options(&self) -> SqliteOptions {
        SqliteOptions::new(&self.path)
    }
}

async fn values(journal: &SqliteJournal, filter: TagFilter) -> Vec<Value> {
    let events: Vec<_> = journal.events_by_tag(filter, 0).try_collect().await.unwrap();
    events.iter().map(|event| event.json().unwrap()).collect()
}

#[test]
fn a_file_of_the_page_keeps_every_event() {
    pollster::block_on(async {
        let file = fixture("page.db");
        let journal = file.open().await.unwrap();

        let events = everything(&journal).await;
        let listed: Vec<_> = events
            .iter()
            .map(|event| format!("{} {} {} {:?}", event.position, event.id, event.seq, event.tags))
            .collect();
        assert_eq!(
            listed,
            [
                r#"1 account-1 1 ["money", "vip"]"#,
                r#"2 account-2 1 ["money", "cash"]"#,
                "3 account-1 2 []",
                r#"4 account-3 1 ["late", "money"]"#,
                "5 account-4 3 []",
            ]
        );
        let payloads: Vec<Value> = events.iter().map(|event| event.json().unwrap()).collect();
        assert_eq!(payloads[2], json!({ "withdrawn": 30 }));
        assert_eq!(payloads[3], json!({ "deposited": 7 }), "text where a BLOB belongs");
        assert_eq!(events[0].timestamp, 1_700_000_000_001);

        let money = values(&journal, TagFilter::one("money").unwrap()).await;
        assert_eq!(
            money,
            [json!({ "deposited": 100 }), json!({ "deposited": 5 }), json!({ "deposited": 7 })]
        );
        assert_eq!(journal.highest_seq(&id("account-4")).await.unwrap(), 3);
        assert_eq!(seqs(&read(&journal, "account-4").await), [3]);
        assert_eq!(append(&journal, "account-4", 3, event(1)).await[0].position, 6);
    });
}

#[test]
fn a_file_of_the_page_without_a_tag_table_opens_under_its_stem() {
    pollster::block_on(async {
        let file = fixture("page-without-tag-table.db");
        let options = file.options().events_table("orders_events");
        let journal = SqliteJournal::open(options).await.unwrap();
        assert_eq!(values(&journal, TagFilter::one("money").unwrap()).await, [json!("paid")]);
        assert_eq!(seqs(&read(&journal, "order-1").await), [1, 2]);
    });
}

#[test]
fn snapshots_of_the_page_are_loaded() {
    pollster::block_on(async {
        let file = fixture("page.db");
        let store = file.open_snapshots().await.unwrap();
        let latest = store.load_latest(&id("account-1")).await.unwrap().unwrap();
        assert_eq!(latest.decode::<Value>().unwrap(), json!({ "balance": 70 }));
    });
}

#[test]
fn an_upgraded_file_opens_again_and_answers_the_pages_queries() {
    pollster::block_on(async {
        let file = fixture("page.db");
        file.open().await.unwrap().close().await.unwrap();
        let journal = file.open().await.unwrap();
        assert_eq!(everything(&journal).await.len(), 5);
        journal.close().await.unwrap();

        let connection = file.connect();
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count("SELECT count(event) FROM events WHERE pid = 'account-1' AND seq > 0"), 2);
        assert_eq!(count("SELECT count(*) FROM events_tags WHERE tag = 'money'"), 3);
        assert_eq!(count("SELECT count(*) FROM events WHERE tags LIKE '%cash%'"), 1);
        assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        assert_eq!(count("PRAGMA user_version"), 4);
        assert_eq!(count("PRAGMA application_id"), i64::from(u32::from_be_bytes(*b"acjn")));
        let leftovers = "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%page%'";
        assert_eq!(count(leftovers), 0);
    });
}

#[test]
fn a_failed_upgrade_leaves_the_old_file() {
    pollster::block_on(async {
        let file = fixture("page.db");
        file.execute("INSERT INTO events VALUES ('z', 1, 5, 0, NULL)");
        let dump = |file: &File| {
            let connection = file.connect();
            let sql = "SELECT group_concat(pid || seq || event) || (SELECT group_concat(sql) FROM sqlite_schema) FROM events";
            connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()
        };
        let before = (dump(&file), fs::read(&file.path).unwrap());
        assert_eq!(file.open().await.err().unwrap().code(), "corrupt");
        assert_eq!((dump(&file), fs::read(&file.path).unwrap()), before);

        file.execute("DELETE FROM events WHERE pid = 'z'");
        assert_eq!(everything(&file.open().await.unwrap()).await.len(), 5);
    });
}

/// What every fixture of a version holds.
async fn holds_what_it_held(journal: &SqliteJournal, store: &SqliteSnapshotStore) {
    let events = read(journal, "account-1").await;
    let payloads: Vec<Value> = events.iter().map(|event| event.json().unwrap()).collect();
    assert_eq!(seqs(&events), [2, 3, 4]);
    assert_eq!(payloads, [json!({ "withdrawn": 30 }), json!("as cbor"), json!({ "deposited": 1 })]);
    assert_eq!(everything(journal).await.len(), 4);
    assert_eq!(values(journal, TagFilter::one("money").unwrap()).await.len(), 2);
    let latest = store.load_latest(&id("account-1")).await.unwrap().unwrap();
    assert_eq!((latest.seq, latest.decode::<u64>().unwrap()), (3, 70));
}

#[test]
fn a_file_of_version_1_opens_and_takes_manifests() {
    pollster::block_on(async {
        let file = fixture("version-1.db");
        for _ in 0..2 {
            let journal = file.open().await.unwrap();
            let store = file.open_snapshots().await.unwrap();
            holds_what_it_held(&journal, &store).await;
            assert!(everything(&journal).await.iter().all(|event| event.manifest.is_none()));
            journal.close().await.unwrap();
            store.close().await.unwrap();
        }
        let version = "PRAGMA user_version";
        let version = file.connect().query_row(version, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(version, 4);

        let journal = file.open().await.unwrap();
        let store = file.open_snapshots().await.unwrap();
        let written = append(&journal, "account-1", 4, named(1, "deposited", 2)).await;
        assert_eq!(written[0].position, 6);
        assert_eq!(read(&journal, "account-1").await[3..], written);
        let state = NewState::json(&71).unwrap().named("account", 2).unwrap();
        store.save(&id("account-1"), 5, state.clone()).await.unwrap();
        let latest = store.load_latest(&id("account-1")).await.unwrap().unwrap();
        assert_eq!(latest.manifest, state.manifest);
    });
}

/// What every fixture holds that has manifests; goes on writing.
async fn holds_manifests(file: &File) {
    let journal = file.open().await.unwrap();
    let store = file.open_snapshots().await.unwrap();
    holds_what_it_held(&journal, &store).await;
    let manifest = |name, version| Some(Manifest::new(name, version).unwrap());
    let events = read(&journal, "account-1").await;
    let manifests = [manifest("withdrawn", 2), None, manifest("deposited", 1)];
    assert!(events.iter().map(|event| &event.manifest).eq(&manifests));
    let latest = store.load_latest(&id("account-1")).await.unwrap().unwrap();
    assert_eq!(latest.manifest, manifest("account", 3));
    assert_eq!(append(&journal, "account-1", 4, event(1)).await[0].position, 6);
    assert!(journal.verify(|_| ()).await.unwrap().is_sound());
    assert!(store.verify(Some("events"), |_| ()).await.unwrap().is_sound());
}

#[test]
fn a_file_of_version_2_opens_and_takes_checksums() {
    pollster::block_on(async {
        let file = fixture("version-2.db");
        for unchecked in [4, 5] {
            let journal = file.open().await.unwrap();
            let found = journal.verify(|_| ()).await.unwrap();
            assert_eq!((found.unchecked, found.events), (4, unchecked), "{found:?}");
            if unchecked == 4 {
                holds_manifests(&file).await;
            }
        }
    });
}

async fn begun(journal: &SqliteJournal) -> Vec<String> {
    let ids = journal.persistence_ids_begun(0, 10).await.unwrap();
    ids.iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_of_version_3_opens_and_takes_the_order_in_which_streams_begin() {
    pollster::block_on(async {
        let file = fixture("version-3.db");
        for _ in 0..2 {
            let journal = file.open().await.unwrap();
            assert_eq!(begun(&journal).await, ["account-1", "account-2"]);
            assert!(journal.verify(|_| ()).await.unwrap().is_sound());
            journal.close().await.unwrap();
        }
        let journal = file.open().await.unwrap();
        append(&journal, "account-0", 0, event(1)).await;
        append(&journal, "account-1", 4, event(1)).await;
        assert_eq!(begun(&journal).await, ["account-1", "account-2", "account-0"]);
        assert!(journal.verify(|_| ()).await.unwrap().is_sound());
    });
}

#[test]
fn a_file_of_version_4_without_the_order_is_not_taken_for_one_of_version_3() {
    pollster::block_on(async {
        for fixture_of in ["version-3.db", "version-4.db"] {
            let file = fixture(fixture_of);
            file.open().await.unwrap().close().await.unwrap();
            file.execute("DROP TABLE events_begun");
            let error = file.open().await.err().unwrap();
            assert_eq!(error.code(), "corrupt");
            assert!(error.to_string().contains("\"events_begun\" is missing"), "{error}");
        }
    });
}

#[test]
fn a_file_of_version_3_beside_what_would_be_the_order_is_refused() {
    pollster::block_on(async {
        let file = fixture("version-3.db");
        file.execute("CREATE TABLE events_begun (of, another, program)");
        let error = file.open().await.err().unwrap();
        assert_eq!(error.code(), "corrupt");
        assert!(error.to_string().contains("events_begun"), "{error}");
    });
}

#[test]
fn a_file_of_version_4_opens() {
    pollster::block_on(async {
        let file = fixture("version-4.db");
        assert_eq!(begun(&file.open().await.unwrap()).await, ["account-2", "account-1"]);
        holds_manifests(&file).await;
        let found = file.open().await.unwrap().verify(|_| ()).await.unwrap();
        assert_eq!((found.unchecked, found.events, found.tags), (0, 5, 2));
        let states = SqliteDurableStateStore::open(DurableStateOptions::new(&file.path));
        let states = states.await.unwrap();
        let held = states.load(&id("cart-1")).await.unwrap();
        assert_eq!((held.revision, held.decode::<Value>().unwrap()), (1, Some(json!(["book"]))));
        let found = states.verify(|_| ()).await.unwrap();
        assert_eq!((found.unchecked, found.states, found.found), (0, 1, 0));
    });
}

#[test]
fn a_file_from_a_newer_version_is_refused() {
    pollster::block_on(async {
        let file = fixture("version-4.db");
        file.execute("PRAGMA user_version = 5");
        let error = file.open().await.err().unwrap();
        assert_eq!(error.code(), "newer-version");
        assert!(error.to_string().contains("version 5"), "{error}");
        assert_eq!(file.open_snapshots().await.err().unwrap().code(), "newer-version");
    });
}

#[test]
fn tables_that_are_not_a_journals_are_refused() {
    pollster::block_on(async {
        let foreign = [
            "CREATE TABLE events (id, name)",
            "CREATE VIEW events AS SELECT 1 AS pid",
            "CREATE TABLE events (pid, seq, event, ts, tags, position, token)",
            "PRAGMA application_id = 7",
            "PRAGMA user_version = 57",
            "CREATE TABLE events_heads (id)",
            "CREATE INDEX events_position ON orders_events (ts)",
        ];
        for sql in foreign {
            let file = fixture("page-without-tag-table.db");
            file.execute(sql);
            let error = file.open().await.err().unwrap();
            assert_eq!(error.code(), "corrupt", "{sql}: {error}");
        }
    });
}
