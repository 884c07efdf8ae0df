//! The contract of durable states: what every store of them promises.

use crate::{
    error::{Error, ErrorKind, Result},
    platform::{BoxFuture, MaybeSend, MaybeSync},
    types::{AppendToken, DurableState, MAX_SEQ, NewState, PersistenceId, Revision},
};

/// One state for each persistence id, kept without the events that led to it, with optimistic
/// concurrency: for actors whose history nobody asks for.
///
/// Every method may fail with `closed` after [`close`](Self::close), and with what the storage
/// reports: `busy`, `full`, `corrupt`, `read-only`, `io`.
pub trait DurableStateStore: MaybeSend + MaybeSync {
    /// The state of `id` with its revision, which the next change is based on.
    ///
    /// # Errors
    ///
    /// `integrity` for a revision that no change can have given.
    fn load<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<DurableState>>;

    /// Puts `state` in place of the one that has `revision`, or removes that one, and returns the
    /// new revision, which is the next one. An answer means that the change is as durable as the
    /// store promises.
    ///
    /// The revision of an unknown id is 0. It goes on behind a state that was removed, so that no
    /// revision is given out twice. The same change again, with the same token and based on the
    /// same revision, is the repeat of a change whose answer was lost: it is not made twice, and
    /// the first result is returned, unless another change has followed. Dropping the future does
    /// not take the change back.
    ///
    /// # Errors
    ///
    /// `conflict` when `revision` is not the one that stands, with nothing changed;
    /// `invalid-argument` behind revision [`MAX_SEQ`]; `lost` when it is unknown whether the change
    /// is stored.
    fn change<'a>(
        &'a self,
        id: &'a PersistenceId,
        revision: Revision,
        state: Option<NewState>,
        token: AppendToken,
    ) -> BoxFuture<'a, Result<Revision>>;

    /// Ends this store after what is under way. Afterwards every other call fails with `closed`;
    /// closing again does nothing.
    fn close(&self) -> BoxFuture<'_, Result<()>>;

    /// [`change`](Self::change) to `state`.
    ///
    /// # Errors
    ///
    /// As [`change`](Self::change).
    fn save<'a>(
        &'a self,
        id: &'a PersistenceId,
        revision: Revision,
        state: NewState,
        token: AppendToken,
    ) -> BoxFuture<'a, Result<Revision>> {
        self.change(id, revision, Some(state), token)
    }

    /// [`change`](Self::change) to no state.
    ///
    /// # Errors
    ///
    /// As [`change`](Self::change).
    fn delete<'a>(
        &'a self,
        id: &'a PersistenceId,
        revision: Revision,
        token: AppendToken,
    ) -> BoxFuture<'a, Result<Revision>> {
        self.change(id, revision, None, token)
    }
}

/// The revision of a change that is based on `expected`, where `actual` stands.
pub(crate) fn next_revision(
    id: &PersistenceId,
    expected: Revision,
    actual: Revision,
) -> Result<Revision> {
    if expected != actual {
        let message =
            format!("state {id:?} is at revision {actual}, not at the expected {expected}");
        return Err(Error::new(ErrorKind::Conflict { id: id.clone(), expected, actual }, message));
    }
    match actual {
        MAX_SEQ.. => Err(Error::invalid(format!("state {id:?} is full: it ends at {MAX_SEQ}"))),
        _ => Ok(actual + 1),
    }
}
