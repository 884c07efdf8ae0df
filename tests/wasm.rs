//! In wasm under Node: plain memory and SQLite in memory.
#![cfg(target_arch = "wasm32")]

mod conformance;
mod words;

mod plain {
    use actor_journal::{InMemoryJournal, InMemorySnapshotStore};

    use super::conformance;

    async fn journal() -> (InMemoryJournal, ()) {
        (InMemoryJournal::new(), ())
    }

    async fn snapshots() -> (InMemorySnapshotStore, ()) {
        (InMemorySnapshotStore::default(), ())
    }

    conformance::journal_suite! { event_loop, super::journal }
    conformance::snapshot_suite! { event_loop, super::snapshots }
}

mod sqlite {
    use actor_journal::{SnapshotOptions, SqliteJournal, SqliteOptions, SqliteSnapshotStore};

    use super::conformance;

    async fn journal() -> (SqliteJournal, ()) {
        (SqliteJournal::open(SqliteOptions::default()).await.unwrap(), ())
    }

    async fn snapshots() -> (SqliteSnapshotStore, ()) {
        (SqliteSnapshotStore::open(SnapshotOptions::default()).await.unwrap(), ())
    }

    conformance::journal_suite! { event_loop, super::journal }
    conformance::snapshot_suite! { event_loop, super::snapshots }
}
