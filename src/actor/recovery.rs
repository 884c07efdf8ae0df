use futures_util::TryStreamExt;

use super::{ActorError, PersistentActor, caught::caught, stream::Stream};
use crate::{
    error::{Error, ErrorKind},
    types::{PersistenceId, PersistentEvent, Seq, SnapshotBounds},
};

/// Events between two reports of a recovery's progress.
const STEP: Seq = 1000;

impl<A: PersistentActor> Stream<A> {
    /// The state at the stream's head: that of the latest snapshot and the events behind it, never a
    /// state that was not.
    pub(super) async fn catch_up_with_head(
        &mut self,
        actor: &mut A,
    ) -> Result<A::State, ActorError> {
        // The snapshot first: a head that is read later is not below it.
        let mut state = match self.load_snapshot(0).await? {
            Some(state) => state,
            None => caught(|| actor.initial_state())?,
        };
        loop {
            let begun = self.seq;
            let Err(error) = self.catch_up(actor, &mut state).await else { return Ok(state) };
            if !is_broken(&error) {
                return Err(error);
            }
            // Events may be missing because the owner before has compacted them meanwhile.
            state = self.load_snapshot(begun).await?.ok_or(error)?;
        }
    }

    /// Folds the events behind the state, up to the head.
    async fn catch_up(&mut self, actor: &mut A, state: &mut A::State) -> Result<(), ActorError> {
        let persistence = self.persistence.clone();
        let head = persistence.journal.highest_seq(&self.id).await?;
        if self.seq > head {
            return Err(above_head(&self.id, self.seq, head).into());
        }
        let mut events = persistence.journal.replay(&self.id, (self.seq + 1..=head).into());
        while let Some(event) = events.try_next().await? {
            self.follow(actor, state, &event, head)?;
        }
        match self.seq == head {
            true => Ok(()),
            false => Err(missing(&self.id, self.seq + 1, head).into()),
        }
    }

    /// The state of the latest snapshot, if there is one above the seq `above`.
    async fn load_snapshot(&mut self, above: Seq) -> Result<Option<A::State>, ActorError> {
        let Some(store) = &self.persistence.snapshots else { return Ok(None) };
        let bounds = SnapshotBounds { min_seq: above + 1, ..SnapshotBounds::default() };
        let Some(snapshot) = store.load(&self.id, bounds).await? else { return Ok(None) };
        self.seq = snapshot.seq;
        Ok(Some(caught(|| self.states.from_journal(&snapshot))??))
    }

    /// Folds the next event of the stream, and reports how far it has come. What the hook panics
    /// with changes nothing.
    fn follow(
        &mut self,
        actor: &mut A,
        state: &mut A::State,
        event: &PersistentEvent,
        head: Seq,
    ) -> Result<(), ActorError> {
        let next = self.seq + 1;
        if event.seq != next {
            let message = format!("event {} is in its place", event.seq);
            return Err(Error::integrity(&self.id, next, message).into());
        }
        self.fold(actor, state, event, |_, _, _| {})?;
        if event.seq.is_multiple_of(STEP) {
            drop(caught(|| actor.on_recovery_progress(event.seq, head)));
        }
        Ok(())
    }
}

fn is_broken(error: &ActorError) -> bool {
    let ActorError::Journal(error) = error else { return false };
    matches!(error.kind(), ErrorKind::Integrity { .. })
}

fn above_head(id: &PersistenceId, seq: Seq, head: Seq) -> Error {
    let kind = ErrorKind::SnapshotIntegrity { id: id.clone(), seq };
    Error::new(kind, format!("the snapshot of {id:?} at seq {seq} is above its head, {head}"))
}

fn missing(id: &PersistenceId, from: Seq, to: Seq) -> Error {
    Error::integrity(id, from, format_args!("events {from} to {to} are missing"))
}
