//! In wasm under Node: plain memory, SQLite in memory and in a VFS by name.
#![cfg(target_arch = "wasm32")]

mod behaviours;
mod conformance;
mod crashing;
mod dice;
mod faulty;
mod ordering;
mod tables;
mod words;

mod plain {
    use actor_journal::{InMemoryDurableStateStore, InMemoryJournal, InMemorySnapshotStore};

    use super::conformance;

    async fn journal() -> (InMemoryJournal, ()) {
        (InMemoryJournal::new(), ())
    }

    async fn snapshots() -> (InMemorySnapshotStore, ()) {
        (InMemorySnapshotStore::default(), ())
    }

    async fn states() -> (InMemoryDurableStateStore, ()) {
        (InMemoryDurableStateStore::new(), ())
    }

    conformance::journal_suite! { event_loop, super::journal }
    conformance::snapshot_suite! { event_loop, super::snapshots }
    conformance::state_suite! { event_loop, super::states }
    crate::ordering::order_suite! { event_loop, super::journal }
}

mod sqlite {
    use actor_journal::{
        DurableStateOptions, SnapshotOptions, SqliteDurableStateStore, SqliteJournal,
        SqliteOptions, SqliteSnapshotStore,
    };

    use super::conformance;

    async fn journal() -> (SqliteJournal, ()) {
        (SqliteJournal::open(SqliteOptions::default()).await.unwrap(), ())
    }

    async fn snapshots() -> (SqliteSnapshotStore, ()) {
        (SqliteSnapshotStore::open(SnapshotOptions::default()).await.unwrap(), ())
    }

    async fn states() -> (SqliteDurableStateStore, ()) {
        (SqliteDurableStateStore::open(DurableStateOptions::default()).await.unwrap(), ())
    }

    conformance::journal_suite! { event_loop, super::journal }
    conformance::snapshot_suite! { event_loop, super::snapshots }
    conformance::state_suite! { event_loop, super::states }
    crate::ordering::order_suite! { event_loop, super::journal }
}

mod actors {
    use actor_journal::{
        DurableStateOptions, SnapshotOptions, SqliteDurableStateStore, SqliteJournal,
        SqliteOptions, SqliteSnapshotStore,
    };

    use super::behaviours::{self, place::Place};

    async fn place() -> Place {
        let journal = SqliteJournal::open(SqliteOptions::default()).await.unwrap();
        let snapshots = SqliteSnapshotStore::open(SnapshotOptions::default()).await.unwrap();
        let states = SqliteDurableStateStore::open(DurableStateOptions::default()).await.unwrap();
        Place::new(journal, snapshots, states, |builder| builder, ())
    }

    behaviours::every! { tests_on_the_event_loop! { self::place; } }
}

mod in_a_vfs_by_name {
    use super::{
        conformance,
        faulty::by_name::{journal, place, snapshots, states},
    };

    conformance::journal_suite! { event_loop, super::journal }
    conformance::snapshot_suite! { event_loop, super::snapshots }
    conformance::state_suite! { event_loop, super::states }
    conformance::durable_suite! { event_loop, super::place }
}

/// On a disk that loses its power, refuses calls or is full, as natively.
mod crashes {
    crate::crashing::crash_suite! { event_loop, crate::faulty::Disk::new() }
}
