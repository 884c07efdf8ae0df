//! Database files, as anybody may have written them.

use std::{fs, path::Path, time::Duration};

use actor_journal::{
    DurableStateOptions, DurableStateStore, Error, Journal, NewEvent, PersistenceId,
    SnapshotOptions, SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore, TagFilter,
};
use futures_util::{StreamExt, TryStreamExt};

/// As many events as are read of a file that claims to have more.
const MOST: usize = 1000;

/// Whatever the bytes are, the file is opened and brought up to date, or is refused and left as it
/// was. What is opened is read to its end or to an error, and goes on or says why not.
pub fn open(bytes: &[u8]) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.db");
    pollster::block_on(async {
        for store in [Store::Journal, Store::Snapshots, Store::States] {
            fs::write(&path, bytes).unwrap();
            let opened = store.open(path.to_str().unwrap()).await;
            if let Err(error) = opened {
                let left = fs::read(&path).unwrap();
                assert!(
                    left == bytes,
                    "a file of {} bytes was refused and has {}: {error}",
                    bytes.len(),
                    left.len()
                );
            }
            remove_beside(&path);
        }
    });
}

#[derive(Clone, Copy)]
enum Store {
    Journal,
    Snapshots,
    States,
}

impl Store {
    async fn open(self, path: &str) -> Result<(), Error> {
        match self {
            Self::Journal => {
                let options = SqliteOptions::new(path).busy_timeout(Duration::ZERO);
                let journal = SqliteJournal::open(options).await?;
                let _ = use_journal(&journal).await;
                journal.close().await.unwrap();
            }
            Self::Snapshots => {
                let store = SqliteSnapshotStore::open(SnapshotOptions::new(path)).await?;
                let _ = use_snapshots(&store).await;
                store.close().await.unwrap();
            }
            Self::States => {
                let store = SqliteDurableStateStore::open(DurableStateOptions::new(path)).await?;
                let _ = store.load(&id("account-1")).await;
                store.close().await.unwrap();
            }
        }
        Ok(())
    }
}

async fn use_journal(journal: &SqliteJournal) -> Result<(), Error> {
    let all: Vec<_> = journal.all_events(0).take(MOST).collect().await;
    assert!(all.iter().flatten().is_sorted_by(|one, next| one.position < next.position));
    let tagged = journal.events_by_tag(TagFilter::one("money")?, 0).take(MOST);
    let _: Result<Vec<_>, _> = tagged.try_collect().await;
    for id in journal.persistence_ids(None, 20).await? {
        let events = journal.replay(&id, (..).into()).take(MOST).collect::<Vec<_>>().await;
        assert!(events.iter().flatten().is_sorted_by(|one, next| one.seq + 1 == next.seq));
        let head = journal.highest_seq(&id).await?;
        let appended = journal.append(&id, head, NewEvent::json(&1)?.into()).await;
        assert!(appended.is_err() || journal.highest_seq(&id).await? == head + 1);
    }
    Ok(())
}

async fn use_snapshots(store: &SqliteSnapshotStore) -> Result<(), Error> {
    store.load_latest(&id("account-1")).await?;
    store.save(&id("account-1"), 9, actor_journal::NewState::json(&1)?).await?;
    Ok(())
}

fn id(text: &str) -> PersistenceId {
    PersistenceId::new(text).unwrap()
}

fn remove_beside(path: &Path) {
    for suffix in ["-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(format!("{}{suffix}", path.display()));
    }
}
