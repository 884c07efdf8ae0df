use std::{future::Future, sync::Arc};

use super::{
    ActorError, Durable, DurableStateActor, Effect, FailurePolicy, PersistentActor,
    failure::Failure, ids::Claim, persistence::Persistence,
};
use crate::{platform::MaybeSend, types::PersistenceId};

/// An actor of either kind: a [`PersistentActor`], or a [`DurableStateActor`] as [`Durable`]. Nothing
/// else is one.
pub trait Actor: Sealed + Sized + 'static {
    /// What it is asked to do.
    type Command: MaybeSend + 'static;
    /// What commands are decided on.
    type State: MaybeSend + 'static;
    /// What a command is answered with.
    type Reply: MaybeSend + 'static;
    /// What a command is refused with.
    type Error: MaybeSend + 'static;
    /// What an effect stores.
    #[doc(hidden)]
    type Change: Default + MaybeSend;
}

/// Keeps others from being an [`Actor`].
pub trait Sealed {}
impl<A: PersistentActor> Sealed for A {}
impl<A: DurableStateActor> Sealed for Durable<A> {}

/// What runs an actor asks it.
pub(super) trait Kind: Actor + MaybeSend {
    type Kept: Kept<Self>;

    /// Its id, in the store that it keeps its state in.
    fn claim(&self, persistence: &Persistence) -> Result<Claim, ActorError>;

    /// Where its state is kept, under this id.
    fn kept(
        &self,
        id: PersistenceId,
        persistence: Arc<Persistence>,
    ) -> Result<Self::Kept, ActorError>;

    fn handle(&mut self, state: &Self::State, command: Self::Command) -> Effect<Self>;

    fn on_recovery_complete(&mut self, state: &Self::State) -> Effect<Self>;

    fn on_recovery_failure(&mut self, error: &ActorError);

    fn failure_policy(&self) -> FailurePolicy;
}

/// Where an actor's state comes from, and where its changes go.
pub(super) trait Kept<A: Actor>: MaybeSend + 'static {
    /// The state that is stored.
    fn recover(
        &mut self,
        actor: &mut A,
    ) -> impl Future<Output = Result<A::State, ActorError>> + MaybeSend;

    /// Stores `change` and makes it in `state`; answers whether there was anything to store.
    fn store(
        &mut self,
        actor: &mut A,
        state: &mut A::State,
        change: A::Change,
    ) -> impl Future<Output = Result<bool, Failure>> + MaybeSend;
}
