use std::{fmt, sync::Arc};

use futures_channel::oneshot;

use super::{
    Actor, ActorError, AskError,
    cell::{Addressed, Envelope},
};

/// The way to an actor. Clones are cheap and lead to the same one.
///
/// A ref outlives what it leads to: where the actor was passivated, the next command brings it
/// back; where it was stopped, commands are answered with that. An actor lives as long as somebody
/// has a ref to it or it has something to do.
pub struct ActorRef<A: Actor>(Arc<dyn Addressed<A>>);

impl<A: Actor> ActorRef<A> {
    pub(super) fn new(actor: Arc<dyn Addressed<A>>) -> Self {
        actor.hold();
        Self(actor)
    }

    /// The name that the actor was spawned under.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Gives the actor a command and does not wait for what comes of it. Where it fails, that is an
    /// event of `tracing`, with that feature; a refusal is none.
    ///
    /// # Errors
    ///
    /// [`MailboxFull`](ActorError::MailboxFull) and why the actor was stopped, if it was: the
    /// command will not be carried out.
    pub fn tell(&self, command: A::Command) -> Result<(), ActorError> {
        self.0.clone().post(Envelope { command, answer: None })
    }

    /// Gives the actor a command when it is first polled, and waits for its reply. What the reply
    /// says is stored.
    ///
    /// There is no time-out but the executor's own, such as `tokio::time::timeout`. Who stops
    /// waiting does not take the command back: it may still be carried out.
    ///
    /// ```
    /// # use actor_journal::{ActorRef, AskError, PersistentActor};
    /// use futures_util::future::{Either, select};
    /// use std::{future::Future, pin::pin};
    ///
    /// async fn ask_until<A: PersistentActor>(
    ///     actor: &ActorRef<A>,
    ///     command: A::Command,
    ///     timer: impl Future<Output = ()>,
    /// ) -> Option<Result<A::Reply, AskError<A::Error>>> {
    ///     match select(pin!(actor.ask(command)), pin!(timer)).await {
    ///         Either::Left((answer, _)) => Some(answer),
    ///         Either::Right(_) => None,
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Rejected`](AskError::Rejected) where the actor refuses the command, else what kept it
    /// from being taken or carried out.
    pub async fn ask(&self, command: A::Command) -> Result<A::Reply, AskError<A::Error>> {
        let (answer, answered) = oneshot::channel();
        self.0.clone().post(Envelope { command, answer: Some(answer) })?;
        answered.await.unwrap_or_else(|_| Err(ActorError::given_up().into()))
    }

    /// Stops the actor behind the commands that it has taken, and waits for that.
    pub async fn stop(&self) {
        // A stopped actor answers, or drops the way for its answer.
        let _ = self.0.stop(ActorError::Stopped(None)).await;
    }
}

impl<A: Actor> Clone for ActorRef<A> {
    fn clone(&self) -> Self {
        Self::new(self.0.clone())
    }
}

impl<A: Actor> Drop for ActorRef<A> {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl<A: Actor> fmt::Debug for ActorRef<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ActorRef").field(&self.name()).finish()
    }
}
