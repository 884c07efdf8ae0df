//! In wasm under Node: plain memory, SQLite in memory and in a VFS by name.
#![cfg(target_arch = "wasm32")]

mod behaviours;
mod conformance;
mod faulty;
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
    use actor_journal::Durability;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{
        conformance,
        faulty::{
            Disk,
            by_name::{journal, place, snapshots, states},
            check::{Ended, Promise},
            power::{Fate, Power},
            story::{Stores, Story},
        },
    };

    conformance::journal_suite! { event_loop, super::journal }
    conformance::snapshot_suite! { event_loop, super::snapshots }
    conformance::state_suite! { event_loop, super::states }
    conformance::durable_suite! { event_loop, super::place }

    #[wasm_bindgen_test]
    async fn a_power_cut_takes_nothing_that_was_answered() {
        let (disk, mut story) = (Disk::new().with_small_pages(), Story::default());
        let stores = Stores::open(&disk, Durability::Full).await.unwrap();
        for round in 0..12 {
            story.go_on(&stores, &disk, round).await.unwrap();
        }
        stores.close().await;
        let (history, crashed, mut power) = (disk.history(), Disk::new(), Power::default());
        for (moment, change) in (1..).zip(&history) {
            power.advance(change);
            let ended = Ended { story: &story, moment, promise: Promise::Answered };
            for fate in [Fate::Kept, Fate::Dropped, Fate::Torn(moment as u64)] {
                crashed.load(power.cut(fate));
                ended.check(&crashed).await;
            }
        }
    }
}
