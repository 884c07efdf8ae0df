use std::sync::Arc;

use super::{
    ActorError, AskError, Effect, FailurePolicy, PersistentActor, Retention, caught::caught,
    effect::Answer, idle::Active, persistence::Persistence,
};
use crate::{
    error::{Error, ErrorKind, Result as Stored},
    evolve::{EventAdapter, SnapshotAdapter},
    types::{Batch, NewEvent, PersistenceId, PersistentEvent, Seq, SnapshotBounds},
};

/// How often an append is repeated whose outcome is unknown.
const REPEATS: usize = 3;

/// An actor with its recovered state: what passivation takes away and recovery brings back.
pub(super) struct Life<A: PersistentActor> {
    pub(super) actor: A,
    pub(super) id: PersistenceId,
    pub(super) state: A::State,
    /// The last event in the state.
    pub(super) seq: Seq,
    pub(super) states: Box<dyn SnapshotAdapter<A::State>>,
    pub(super) persistence: Arc<Persistence>,
    events: Box<dyn EventAdapter<A::Event>>,
    _active: Active,
}

/// What a command is answered with.
pub(super) type Answered<A> =
    Result<<A as PersistentActor>::Reply, AskError<<A as PersistentActor>::Error>>;

/// What becomes of the actor behind a command.
pub(super) enum Next {
    GoOn,
    Restart,
    /// Commands that wait are answered with this.
    Stop(ActorError),
}

impl Next {
    fn stop(why: ActorError) -> Self {
        Self::Stop(ActorError::Stopped(Some(Arc::new(why))))
    }
}

/// What kept an effect from being carried out to its end.
struct Failure {
    error: ActorError,
    next: Next,
}

impl<A: PersistentActor> Life<A> {
    /// Recovers what `create` gives, which is told how that went.
    pub(super) async fn begin(
        create: impl FnOnce() -> A,
        persistence: Arc<Persistence>,
        active: Active,
    ) -> Result<Self, ActorError> {
        let made = caught(|| Self::new(create(), persistence, active));
        let mut life = made.map_err(|error| ActorError::NotRecovered(Arc::new(error)))?;
        if let Err(error) = life.recover().await {
            return Err(life.unrecovered(error));
        }
        match life.complete().await {
            Ok(false) => Ok(life),
            Ok(true) => Err(ActorError::Stopped(None)),
            Err(error) => Err(life.unrecovered(error)),
        }
    }

    fn new(actor: A, persistence: Arc<Persistence>, active: Active) -> Self {
        Self {
            id: actor.persistence_id(),
            state: actor.initial_state(),
            seq: 0,
            events: actor.event_adapter(),
            states: actor.snapshot_adapter(),
            actor,
            persistence,
            _active: active,
        }
    }

    /// Tells the actor, and whether it wants to stop.
    async fn complete(&mut self) -> Result<bool, ActorError> {
        let effect = caught(|| self.actor.on_recovery_complete(&self.state))?;
        let stop = effect.stop;
        match self.carry_out(effect).await {
            Ok(_) => Ok(stop),
            Err(failure) => Err(failure.error),
        }
    }

    /// What the hook panics with changes nothing.
    fn unrecovered(&mut self, error: ActorError) -> ActorError {
        drop(caught(|| self.actor.on_recovery_failure(&error)));
        ActorError::NotRecovered(Arc::new(error))
    }

    /// Lets the actor decide what `command` leads to, and carries that out.
    pub(super) async fn handle(&mut self, command: A::Command) -> (Answered<A>, Next) {
        let mut effect = match caught(|| self.actor.handle(&self.state, command)) {
            Ok(effect) => effect,
            Err(error) => return (Err(error.clone().into()), self.after(error, Next::GoOn)),
        };
        if let Some(error) = effect.rejection.take() {
            return (Err(AskError::Rejected(error)), Next::GoOn);
        }
        let stop = effect.stop;
        let (answer, next) = match self.carry_out(effect).await {
            Ok(reply) => (reply.ok_or(ActorError::Unanswered.into()), Next::GoOn),
            Err(Failure { error, next }) => (Err(error.into()), next),
        };
        match next {
            Next::GoOn | Next::Restart if stop => (answer, Next::Stop(ActorError::Stopped(None))),
            next => (answer, next),
        }
    }

    async fn carry_out(&mut self, effect: Effect<A>) -> Result<Option<A::Reply>, Failure> {
        let stores = !effect.events.is_empty();
        let due = self.persist(effect.events).await?;
        if due || effect.snapshot {
            self.snapshot(due).await;
        }
        let done = self.finish(effect.delete_to, effect.reply).await;
        done.map_err(|failure| if stores { failure.behind_stored_events() } else { failure })
    }

    /// Appends and applies `events`; answers whether a snapshot is due.
    async fn persist(&mut self, events: Vec<A::Event>) -> Result<bool, Failure> {
        if events.is_empty() {
            return Ok(false);
        }
        let entries = match caught(|| self.entries(&events)) {
            Ok(entries) => entries?,
            Err(error) => return Err(self.failed(error, Next::GoOn)),
        };
        let stored = self.append(entries.into()).await?;
        let applied = self.apply(&stored);
        applied.map_err(|error| self.failed(error, Next::Restart).behind_stored_events())
    }

