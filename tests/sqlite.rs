//! The journal and the stores beside it in SQLite, in memory and in real files.
#![cfg(not(target_arch = "wasm32"))]

mod conformance;
mod faulty;
mod words;

use std::sync::Arc;

use actor_journal::{
    DurableStateOptions, Journal, NewEvent, NewState, PersistenceId, ReplayRange, SnapshotOptions,
    SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteOptions, SqliteSnapshotStore,
};
use futures_util::TryStreamExt;
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

    async fn states() -> (SqliteDurableStateStore, ()) {
        (SqliteDurableStateStore::open(DurableStateOptions::default()).await.unwrap(), ())
    }

    conformance::journal_suite! { thread, super::journal }
    conformance::snapshot_suite! { thread, super::snapshots }
    conformance::state_suite! { thread, super::states }
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

    async fn states() -> (SqliteDurableStateStore, Place) {
        let place = place().await;
        (
            SqliteDurableStateStore::open(DurableStateOptions::new(place.path())).await.unwrap(),
            place,
        )
    }

    conformance::journal_suite! { thread, super::journal }
    conformance::snapshot_suite! { thread, super::snapshots }
    conformance::state_suite! { thread, super::states }
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

mod in_a_vfs_by_name {
    use actor_journal::Durability;

    use super::*;
    use crate::faulty::{
        Disk,
        by_name::{journal, place, snapshots, states},
    };

    conformance::journal_suite! { thread, super::journal }
    conformance::snapshot_suite! { thread, super::snapshots }
    conformance::state_suite! { thread, super::states }
    conformance::durable_suite! { thread, super::place }

    #[test]
    fn it_has_its_write_ahead_log_always() {
        let options = Disk::new().journal(Durability::Full).wal(false);
        let refused = pollster::block_on(SqliteJournal::open(options)).err().unwrap();
        assert_eq!(refused.code(), "invalid-argument");
    }

    #[cfg(unix)]
    #[test]
    fn the_vfs_of_the_system_is_one_of_them() {
        let place = super::Place::new(true);
        let open = async || {
            SqliteJournal::open(SqliteOptions::new(place.path()).vfs("unix")).await.unwrap()
        };
        pollster::block_on(async {
            conformance::reopening::everything_is_there_again(open).await;
            let journal = open().await;
            let other = SqliteJournal::open(SqliteOptions::new(place.path())).await;
            assert!(other.err().unwrap().is_busy(), "the database is locked exclusively");
            journal.close().await.unwrap();
        });
    }

    #[test]
    fn a_name_that_nobody_registered_is_refused() {
        let options = SqliteOptions::new("events.db").vfs("nobody's");
        let refused = pollster::block_on(SqliteJournal::open(options)).err().unwrap();
        assert_eq!(refused.code(), "invalid-argument");
    }
}

mod a_store_beside_its_journal {
    use super::*;
    use crate::words::{append, batch, id, read};

    async fn both(place: &Place, stem: &str) -> (SqliteJournal, SqliteSnapshotStore) {
        let options = SqliteOptions::new(place.path()).events_table(stem);
        let journal = SqliteJournal::open(options).await.unwrap();
        (journal, SqliteSnapshotStore::open(SnapshotOptions::new(place.path())).await.unwrap())
    }

    #[test]
    fn compacts_what_every_kept_snapshot_covers() {
        pollster::block_on(async {
            let place = Place::new(true);
            let (journal, store) = both(&place, "orders").await;
            conformance::snapshots::compacts_what_every_kept_snapshot_covers(&store, &journal)
                .await;
        });
    }

    #[test]
    fn saves_nothing_when_it_cannot_compact() {
        pollster::block_on(async {
            let place = Place::new(false);
            let (journal, store) = both(&place, "events").await;
            append(&journal, "a", 0, batch(1..=3)).await;
            let connection = rusqlite::Connection::open(place.path()).unwrap();
            let refuse = "CREATE TRIGGER keep BEFORE DELETE ON events BEGIN
                SELECT RAISE(ABORT, 'these are kept'); END";
            connection.execute_batch(refuse).unwrap();
            let state = || NewState::json(&1).unwrap();
            store.save_and_compact(&id("a"), 2, state(), &journal).await.unwrap_err();
            assert_eq!(store.load_latest(&id("a")).await.unwrap(), None);
            assert_eq!(read(&journal, "a").await.len(), 3);

            connection.execute_batch("DROP TRIGGER keep").unwrap();
            store.save_and_compact_in(&id("a"), 2, state(), "events").await.unwrap();
            assert_eq!(read(&journal, "a").await.len(), 1);
            let nowhere = store.save_and_compact_in(&id("a"), 2, state(), "orders").await;
            assert_eq!(nowhere.unwrap_err().code(), "invalid-argument");
        });
    }
}

/// The contract is dyn-compatible and its futures go to any thread, under any executor or none.
#[test]
fn threads_share_one_journal() {
    let place = Place::new(true);
    let journal: Arc<dyn Journal> = Arc::new(pollster::block_on(place.open()));
    let threads = (0..8_u64).map(|thread| {
        let journal = journal.clone();
        std::thread::spawn(move || {
            let id = PersistenceId::new(format!("thread-{thread}")).unwrap();
            for seq in 0..50 {
                let event = NewEvent::json(&seq).unwrap();
                pollster::block_on(journal.append(&id, seq, event.into())).unwrap();
            }
            pollster::block_on(journal.read(&id, ReplayRange::from(..))).unwrap().len()
        })
    });
    let threads: Vec<_> = threads.collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 50));
    let everything: Vec<_> = pollster::block_on(journal.all_events(0).try_collect()).unwrap();
    assert!(everything.iter().map(|event| event.position).eq(1..=400));
}
