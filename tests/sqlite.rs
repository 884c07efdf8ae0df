//! The journal and the snapshot store in SQLite, in memory and in real files.
#![cfg(not(target_arch = "wasm32"))]

mod conformance;
mod words;

use actor_journal::{SnapshotOptions, SqliteJournal, SqliteOptions, SqliteSnapshotStore};
use tempfile::TempDir;

/// A directory with a database that goes away with it.
struct Place {
    directory: TempDir,
    wal: bool,
}

impl Place {
    fn new(wal: bool) -> Self {
        Self { directory: tempfile::tempdir().unwrap(), wal }
    }

    fn path(&self) -> String {
        self.directory.path().join("events.db").to_str().unwrap().into()
    }

    async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(SqliteOptions::new(self.path()).wal(self.wal)).await.unwrap()
    }
}

mod in_memory {
    use super::*;

    async fn journal() -> (SqliteJournal, ()) {
        (SqliteJournal::open(SqliteOptions::default()).await.unwrap(), ())
    }

    async fn snapshots() -> (SqliteSnapshotStore, ()) {
        (SqliteSnapshotStore::open(SnapshotOptions::default()).await.unwrap(), ())
    }

    conformance::journal_suite! { thread, super::journal }
    conformance::snapshot_suite! { thread, super::snapshots }
}

mod in_a_file {
    use super::*;

    async fn place() -> Place {
        Place::new(false)
    }

    async fn journal() -> (SqliteJournal, Place) {
        let place = place().await;
        (place.open().await, place)
    }

    async fn snapshots() -> (SqliteSnapshotStore, Place) {
        let place = place().await;
        (SqliteSnapshotStore::open(SnapshotOptions::new(place.path())).await.unwrap(), place)
    }

    conformance::journal_suite! { thread, super::journal }
    conformance::snapshot_suite! { thread, super::snapshots }
    conformance::durable_suite! { thread, super::place }
}

mod with_a_write_ahead_log {
    use super::*;

    async fn place() -> Place {
        Place::new(true)
    }

    async fn journal() -> (SqliteJournal, Place) {
        let place = place().await;
        (place.open().await, place)
    }

    conformance::journal_suite! { thread, super::journal }
    conformance::durable_suite! { thread, super::place }
}
