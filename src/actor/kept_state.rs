use std::{future::ready, sync::Arc};

use super::{
    ActorError, Durable, DurableStateActor,
    caught::caught,
    durable_state::StateChange,
    failure::{Failure, Verdict},
    kind::Kept,
    repeat::repeating,
};
use crate::{
    durable::DurableStateStore,
    error::{Error, ErrorKind, Result as Stored},
    evolve::SnapshotAdapter,
    platform::now,
    types::{AppendToken, DurableState, NewState, PersistenceId, Revision, Snapshot},
};

/// The stored state of an actor.
pub(super) struct KeptState<A: DurableStateActor> {
    id: PersistenceId,
    revision: Revision,
    adapter: Box<dyn SnapshotAdapter<A::State>>,
    store: Arc<dyn DurableStateStore>,
}

impl<A: DurableStateActor> Kept<Durable<A>> for KeptState<A> {
    async fn recover(&mut self, actor: &mut Durable<A>) -> Result<A::State, ActorError> {
        let stored = self.store.load(&self.id).await?;
        self.revision = stored.revision;
        match as_snapshot(stored) {
            Some(stored) => Ok(caught(|| self.adapter.from_journal(&stored))??),
            None => caught(|| actor.0.initial_state()),
        }
    }

    async fn store(
        &mut self,
        actor: &mut Durable<A>,
        state: &mut A::State,
        change: StateChange<A::State>,
    ) -> Result<bool, Failure> {
        let change = match change {
            StateChange::None => return Ok(false),
            StateChange::Save(next) => Some(next),
            StateChange::Delete => None,
        };
        let (encoded, next) = caught(|| self.prepared(&actor.0, change))
            .map_err(|error| Failure::new(error, Verdict::Failed))?
            .map_err(|error| Failure::new(error, Verdict::GoesOn))?;
        self.revision = self.change(encoded).await.map_err(Failure::of_write)?;
        *state = next;
        Ok(true)
    }
}

impl<A: DurableStateActor> KeptState<A> {
    pub(super) fn new(
        id: PersistenceId,
        adapter: Box<dyn SnapshotAdapter<A::State>>,
        store: Arc<dyn DurableStateStore>,
    ) -> Self {
        Self { id, revision: 0, adapter, store }
    }

    /// What is to be stored, and the state that a recovery would make of it.
    fn prepared(&self, actor: &A, next: Option<A::State>) -> Stored<(Option<NewState>, A::State)> {
        let Some(next) = next else { return Ok((None, actor.initial_state())) };
        let encoded = self.adapter.to_journal(&next)?;
        let NewState { payload: state, manifest, .. } = encoded.clone();
        let (id, seq, timestamp) = (self.id.clone(), self.revision + 1, now());
        let next = self.adapter.from_journal(&Snapshot { id, seq, timestamp, state, manifest })?;
        Ok((Some(encoded), next))
    }

    async fn change(&mut self, state: Option<NewState>) -> Stored<Revision> {
        let Self { store, id, revision, .. } = self;
        let token = AppendToken::random();
        let change = || store.change(id, *revision, state.clone(), token);
        repeating(change, |conflict| Box::pin(ready(is_in_its_place(conflict)))).await
    }
}

/// Whether a change has met another one in its place. What came before those behind it, nobody knows.
fn is_in_its_place(conflict: &Error) -> bool {
    match conflict.kind() {
        ErrorKind::Conflict { expected, actual, .. } => *actual == expected + 1,
        _ => false,
    }
}

fn as_snapshot(stored: DurableState) -> Option<Snapshot> {
    let DurableState { id, revision, state, manifest, timestamp } = stored;
    Some(Snapshot { id, seq: revision, state: state?, manifest, timestamp })
}
