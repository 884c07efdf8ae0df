use std::{fmt, sync::Arc};

use super::{
    ActorError, AskError, PersistentActor,
    life::{Life, Next},
    persistence::Persistence,
};
use crate::{journal::Journal, snapshots::SnapshotStore, types::Seq};

/// A persistent actor without an [`ActorSystem`](super::ActorSystem), for who hosts it elsewhere: it
/// is recovered, and handles the commands that its host gives it.
///
/// ```
/// # use actor_journal::{Effect, PersistenceId, PersistentActor};
/// # struct Counter;
/// # impl PersistentActor for Counter {
/// #     type Command = u64; type Event = u64; type State = u64; type Reply = u64;
/// #     type Error = String;
/// #     fn persistence_id(&self) -> PersistenceId { PersistenceId::stored("counter") }
/// #     fn initial_state(&self) -> u64 { 0 }
/// #     fn apply(&self, state: &mut u64, event: &u64) { *state += event }
/// #     fn handle(&mut self, state: &u64, step: u64) -> Effect<Self> {
/// #         Effect::persist(step).then_reply(|count| *count)
/// #     }
/// # }
/// use actor_journal::{InMemoryJournal, StandaloneActor};
/// use std::sync::Arc;
///
/// # pollster::block_on(async {
/// let journal = Arc::new(InMemoryJournal::new());
/// let mut counter = StandaloneActor::recover(|| Counter, journal, None).await?;
/// assert_eq!(counter.handle(5).await?, 5);
/// assert_eq!((counter.state(), counter.seq()), (&5, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct StandaloneActor<A: PersistentActor> {
    life: Life<A>,
    goes_on: bool,
}

impl<A: PersistentActor> StandaloneActor<A> {
    /// Recovers the actor that `create` makes.
    ///
    /// # Errors
    ///
    /// [`NotRecovered`](ActorError::NotRecovered), and the actor is told why;
    /// [`Stopped`](ActorError::Stopped) where it stops as soon as it is recovered.
    pub async fn recover(
        create: impl FnOnce() -> A,
        journal: Arc<dyn Journal>,
        snapshots: Option<Arc<dyn SnapshotStore>>,
    ) -> Result<Self, ActorError> {
        let persistence = Persistence::new(journal, snapshots, None);
        let mut life =
            Life::recover(create, persistence).await.map_err(|unrecovered| unrecovered.why)?;
        match life.begin().await.map_err(|unrecovered| unrecovered.why)? {
            true => Ok(Self { life, goes_on: true }),
            false => Err(ActorError::Stopped(None)),
        }
    }

    /// The state behind the last stored event.
    pub fn state(&self) -> &A::State {
        &self.life.state
    }

    /// The last stored event; 0 before the first.
    pub fn seq(&self) -> Seq {
        self.life.kept.seq
    }

    /// Whether it takes commands: until it has stopped, or failed in a way that only another
    /// recovery mends.
    pub fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// Lets the actor decide what `command` leads to, and carries that out. A future that is dropped
    /// in the middle leaves it unknown what is stored, and the actor unusable.
    ///
    /// # Errors
    ///
    /// As of [`ask`](super::ActorRef::ask); [`Stopped`](ActorError::Stopped) where it does not
    /// [go on](Self::goes_on).
    pub async fn handle(&mut self, command: A::Command) -> Result<A::Reply, AskError<A::Error>> {
        if !self.goes_on {
            return Err(ActorError::Stopped(None).into());
        }
        self.goes_on = false;
        let (answered, next) = self.life.handle(command).await;
        self.goes_on = matches!(next, Next::GoOn);
        answered
    }
}

impl<A: PersistentActor> fmt::Debug for StandaloneActor<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandaloneActor").field("goes_on", &self.goes_on).finish_non_exhaustive()
    }
}
