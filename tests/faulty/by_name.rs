//! Where the conformance suites find a journal in a VFS that it names.

use actor_journal::{SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore};

use super::Disk;

pub async fn place() -> Disk {
    Disk::new()
}

pub async fn journal() -> (SqliteJournal, ()) {
    (Disk::new().open().await, ())
}

pub async fn snapshots() -> (SqliteSnapshotStore, ()) {
    (SqliteSnapshotStore::open(Disk::new().snapshots()).await.unwrap(), ())
}

pub async fn states() -> (SqliteDurableStateStore, ()) {
    (SqliteDurableStateStore::open(Disk::new().states()).await.unwrap(), ())
}