    fn entries(&self, events: &[A::Event]) -> Stored<Vec<NewEvent>> {
        let entry = |event| self.events.to_journal(event)?.tagged(self.actor.tags_for(event));
        events.iter().map(entry).collect()
    }

    /// Appends `batch`, again where the answer is lost: the journal writes it once.
    async fn append(&mut self, batch: Batch) -> Result<Vec<PersistentEvent>, Failure> {
        let journal = self.persistence.journal.clone();
        let lost = match journal.append(&self.id, self.seq, batch.clone()).await {
            Err(error) if error.is_lost() => error,
            answered => return Ok(answered?),
        };
        for _ in 0..REPEATS {
            match journal.append(&self.id, self.seq, batch.clone()).await {
                Ok(stored) => return Ok(stored),
                Err(conflict) if conflict.is_conflict() && self.is_taken().await => {
                    return Err(conflict.into());
                }
                // Whatever else keeps a repeat from being written says nothing of the first try.
                Err(_) => {}
            }
        }
        Err(lost.into())
    }

    /// Whether another event stands where this actor's next one would. One that was deleted may have
    /// been its own.
    async fn is_taken(&mut self) -> bool {
        let next = self.seq + 1;
        let read = self.persistence.journal.clone().read(&self.id, (next..=next).into()).await;
        read.is_ok_and(|events| !events.is_empty())
    }

    fn apply(&mut self, stored: &[PersistentEvent]) -> Result<bool, ActorError> {
        let mut due = false;
        for event in stored {
            self.fold(event, |life, event| due |= life.is_due(event))?;
        }
        Ok(due)
    }

    /// Folds what a stored event stands for into the state; `behind` sees each event afterwards.
    pub(super) fn fold(
        &mut self,
        stored: &PersistentEvent,
        mut behind: impl FnMut(&mut Self, &A::Event),
    ) -> Result<(), ActorError> {
        self.seq = stored.seq;
        for event in caught(|| self.events.from_journal(stored))?? {
            caught(|| self.actor.apply(&mut self.state, &event))?;
            behind(self, &event);
        }
        Ok(())
    }

    /// A policy that panics asks for no snapshot.
    fn is_due(&mut self, event: &A::Event) -> bool {
        let due = caught(|| self.actor.snapshot_policy()(self.seq, &self.state, event));
        due.unwrap_or_else(|error| {
            self.unsaved(&error);
            false
        })
    }

    async fn snapshot(&mut self, due: bool) {
        if let Err(error) = self.save_snapshot(due).await {
            self.unsaved(&error);
        }
    }

    /// History is compacted by policy alone, not by a snapshot that a command has asked for.
    async fn save_snapshot(&mut self, due: bool) -> Result<(), ActorError> {
        let store = self.persistence.snapshots.clone().ok_or(ActorError::NoSnapshotStore)?;
        if self.seq == 0 {
            return Ok(());
        }
        let state = caught(|| self.states.to_journal(&self.state))??;
        let retention = if due { caught(|| self.actor.retention())? } else { Retention::Keep };
        match retention {
            Retention::Keep => store.save(&self.id, self.seq, state).await?,
            Retention::Compact => {
                let journal = self.persistence.journal.clone();
                store.save_and_compact(&self.id, self.seq, state, &*journal).await?;
            }
        }
        Ok(())
    }

    /// What the hook panics with changes nothing.
    fn unsaved(&mut self, error: &ActorError) {
        drop(caught(|| self.actor.on_snapshot_failure(error)));
    }

    async fn finish(
        &mut self,
        delete_to: Option<Seq>,
        reply: Option<Box<dyn Answer<A>>>,
    ) -> Result<Option<A::Reply>, Failure> {
        if let Some(to) = delete_to {
            let deleted = self.delete_history(to).await;
            deleted.map_err(|error| Failure { error, next: Next::GoOn })?;
        }
        let Some(reply) = reply else { return Ok(None) };
        let reply = caught(|| reply.answer(&self.state));
        reply.map(Some).map_err(|error| self.failed(error, Next::GoOn))
    }

    async fn delete_history(&mut self, to: Seq) -> Result<(), ActorError> {
        let Persistence { journal, snapshots } = &*self.persistence.clone();
        let to = to.min(self.seq);
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

    fn failed(&self, error: ActorError, resumed: Next) -> Failure {
        Failure { next: self.after(error.clone(), resumed), error }
    }

    /// What the failure policy makes of `error`, where resuming means `resumed`.
    fn after(&self, error: ActorError, resumed: Next) -> Next {
        match caught(|| self.actor.failure_policy()).unwrap_or_default() {
            FailurePolicy::Resume => resumed,
            FailurePolicy::Restart => Next::Restart,
            FailurePolicy::Stop => Next::stop(error),
        }
    }
}

impl Failure {
    fn behind_stored_events(self) -> Self {
        Self { error: ActorError::Stored(Arc::new(self.error)), ..self }
    }
}

/// Of an append. After a conflict, or when it is unknown whether the events are stored, the state
/// may not be the stream's.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let next = match error.kind() {
            ErrorKind::Conflict { .. } | ErrorKind::Lost | ErrorKind::Internal => {
                Next::stop(error.clone().into())
            }
            _ => Next::GoOn,
        };
        Self { error: error.into(), next }
    }
}
