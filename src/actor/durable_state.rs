use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Actor, ActorError, Effect, FailurePolicy, ids::Claim, kept_state::KeptState, kind::Kind,
    persistence::Persistence,
};
use crate::{
    evolve::{Json, SnapshotAdapter},
    platform::MaybeSend,
    types::PersistenceId,
};

/// An actor whose state is stored itself, in a [`DurableStateStore`](crate::DurableStateStore), and not the events that led to
/// it: for those whose history nobody asks for.
///
/// What is said of [`PersistentActor`](super::PersistentActor) of its life holds for it as well.
/// It is spawned by [`spawn_durable`](super::ActorSystem::spawn_durable).
///
/// ```
/// use actor_journal::{
///     ActorSystem, Durable, DurableStateActor, Effect, InMemoryDurableStateStore,
///     InMemoryJournal, PersistenceId,
/// };
/// use std::sync::Arc;
///
/// struct Greeting;
///
/// impl DurableStateActor for Greeting {
///     type Command = Option<String>;
///     type State = String;
///     type Reply = String;
///     type Error = String;
///
///     fn persistence_id(&self) -> PersistenceId {
///         PersistenceId::stored("greeting")
///     }
///
///     fn initial_state(&self) -> String {
///         "Hello".to_owned()
///     }
///
///     fn handle(&mut self, _: &String, change: Option<String>) -> Effect<Durable<Self>> {
///         let effect = match change {
///             None => Effect::none(),
///             Some(greeting) if greeting.is_empty() => Effect::delete(),
///             Some(greeting) => Effect::save(greeting),
///         };
///         effect.then_reply(String::clone)
///     }
/// }
///
/// # pollster::block_on(async {
/// let system = ActorSystem::builder(Arc::new(InMemoryJournal::new()))
///     .states(Arc::new(InMemoryDurableStateStore::new()))
///     .build()?;
/// let greeting = system.spawn_durable("greeting", || Greeting)?;
/// assert_eq!(greeting.ask(Some("Good morning".to_owned())).await?, "Good morning");
/// assert_eq!(greeting.ask(Some(String::new())).await?, "Hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub trait DurableStateActor: MaybeSend + Sized + 'static {
    /// What it is asked to do.
    type Command: MaybeSend + 'static;
    /// What is stored, by the [`state_adapter`](Self::state_adapter).
    type State: Serialize + DeserializeOwned + MaybeSend + 'static;
    /// What a command is answered with.
    type Reply: MaybeSend + 'static;
    /// What a command is refused with.
    type Error: MaybeSend + 'static;

    /// What this actor's state is stored under, and no other actor's. Always the same.
    fn persistence_id(&self) -> PersistenceId;

    /// The state before one was saved, and behind its deletion.
    fn initial_state(&self) -> Self::State;

    /// Decides what `command` leads to, and returns at once, as
    /// [`PersistentActor::handle`](super::PersistentActor::handle) does.
    fn handle(&mut self, state: &Self::State, command: Self::Command) -> Effect<Durable<Self>>;

    /// Called with the recovered state before the first command, and again when the actor comes
    /// back from a restart or from passivation. The effect's reply or rejection goes nowhere; an
    /// effect that cannot be carried out is a recovery failure.
    fn on_recovery_complete(&mut self, _state: &Self::State) -> Effect<Durable<Self>> {
        Effect::none()
    }

    /// Called when the state cannot be recovered; commands that wait are answered with the same
    /// error. The actor is stopped, but for an error that may pass: then the next command makes
    /// another one, as behind a passivation. Default: an event of `tracing`, with that feature.
    fn on_recovery_failure(&mut self, _error: &ActorError) {
        warning!(id = %self.persistence_id(), error = %_error, "an actor was not recovered");
    }

    /// How the state is stored and read. Asked for once at each recovery. Default: [`Json`], which
    /// refuses those with a manifest.
    fn state_adapter(&self) -> Box<dyn SnapshotAdapter<Self::State>> {
        Box::new(Json)
    }

    /// What becomes of the actor when its code panics. Default: it is restarted.
    fn failure_policy(&self) -> FailurePolicy {
        FailurePolicy::default()
    }
}

/// A [`DurableStateActor`], as its refs and its effects know it.
pub struct Durable<A>(pub(super) A);

/// What a durable actor stores.
#[derive(Default)]
pub enum StateChange<S> {
    /// The state stays.
    #[default]
    None,
    /// Another one takes its place.
    Save(S),
    /// None takes its place.
    Delete,
}

impl<A: DurableStateActor> Effect<Durable<A>> {
    /// Stores `state` in the place of the one before. The actor goes on with what is read of it, as
    /// it would after a recovery; a state that cannot be read is not stored.
    pub fn save(state: A::State) -> Self {
        Self::change(StateChange::Save(state))
    }

    /// Deletes the stored state: the actor goes on with the
    /// [`initial_state`](DurableStateActor::initial_state).
    pub fn delete() -> Self {
        Self::change(StateChange::Delete)
    }
}

impl<A: DurableStateActor> Actor for Durable<A> {
    type Command = A::Command;
    type State = A::State;
    type Reply = A::Reply;
    type Error = A::Error;
    type Change = StateChange<A::State>;
}

impl<A: DurableStateActor> Kind for Durable<A> {
    type Kept = KeptState<A>;

    fn claim(&self, persistence: &Persistence) -> Result<Claim, ActorError> {
        persistence.ids_in_states.claim(self.0.persistence_id())
    }

    fn kept(
        &self,
        id: PersistenceId,
        persistence: Arc<Persistence>,
    ) -> Result<KeptState<A>, ActorError> {
        let store = persistence.states.clone().ok_or(ActorError::NoStateStore)?;
        Ok(KeptState::new(id, self.0.state_adapter(), store))
    }

    fn handle(&mut self, state: &A::State, command: A::Command) -> Effect<Self> {
        self.0.handle(state, command)
    }

    fn on_recovery_complete(&mut self, state: &A::State) -> Effect<Self> {
        self.0.on_recovery_complete(state)
    }

    fn on_recovery_failure(&mut self, error: &ActorError) {
        self.0.on_recovery_failure(error);
    }

    fn failure_policy(&self) -> FailurePolicy {
        self.0.failure_policy()
    }
}
