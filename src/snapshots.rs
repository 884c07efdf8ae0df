//! The contract of snapshot stores.

use crate::{
    error::{Error, ErrorKind, Result},
    journal::Journal,
    platform::{BoxFuture, MaybeSend, MaybeSync},
    types::{NewState, PersistenceId, Seq, Snapshot, SnapshotBounds},
};

/// The latest states of actors, so that recovery need not start from the first event.
///
/// Every method may fail with `closed` after [`close`](Self::close), and with what the storage
/// reports: `busy`, `full`, `corrupt`, `read-only`, `io`.
pub trait SnapshotStore: MaybeSend + MaybeSync {
    /// Keeps `state` as of `seq`, in place of one kept at the same seq, and removes all but the
    /// latest few. That clean-up never fails a save.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a seq below 1 or above [`MAX_SEQ`](crate::MAX_SEQ).
    fn save<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
    ) -> BoxFuture<'a, Result<()>>;

    /// The latest snapshot within `bounds`.
    ///
    /// # Errors
    ///
    /// `snapshot-integrity` for a snapshot whose seq is out of bounds.
    fn load<'a>(
        &'a self,
        id: &'a PersistenceId,
        bounds: SnapshotBounds,
    ) -> BoxFuture<'a, Result<Option<Snapshot>>>;

    /// Removes the snapshots of `id` up to `to`, inclusive.
    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>>;

    /// Keeps `state` as [`save`](Self::save) does, then removes from `journal` the events of `id`
    /// up to the seq of the oldest snapshot that is kept, so that each of those kept can still be
    /// recovered from. Where both stand in one open database of SQLite, both are done or neither;
    /// elsewhere a failure in between leaves events that the next compaction removes.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save); `snapshot-integrity` for a seq above the stream's head, or where a
    /// snapshot above it is kept, with nothing done; and as [`Journal::delete`].
    fn save_and_compact<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
        journal: &'a (dyn Journal + 'static),
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(save_then_compact(self, id, seq, state, journal))
    }

    /// Ends this store after what is under way. Afterwards every other call fails with `closed`;
    /// closing again does nothing.
    fn close(&self) -> BoxFuture<'_, Result<()>>;

    /// The latest snapshot.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn load_latest<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Option<Snapshot>>> {
        self.load(id, SnapshotBounds::default())
    }

    /// The latest snapshot below `seq`.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn load_before<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
    ) -> BoxFuture<'a, Result<Option<Snapshot>>> {
        self.load(id, SnapshotBounds::before(seq))
    }
}

/// [`SnapshotStore::save_and_compact`] where store and journal have nothing in common.
pub(crate) async fn save_then_compact<S: SnapshotStore + ?Sized>(
    store: &S,
    id: &PersistenceId,
    seq: Seq,
    state: NewState,
    journal: &dyn Journal,
) -> Result<()> {
    // The snapshot first: a head that is read later is not below it.
    let latest = store.load_latest(id).await?.map_or(seq, |latest| latest.seq.max(seq));
    check_covered(id, latest, journal.highest_seq(id).await?)?;
    store.save(id, seq, state).await?;
    let mut oldest = seq;
    while let Some(older) = store.load_before(id, oldest).await? {
        oldest = older.seq;
    }
    journal.delete(id, oldest).await
}

/// How many snapshots of an id are kept unless told otherwise.
pub const DEFAULT_KEEP: usize = 3;

/// Refuses a compaction where a snapshot lies above the head: with the events removed, nothing could
/// be recovered.
pub(crate) fn check_covered(id: &PersistenceId, seq: Seq, head: Seq) -> Result<()> {
    if seq <= head {
        return Ok(());
    }
    let message = format!("a snapshot at seq {seq} lies above the head of stream {id:?}, {head}");
    Err(Error::new(ErrorKind::SnapshotIntegrity { id: id.clone(), seq }, message))
}
