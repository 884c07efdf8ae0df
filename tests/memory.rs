//! The journal and the stores beside it in plain memory.
#![cfg(not(target_arch = "wasm32"))]

mod conformance;
mod words;

use actor_journal::{InMemoryDurableStateStore, InMemoryJournal, InMemorySnapshotStore};

async fn journal() -> (InMemoryJournal, ()) {
    (InMemoryJournal::new(), ())
}

async fn snapshots() -> (InMemorySnapshotStore, ()) {
    (InMemorySnapshotStore::default(), ())
}

async fn states() -> (InMemoryDurableStateStore, ()) {
    (InMemoryDurableStateStore::new(), ())
}

conformance::journal_suite! { thread, super::journal }
conformance::snapshot_suite! { thread, super::snapshots }
conformance::state_suite! { thread, super::states }
