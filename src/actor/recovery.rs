use futures_util::TryStreamExt;

use super::{ActorError, PersistentActor, caught::caught, life::Life};
use crate::{
    error::{Error, ErrorKind},
    types::{PersistenceId, PersistentEvent, Seq, SnapshotBounds},
};

/// Events between two reports of a recovery's progress.
const STEP: Seq = 1000;

impl<A: PersistentActor> Life<A> {
    /// Brings the state to the stream's head: the latest snapshot and the events behind it, never a
    /// state that was not.
    pub(super) async fn recover(&mut self) -> Result<(), ActorError> {
        // The snapshot first: a head that is read later is not below it.
        self.load_snapshot(0).await?;
        loop {
            let begun = self.seq;
            let Err(error) = self.catch_up().await else { return Ok(()) };
            // Events may be missing because the owner before has compacted them meanwhile.
            if !is_broken(&error) || !self.load_snapshot(begun).await? {
                return Err(error);
            }
        }
    }

    /// Folds the events behind the state, up to the head.
    async fn catch_up(&mut self) -> Result<(), ActorError> {
        let persistence = self.persistence.clone();
        let head = persistence.journal.highest_seq(&self.id).await?;
        if self.seq > head {
            return Err(above_head(&self.id, self.seq, head).into());
        }
        let mut events = persistence.journal.replay(&self.id, (self.seq + 1..=head).into());
        while let Some(event) = events.try_next().await? {
            self.follow(&event, head)?;
        }
        match self.seq == head {
            true => Ok(()),
            false => Err(missing(&self.id, self.seq + 1, head).into()),
        }
    }

    /// Takes the state of the latest snapshot, if there is one above the seq `above`.
    async fn load_snapshot(&mut self, above: Seq) -> Result<bool, ActorError> {
        let Some(store) = self.persistence.snapshots.clone() else { return Ok(false) };
        let bounds = SnapshotBounds { min_seq: above + 1, ..SnapshotBounds::default() };
        let Some(snapshot) = store.load(&self.id, bounds).await? else { return Ok(false) };
        self.state = caught(|| self.states.from_journal(&snapshot))??;
        self.seq = snapshot.seq;
        Ok(true)
    }

    /// Folds the next event of the stream, and reports how far it has come.
    fn follow(&mut self, event: &PersistentEvent, head: Seq) -> Result<(), ActorError> {
        if event.seq != self.seq + 1 {
            return Err(missing(&self.id, self.seq + 1, event.seq - 1).into());
        }
        self.fold(event, |_, _| {})?;
        if event.seq.is_multiple_of(STEP) || event.seq == head {
            caught(|| self.actor.on_recovery_progress(event.seq, head))?;
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
