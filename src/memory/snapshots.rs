use std::{collections::BTreeMap, sync::Arc};

use super::shared::Shared;
use crate::{
    error::Result,
    journal::check_seq,
    platform::{BoxFuture, now},
    snapshots::{DEFAULT_KEEP, SnapshotStore},
    types::{NewState, PersistenceId, Seq, Snapshot, SnapshotBounds},
};

/// A snapshot store in memory, gone with its last handle.
///
/// ```
/// use actor_journal::{InMemorySnapshotStore, NewState, PersistenceId, SnapshotStore};
///
/// # pollster::block_on(async {
/// let snapshots = InMemorySnapshotStore::new(3);
/// let id = PersistenceId::new("account-7")?;
/// snapshots.save(&id, 10, NewState::json(&70)?).await?;
/// let latest = snapshots.load_latest(&id).await?.unwrap();
/// assert_eq!((latest.seq, latest.decode::<u64>()?), (10, 70));
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct InMemorySnapshotStore {
    keep: usize,
    snapshots: Arc<Shared<Snapshots>>,
}

type Snapshots = BTreeMap<PersistenceId, BTreeMap<Seq, Snapshot>>;

impl InMemorySnapshotStore {
    /// An empty store that keeps the latest `keep` snapshots of each id, at least one.
    pub fn new(keep: usize) -> Self {
        Self { keep: keep.max(1), snapshots: Arc::default() }
    }
}

impl Default for InMemorySnapshotStore {
    fn default() -> Self {
        Self::new(DEFAULT_KEEP)
    }
}

impl SnapshotStore for InMemorySnapshotStore {
    fn save<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
    ) -> BoxFuture<'a, Result<()>> {
        self.snapshots.answer(move |snapshots| {
            check_seq("snapshot seq", seq)?;
            let of_id = snapshots.entry(id.clone()).or_default();
            let NewState { payload: state, manifest, timestamp } = state;
            let timestamp = timestamp.unwrap_or_else(now);
            let snapshot = Snapshot { id: id.clone(), seq, timestamp, state, manifest };
            of_id.insert(seq, snapshot);
            while of_id.len() > self.keep {
                of_id.pop_first();
            }
            Ok(())
        })
    }

    fn load<'a>(
        &'a self,
        id: &'a PersistenceId,
        bounds: SnapshotBounds,
    ) -> BoxFuture<'a, Result<Option<Snapshot>>> {
        self.snapshots.answer(move |snapshots| {
            let of_id = snapshots.get(id).into_iter().flat_map(|of_id| of_id.values().rev());
            Ok(of_id.into_iter().find(|snapshot| bounds.contain(snapshot)).cloned())
        })
    }

    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>> {
        self.snapshots.answer(move |snapshots| {
            if let Some(of_id) = snapshots.get_mut(id) {
                of_id.retain(|seq, _| *seq > to);
            }
            Ok(())
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.snapshots.close()
    }
}
