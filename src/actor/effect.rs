use super::{Actor, PersistentActor};
use crate::{platform::MaybeSend, types::Seq};

/// What a command leads to: what is to be stored, and what follows once it is.
///
/// The order is always the same. Of a [`PersistentActor`], the events are appended, all or none,
/// and applied; then a snapshot is saved if the policy or [`snapshot`](Self::snapshot) says so;
/// then history is deleted. Of a [`DurableStateActor`](super::DurableStateActor), the state is
/// stored. Then the reply is given; then the actor stops if it is told to.
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
pub struct Effect<A: Actor> {
    pub(super) rejection: Option<A::Error>,
    pub(super) change: A::Change,
    pub(super) reply: Option<Reply<A>>,
    pub(super) stop: bool,
}

/// Makes a reply of the state behind the change.
type Reply<A> = Box<dyn for<'s> Once<&'s <A as Actor>::State, <A as Actor>::Reply>>;

/// What a [`PersistentActor`] stores.
pub struct Events<E> {
    pub(super) events: Vec<E>,
    pub(super) snapshot: bool,
    /// Of the last event.
    pub(super) delete_to: Option<Box<dyn Once<Seq, Seq>>>,
}

impl<E> Default for Events<E> {
    fn default() -> Self {
        Self { events: Vec::new(), snapshot: false, delete_to: None }
    }
}

impl<A: Actor> Effect<A> {
    /// Nothing: what a command that needs neither change nor answer leads to.
    pub fn none() -> Self {
        Self::change(A::Change::default())
    }

    pub(super) fn change(change: A::Change) -> Self {
        Self { rejection: None, change, reply: None, stop: false }
    }

    /// Stores nothing and answers with `reply`.
    pub fn reply(reply: A::Reply) -> Self {
        Self::none().then_reply(|_| reply)
    }

    /// Refuses the command: it is answered with `error` and changes nothing, whatever else the
    /// effect asks for, but for [`stop`](Self::stop). This is no failure: the actor goes on.
    pub fn reject(error: A::Error) -> Self {
        Self { rejection: Some(error), ..Self::none() }
    }

    /// Answers with what `reply` makes of the state behind the change. Where it looks into the state,
    /// its argument needs a type: `|account: &Account| account.balance`.
    pub fn then_reply(
        self,
        reply: impl FnOnce(&A::State) -> A::Reply + MaybeSend + 'static,
    ) -> Self {
        Self { reply: Some(Box::new(reply)), ..self }
    }

    /// Stops the actor behind this command, also where the effect cannot be carried out. Commands
    /// that wait are answered with [`Stopped`](super::ActorError::Stopped).
    pub fn stop(self) -> Self {
        Self { stop: true, ..self }
    }
}

impl<A: PersistentActor> Effect<A> {
    /// Stores one event.
    pub fn persist(event: A::Event) -> Self {
        Self::persist_all([event])
    }

    /// Stores events, all or none, in this order.
    pub fn persist_all(events: impl IntoIterator<Item = A::Event>) -> Self {
        Self::change(Events { events: events.into_iter().collect(), ..Events::default() })
    }

    /// Saves a snapshot of the state behind the events. Before the first event there is none to save.
    pub fn snapshot(mut self) -> Self {
        self.change.snapshot = true;
        self
    }

    /// Deletes the events up to what `to` makes of the seq of the last one, inclusive: all with
    /// `|last| last`, all but a hundred with `|last| last.saturating_sub(100)`. Refused with
    /// [`NotCovered`](super::ActorError::NotCovered) where no snapshot is kept that covers them: the
    /// actor could never be recovered.
    pub fn delete_history(mut self, to: impl FnOnce(Seq) -> Seq + MaybeSend + 'static) -> Self {
        self.change.delete_to = Some(Box::new(to));
        self
    }
}

/// A function to be called once.
pub trait Once<In, Out>: MaybeSend {
    /// Calls it.
    fn call(self: Box<Self>, with: In) -> Out;
}

impl<In, Out, F: FnOnce(In) -> Out + MaybeSend> Once<In, Out> for F {
    fn call(self: Box<Self>, with: In) -> Out {
        self(with)
    }
}
