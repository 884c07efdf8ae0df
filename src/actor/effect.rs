use super::PersistentActor;
use crate::{platform::MaybeSend, types::Seq};

/// What a command leads to: events to be stored, and what follows once they are.
///
/// The order is always the same: the events are appended, all or none, and applied; then a
/// snapshot is saved if the policy or [`snapshot`](Self::snapshot) says so; then history is
/// deleted; then the reply is given; then the actor stops if it is told to.
///
/// ```
/// # use actor_journal::{Effect, PersistenceId, PersistentActor};
/// # struct Counter;
/// # impl PersistentActor for Counter {
/// #     type Command = u64; type Event = u64; type State = u64; type Reply = u64;
/// #     type Error = &'static str;
/// #     fn persistence_id(&self) -> PersistenceId { PersistenceId::new("counter").unwrap() }
/// #     fn initial_state(&self) -> u64 { 0 }
/// #     fn apply(&self, state: &mut u64, event: &u64) { *state += event }
/// fn handle(&mut self, state: &u64, step: u64) -> Effect<Self> {
///     match step {
///         0 => Effect::reply(*state),
///         100.. => Effect::reject("too far"),
///         _ => Effect::persist(step).then_reply(|count| *count),
///     }
/// }
/// # }
/// ```
#[must_use = "an effect is carried out when `handle` returns it"]
pub struct Effect<A: PersistentActor> {
    pub(super) rejection: Option<A::Error>,
    pub(super) events: Vec<A::Event>,
    pub(super) snapshot: bool,
    pub(super) delete_to: Option<Seq>,
    pub(super) reply: Option<Box<dyn Answer<A>>>,
    pub(super) stop: bool,
}

impl<A: PersistentActor> Effect<A> {
    /// Nothing: what a command that needs neither event nor answer leads to.
    pub fn none() -> Self {
        Self::persist_all([])
    }

    /// Stores one event.
    pub fn persist(event: A::Event) -> Self {
        Self::persist_all([event])
    }

    /// Stores events, all or none, in this order.
    pub fn persist_all(events: impl IntoIterator<Item = A::Event>) -> Self {
        let events = events.into_iter().collect();
        Self { rejection: None, events, snapshot: false, delete_to: None, reply: None, stop: false }
    }

    /// Stores nothing and answers with `reply`.
    pub fn reply(reply: A::Reply) -> Self {
        Self::none().then_reply(|_| reply)
    }

    /// Refuses the command: it is answered with `error` and changes nothing, whatever else the
    /// effect asks for. The actor goes on; this is no failure.
    pub fn reject(error: A::Error) -> Self {
        Self { rejection: Some(error), ..Self::none() }
    }

    /// Answers with what `reply` makes of the state behind the events.
    pub fn then_reply(
        self,
        reply: impl FnOnce(&A::State) -> A::Reply + MaybeSend + 'static,
    ) -> Self {
        Self { reply: Some(Box::new(reply)), ..self }
    }

    /// Saves a snapshot of the state behind the events. Before the first event there is none to save.
    pub fn snapshot(self) -> Self {
        Self { snapshot: true, ..self }
    }

    /// Deletes the events up to `to`, inclusive, or up to the last one. Refused with
    /// [`NotCovered`](super::ActorError::NotCovered) where no snapshot is kept that covers them: the
    /// actor could never be recovered.
    pub fn delete_history(self, to: Seq) -> Self {
        Self { delete_to: Some(to), ..self }
    }

    /// Stops the actor behind this command, also where the effect cannot be carried out. Commands
    /// that wait are answered with [`Stopped`](super::ActorError::Stopped).
    pub fn stop(self) -> Self {
        Self { stop: true, ..self }
    }
}

/// Makes a reply of a state, once.
pub(super) trait Answer<A: PersistentActor>: MaybeSend {
    fn answer(self: Box<Self>, state: &A::State) -> A::Reply;
}

impl<A: PersistentActor, F: FnOnce(&A::State) -> A::Reply + MaybeSend> Answer<A> for F {
    fn answer(self: Box<Self>, state: &A::State) -> A::Reply {
        self(state)
    }
}
