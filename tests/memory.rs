//! The journal and the snapshot store in plain memory.
#![cfg(not(target_arch = "wasm32"))]

mod conformance;
mod words;

use actor_journal::{InMemoryJournal, InMemorySnapshotStore};

async fn journal() -> (InMemoryJournal, ()) {
    (InMemoryJournal::new(), ())
}

async fn snapshots() -> (InMemorySnapshotStore, ()) {
    (InMemorySnapshotStore::default(), ())
}

conformance::journal_suite! { thread, super::journal }
conformance::snapshot_suite! { thread, super::snapshots }
