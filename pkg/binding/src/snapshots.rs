use actor_journal::{NewState, PersistenceId, Result, SnapshotStore, SqliteSnapshotStore};

use crate::{
    number::whole,
    options::{Manifest, OpenOptions, SnapshotBounds},
    stored::StoredState,
    verification,
};

/// An open snapshot store. Clones share it.
#[derive(Clone)]
pub struct SnapshotsHandle(SqliteSnapshotStore);

impl SnapshotsHandle {
    /// Opens the store that `options` name.
    ///
    /// # Errors
    ///
    /// As [`SqliteSnapshotStore::open`].
    pub async fn open(options: OpenOptions) -> Result<Self> {
        Ok(Self(SqliteSnapshotStore::open(options.snapshots()?).await?))
    }

    /// Keeps a state.
    ///
    /// # Errors
    ///
    /// As [`SnapshotStore::save`].
    pub async fn save(&self, id: &str, seq: f64, state: &[u8], manifest: Manifest) -> Result<()> {
        let id = PersistenceId::new(id)?;
        let state = manifest.names(NewState::bytes(state))?;
        self.0.save(&id, whole("snapshot seq", seq)?, state).await
    }

    /// Keeps a state and removes the events that every snapshot which is kept covers.
    ///
    /// # Errors
    ///
    /// As [`SqliteSnapshotStore::save_and_compact_in`].
    pub async fn save_and_compact(
        &self,
        id: &str,
        seq: f64,
        state: &[u8],
        manifest: Manifest,
        events_table: &str,
    ) -> Result<()> {
        let id = PersistenceId::new(id)?;
        let state = manifest.names(NewState::bytes(state))?;
        self.0.save_and_compact_in(&id, whole("snapshot seq", seq)?, state, events_table).await
    }

    /// The latest snapshot within bounds.
    ///
    /// # Errors
    ///
    /// As [`SnapshotStore::load`].
    pub async fn load(&self, id: &str, bounds: SnapshotBounds) -> Result<Option<StoredState>> {
        let id = PersistenceId::new(id)?;
        Ok(self.0.load(&id, bounds.check()?).await?.map(StoredState::from))
    }

    /// Removes snapshots.
    ///
    /// # Errors
    ///
    /// As [`SnapshotStore::delete`].
    pub async fn delete(&self, id: &str, to_seq: f64) -> Result<()> {
        let id = PersistenceId::new(id)?;
        self.0.delete(&id, whole("toSeq", to_seq)?).await
    }

    /// One part of a check, as JSON text.
    ///
    /// # Errors
    ///
    /// As [`SqliteSnapshotStore::verify_part`].
    pub async fn verify_part(&self, cursor: String, events_table: Option<&str>) -> Result<String> {
        Ok(verification::to_json(&self.0.verify_part(events_table, cursor).await?))
    }

    /// Closes the store.
    ///
    /// # Errors
    ///
    /// As [`SnapshotStore::close`].
    pub async fn close(&self) -> Result<()> {
        self.0.close().await
    }
}
