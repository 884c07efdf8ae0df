//! In wasm in a browser's dedicated worker: SQLite in the origin-private file system.
#![cfg(target_arch = "wasm32")]

mod conformance;
mod words;

use std::sync::atomic::{AtomicU64, Ordering};

use actor_journal::{
    AppendToken, Journal, NewEvent, PersistenceId, SnapshotOptions, SnapshotStore, SqliteJournal,
    SqliteOptions, SqliteSnapshotStore, codec,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A database of its own for each test of each run.
struct Place {
    path: String,
}

impl Place {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let run = u128::from_be_bytes(*AppendToken::random().as_bytes());
        Self { path: format!("{run:x}-{number}.db") }
    }

    async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(SqliteOptions::new(&self.path)).await.unwrap()
    }
}

async fn place() -> Place {
    Place::new()
}

async fn journal() -> (SqliteJournal, ()) {
    (Place::new().open().await, ())
}

async fn snapshots() -> (SqliteSnapshotStore, ()) {
    (SqliteSnapshotStore::open(SnapshotOptions::new(Place::new().path)).await.unwrap(), ())
}

conformance::journal_suite! { event_loop, super::journal }
conformance::snapshot_suite! { event_loop, super::snapshots }
conformance::durable_suite! { event_loop, super::place }

#[wasm_bindgen_test]
async fn journal_and_snapshots_on_one_path_share_the_database() {
    let place = Place::new();
    let id = PersistenceId::new("a").unwrap();
    let journal = place.open().await;
    let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&place.path)).await.unwrap();
    journal.append(&id, 0, NewEvent::json(&1).unwrap().into()).await.unwrap();
    snapshots.save(&id, 1, codec::to_json(&1).unwrap().into()).await.unwrap();
    journal.close().await.unwrap();
    assert_eq!(snapshots.load_latest(&id).await.unwrap().unwrap().seq, 1);
    snapshots.close().await.unwrap();
    assert_eq!(place.open().await.highest_seq(&id).await.unwrap(), 1);
}
