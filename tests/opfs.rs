//! In wasm in a browser's dedicated worker: SQLite in the origin-private file system.
#![cfg(target_arch = "wasm32")]

mod conformance;
mod words;

use std::sync::atomic::{AtomicU64, Ordering};

use actor_journal::{
    AppendToken, DurableStateOptions, DurableStateStore, Journal, NewEvent, NewState,
    PersistenceId, SnapshotOptions, SnapshotStore, SqliteDurableStateStore, SqliteJournal,
    SqliteOptions, SqliteSnapshotStore,
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

async fn states() -> (SqliteDurableStateStore, ()) {
    let options = DurableStateOptions::new(Place::new().path);
    (SqliteDurableStateStore::open(options).await.unwrap(), ())
}

conformance::journal_suite! { event_loop, super::journal }
conformance::snapshot_suite! { event_loop, super::snapshots }
conformance::state_suite! { event_loop, super::states }
conformance::durable_suite! { event_loop, super::place }

/// Six million bytes, more than what is gathered in memory of a transaction.
#[wasm_bindgen_test]
async fn a_large_transaction_is_there_after_reopening() {
    let place = Place::new();
    let id = PersistenceId::new("a").unwrap();
    let large = "x".repeat(20_000);
    let events = vec![NewEvent::json(&large).unwrap(); 300];
    let journal = place.open().await;
    journal.append(&id, 0, events.into()).await.unwrap();
    journal.append(&id, 300, NewEvent::json(&1).unwrap().into()).await.unwrap();
    journal.close().await.unwrap();
    let journal = place.open().await;
    let events = journal.read(&id, (..).into()).await.unwrap();
    assert_eq!(events.len(), 301);
    assert!(events[..300].iter().all(|event| event.json::<String>().unwrap() == large));
    journal.close().await.unwrap();
}

/// The sizes of the files in a database's directory.
const SIZES: &str = "return (async (path) => {
    let directory = await navigator.storage.getDirectory();
    for (const name of ['actor-journal', path, '.opaque']) {
        directory = await directory.getDirectoryHandle(name);
    }
    const sizes = [];
    for await (const file of directory.values()) sizes.push((await file.getFile()).size);
    return sizes;
})(path)";

#[wasm_bindgen_test]
async fn a_database_takes_whole_pages_of_any_size() {
    const HEADER: u32 = 4096;
    let place = Place::new();
    let id = PersistenceId::new("a").unwrap();
    let journal = place.open().await;
    journal.append(&id, 0, NewEvent::json(&1).unwrap().into()).await.unwrap();
    journal.close().await.unwrap();
    let sizes = js_sys::Function::new_with_args("path", SIZES);
    let sizes = sizes.call1(&js_sys::global(), &place.path.as_str().into()).unwrap();
    let sizes = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::from(sizes)).await.unwrap();
    let sizes: Vec<_> = js_sys::Array::from(&sizes).iter().map(|size| size.as_f64()).collect();
    let pages = sizes.iter().map(|size| size.unwrap() as u32 - HEADER);
    assert!(pages.clone().all(|size| size.is_multiple_of(65_536)), "{sizes:?}");
    assert_eq!(pages.filter(|size| *size > 0).count(), 1, "{sizes:?}");
}

#[wasm_bindgen_test]
async fn journal_and_stores_on_one_path_share_the_database() {
    let place = Place::new();
    let id = PersistenceId::new("a").unwrap();
    let journal = place.open().await;
    let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&place.path)).await.unwrap();
    let states =
        SqliteDurableStateStore::open(DurableStateOptions::new(&place.path)).await.unwrap();
    journal.append(&id, 0, NewEvent::json(&1).unwrap().into()).await.unwrap();
    snapshots.save(&id, 1, NewState::json(&1).unwrap()).await.unwrap();
    states.save(&id, 0, NewState::json(&1).unwrap(), AppendToken::random()).await.unwrap();
    journal.close().await.unwrap();
    assert_eq!(snapshots.load_latest(&id).await.unwrap().unwrap().seq, 1);
    snapshots.close().await.unwrap();
    assert_eq!(states.load(&id).await.unwrap().revision, 1);
    states.close().await.unwrap();
    assert_eq!(place.open().await.highest_seq(&id).await.unwrap(), 1);
}
