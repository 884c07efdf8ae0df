use std::sync::Arc;

use super::{
    ActorError, PersistentActor, Retention,
    caught::caught,
    effect::Events,
    failure::{Failure, Verdict},
    kind::Kept,
    persistence::Persistence,
    repeat::repeating,
};
use crate::{
    error::Result as Stored,
    evolve::{EventAdapter, SnapshotAdapter},
    types::{Batch, NewEvent, PersistenceId, PersistentEvent, Seq, SnapshotBounds},
};

/// The events of an actor, and the snapshots of what they lead to.
pub(super) struct Stream<A: PersistentActor> {
    pub(super) id: PersistenceId,
    /// The last event in the state.
    pub(super) seq: Seq,
    pub(super) states: Box<dyn SnapshotAdapter<A::State>>,
    pub(super) persistence: Arc<Persistence>,
    events: Box<dyn EventAdapter<A::Event>>,
}

impl<A: PersistentActor> Kept<A> for Stream<A> {
    async fn recover(&mut self, actor: &mut A) -> Result<A::State, ActorError> {
        self.catch_up_with_head(actor).await
    }

    async fn store(
        &mut self,
        actor: &mut A,
        state: &mut A::State,
        change: Events<A::Event>,
    ) -> Result<bool, Failure> {
        let stores = !change.events.is_empty();
        let due = self.persist(actor, state, change.events).await?;
        if due || change.snapshot {
            self.snapshot(actor, state, due).await;
        }
        if let Some(to) = change.delete_to {
            let to = caught(|| to.call(self.seq))
                .map_err(|error| Failure::new(error, Verdict::Failed).behind(stores))?;
            let deleted = self.delete_history(to.min(self.seq)).await;
            deleted.map_err(|error| Failure::new(error, Verdict::GoesOn).behind(stores))?;
        }
        Ok(stores)
    }
}

impl<A: PersistentActor> Stream<A> {
    pub(super) fn new(actor: &A, id: PersistenceId, persistence: Arc<Persistence>) -> Self {
        let (events, states) = (actor.event_adapter(), actor.snapshot_adapter());
        Self { id, seq: 0, states, persistence, events }
    }

    /// Appends and applies `events`; answers whether a snapshot is due.
    async fn persist(
        &mut self,
        actor: &mut A,
        state: &mut A::State,
        events: Vec<A::Event>,
    ) -> Result<bool, Failure> {
        if events.is_empty() {
            return Ok(false);
        }
        let entries = caught(|| self.entries(actor, &events))
            .map_err(|error| Failure::new(error, Verdict::Failed))?
            .map_err(|error| Failure::new(error, Verdict::GoesOn))?;
        let stored = self.append(entries.into()).await.map_err(Failure::of_write)?;
        let applied = self.apply(actor, state, &stored);
        applied.map_err(|error| Failure::new(error, Verdict::Broken).behind(true))
    }

    fn entries(&self, actor: &A, events: &[A::Event]) -> Stored<Vec<NewEvent>> {
        let entry = |event| self.events.to_journal(event)?.tagged(actor.tags_for(event));
        events.iter().map(entry).collect()
    }

    async fn append(&mut self, batch: Batch) -> Stored<Vec<PersistentEvent>> {
        let Self { id, seq, persistence, .. } = self;
        let journal = &*persistence.journal;
        let append = || journal.append(id, *seq, batch.clone());
        // Another event in the place of the first one denies it. One that is no longer there may have
        // been its own.
        let read = journal.read(id, (*seq + 1..=*seq + 1).into());
        let is_taken = async { read.await.is_ok_and(|events| !events.is_empty()) };
        repeating(append, |_| Box::pin(is_taken)).await
    }

    fn apply(
        &mut self,
        actor: &mut A,
        state: &mut A::State,
        stored: &[PersistentEvent],
    ) -> Result<bool, ActorError> {
        let mut due = false;
        for event in stored {
            let seq = event.seq;
            self.fold(actor, state, event, |actor, state, event| {
                due |= is_due(actor, seq, state, event);
            })?;
        }
        Ok(due)
    }

    /// Folds what a stored event stands for into the state; `behind` sees each event afterwards.
    pub(super) fn fold(
        &mut self,
        actor: &mut A,
        state: &mut A::State,
        stored: &PersistentEvent,
        mut behind: impl FnMut(&mut A, &A::State, &A::Event),
    ) -> Result<(), ActorError> {
        self.seq = stored.seq;
        for event in caught(|| self.events.from_journal(stored))?? {
            caught(|| actor.apply(state, &event))?;
            behind(actor, state, &event);
        }
        Ok(())
    }

    async fn snapshot(&mut self, actor: &mut A, state: &mut A::State, due: bool) {
        if let Err(error) = self.save_snapshot(actor, state, due).await {
            unsaved(actor, &error);
        }
    }

    /// History is compacted by policy alone, not by a snapshot that a command has asked for.
    async fn save_snapshot(
        &mut self,
        actor: &mut A,
        state: &mut A::State,
        due: bool,
    ) -> Result<(), ActorError> {
        if self.seq == 0 {
            return Ok(());
        }
        let Persistence { journal, snapshots, .. } = &*self.persistence;
        let store = snapshots.as_ref().ok_or(ActorError::NoSnapshotStore)?;
        let state = caught(|| self.states.to_journal(state))??;
        let retention = if due { caught(|| actor.retention())? } else { Retention::Keep };
        match retention {
            Retention::Keep => store.save(&self.id, self.seq, state).await?,
            Retention::Compact => {
                store.save_and_compact(&self.id, self.seq, state, &**journal).await?;
            }
        }
        Ok(())
    }

    async fn delete_history(&mut self, to: Seq) -> Result<(), ActorError> {
        let Persistence { journal, snapshots, .. } = &*self.persistence;
        if to == 0 {
            return Ok(());
        }
        let store = snapshots.as_ref().ok_or(ActorError::NotCovered(to))?;
        let covering =
            SnapshotBounds { min_seq: to, max_seq: self.seq, ..SnapshotBounds::default() };
        match store.load(&self.id, covering).await? {
            Some(_) => Ok(journal.delete(&self.id, to).await?),
            None => Err(ActorError::NotCovered(to)),
        }
    }
}

/// A policy that panics asks for no snapshot.
fn is_due<A: PersistentActor>(actor: &mut A, seq: Seq, state: &A::State, event: &A::Event) -> bool {
    let due = caught(|| actor.snapshot_policy()(seq, state, event));
    due.unwrap_or_else(|error| {
        unsaved(actor, &error);
        false
    })
}

/// What the hook panics with changes nothing.
fn unsaved<A: PersistentActor>(actor: &mut A, error: &ActorError) {
    drop(caught(|| actor.on_snapshot_failure(error)));
}
