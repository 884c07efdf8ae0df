use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Actor, ActorError, Effect, FailurePolicy, Retention, effect::Events, ids::Claim, kind::Kind,
    persistence::Persistence, stream::Stream,
};
use crate::{
    evolve::{EventAdapter, Json, SnapshotAdapter},
    platform::MaybeSend,
    types::{PersistenceId, Seq},
};

/// An actor whose state is the fold of its events.
///
/// It handles one command at a time; [`handle`](Self::handle) decides and returns an [`Effect`],
/// and only [`apply`](Self::apply) changes the state. Commands that come meanwhile wait in order.
///
/// ```
/// use actor_journal::{
///     ActorSystem, AskError, Effect, InMemoryJournal, PersistenceId, PersistentActor,
/// };
/// use serde::{Deserialize, Serialize};
/// use std::sync::Arc;
///
/// struct Account(PersistenceId);
///
/// enum Command {
///     Deposit(u64),
///     Withdraw(u64),
/// }
///
/// #[derive(Serialize, Deserialize)]
/// enum Event {
///     Deposited(u64),
///     Withdrawn(u64),
/// }
///
/// impl PersistentActor for Account {
///     type Command = Command;
///     type Event = Event;
///     type State = u64;
///     type Reply = u64;
///     type Error = String;
///
///     fn persistence_id(&self) -> PersistenceId {
///         self.0.clone()
///     }
///
///     fn initial_state(&self) -> u64 {
///         0
///     }
///
///     fn apply(&self, balance: &mut u64, event: &Event) {
///         match event {
///             Event::Deposited(amount) => *balance += amount,
///             Event::Withdrawn(amount) => *balance -= amount,
///         }
///     }
///
///     fn handle(&mut self, balance: &u64, command: Command) -> Effect<Self> {
///         let event = match command {
///             Command::Deposit(amount) => Event::Deposited(amount),
///             Command::Withdraw(amount) if amount <= *balance => Event::Withdrawn(amount),
///             Command::Withdraw(_) => return Effect::reject(format!("only {balance} left")),
///         };
///         Effect::persist(event).then_reply(|balance| *balance)
///     }
/// }
///
/// # pollster::block_on(async {
/// let system = ActorSystem::builder(Arc::new(InMemoryJournal::new())).build()?;
/// let id = PersistenceId::new("account-7")?;
/// let account = system.spawn("account-7", move || Account(id.clone()))?;
/// assert_eq!(account.ask(Command::Deposit(100)).await?, 100);
/// let refused = account.ask(Command::Withdraw(101)).await;
/// assert!(matches!(refused, Err(AskError::Rejected(why)) if why == "only 100 left"));
/// system.terminate().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub trait PersistentActor: MaybeSend + Sized + 'static {
    /// What it is asked to do.
    type Command: MaybeSend + 'static;
    /// What has happened. Stored by the [`event_adapter`](Self::event_adapter).
    type Event: Serialize + DeserializeOwned + MaybeSend + 'static;
    /// The fold of the events. Snapshots of it are stored by the
    /// [`snapshot_adapter`](Self::snapshot_adapter).
    type State: Serialize + DeserializeOwned + MaybeSend + 'static;
    /// What a command is answered with.
    type Reply: MaybeSend + 'static;
    /// What a command is refused with.
    type Error: MaybeSend + 'static;

    /// The stream that holds this actor's events, and no other actor's. Always the same.
    fn persistence_id(&self) -> PersistenceId;

    /// The state before the first event.
    fn initial_state(&self) -> Self::State;

    /// Changes the state as `event` says, and does nothing else: it is run again at each recovery,
    /// and must come to the same state.
    fn apply(&self, state: &mut Self::State, event: &Self::Event);

    /// Decides what `command` leads to, and returns at once: it must not block, least of all on what
    /// another actor answers, which may need the very thread. What takes its time, such as asking
    /// another actor, is done by who sends the commands, or in a future of its own that tells this
    /// actor what came of it.
    fn handle(&mut self, state: &Self::State, command: Self::Command) -> Effect<Self>;

    /// Called with the recovered state before the first command, and again when the actor comes
    /// back from a restart or from passivation. The effect's reply or rejection goes nowhere; an
    /// effect that cannot be carried out is a recovery failure, behind which nothing is tried again
    /// where it is to [`stop`](Effect::stop), or it is unknown what is stored.
    fn on_recovery_complete(&mut self, _state: &Self::State) -> Effect<Self> {
        Effect::none()
    }

    /// Called when the state cannot be recovered; commands that wait are answered with the same
    /// error. The actor is stopped, but for an error that may pass: then the next command makes
    /// another one, as behind a passivation. Default: an event of `tracing`, with that feature.
    fn on_recovery_failure(&mut self, _error: &ActorError) {
        warning!(id = %self.persistence_id(), error = %_error, "an actor was not recovered");
    }

    /// Called while the state is recovered, behind each event whose seq is a multiple of 1,000: the
    /// events up to `seq` of `head` are in the state. What it panics with changes nothing.
    fn on_recovery_progress(&mut self, _seq: Seq, _head: Seq) {}

    /// Called when a snapshot could not be saved, or what it covers not be compacted, which changes
    /// nothing else. Default: an event of `tracing`, with that feature.
    fn on_snapshot_failure(&mut self, _error: &ActorError) {
        warning!(id = %self.persistence_id(), error = %_error, "a snapshot was not saved, or what it covers not compacted");
    }

    /// When to save snapshots: called behind each event with its seq, the state that it has led to,
    /// and the event. Default: never. See [`every_n_events`](super::every_n_events).
    fn snapshot_policy(&self) -> impl Fn(Seq, &Self::State, &Self::Event) -> bool {
        |_, _, _| false
    }

    /// The tags that an event is stored with, beside those that its adapter gives it.
    fn tags_for(&self, _event: &Self::Event) -> Vec<String> {
        Vec::new()
    }

    /// How events are stored and read. Asked for once at each recovery. Default: [`Json`], which
    /// refuses those with a manifest.
    fn event_adapter(&self) -> Box<dyn EventAdapter<Self::Event>> {
        Box::new(Json)
    }

    /// How snapshots of the state are stored and read. Asked for once at each recovery. Default:
    /// [`Json`], which refuses those with a manifest.
    fn snapshot_adapter(&self) -> Box<dyn SnapshotAdapter<Self::State>> {
        Box::new(Json)
    }

    /// What becomes of events that snapshots cover. Default: all are kept.
    fn retention(&self) -> Retention {
        Retention::default()
    }

    /// What becomes of the actor when its code panics. Default: it is restarted.
    fn failure_policy(&self) -> FailurePolicy {
        FailurePolicy::default()
    }
}

impl<A: PersistentActor> Actor for A {
    type Command = A::Command;
    type State = A::State;
    type Reply = A::Reply;
    type Error = A::Error;
    type Change = Events<A::Event>;
}

impl<A: PersistentActor> Kind for A {
    type Kept = Stream<A>;

    fn claim(&self, persistence: &Persistence) -> Result<Claim, ActorError> {
        persistence.ids_in_journal.claim(self.persistence_id())
    }

    fn kept(
        &self,
        id: PersistenceId,
        persistence: Arc<Persistence>,
    ) -> Result<Stream<A>, ActorError> {
        Ok(Stream::new(self, id, persistence))
    }

    fn handle(&mut self, state: &A::State, command: A::Command) -> Effect<A> {
        self.handle(state, command)
    }

    fn on_recovery_complete(&mut self, state: &A::State) -> Effect<A> {
        self.on_recovery_complete(state)
    }

    fn on_recovery_failure(&mut self, error: &ActorError) {
        self.on_recovery_failure(error);
    }

    fn failure_policy(&self) -> FailurePolicy {
        self.failure_policy()
    }
}
