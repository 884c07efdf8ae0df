use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, Weak},
};

use super::{
    ActorError, ActorRef, ActorSystemBuilder, Durable, DurableStateActor, PersistentActor,
    cell::{Cell, Create, Hosted},
    gate::Gate,
    idle::Idle,
    kind::Kind,
    persistence::Persistence,
};
use crate::{
    journal::Journal,
    lock::lock,
    platform::{BoxFuture, Clock, MaybeSend, MaybeSync},
};

/// Runs futures to their end, each by itself: what an executor does.
///
/// Every function that takes a future is one, such as `|future| smol::spawn(future).detach()`. Refs
/// may be used on any thread, so one for tokio holds the runtime's handle:
///
/// ```
/// # use actor_journal::{ActorSystem, InMemoryJournal};
/// # use std::sync::Arc;
/// # let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
/// # runtime.block_on(async {
/// let runtime = tokio::runtime::Handle::current();
/// let system = ActorSystem::builder(Arc::new(InMemoryJournal::new()))
///     .spawner(move |actor| drop(runtime.spawn(actor)))
///     .build();
/// # system.unwrap();
/// # });
/// ```
pub trait Spawner: MaybeSend + MaybeSync + 'static {
    /// Takes `future` and returns at once; it is run elsewhere, or later.
    fn spawn(&self, future: BoxFuture<'static, ()>);
}

impl<F: Fn(BoxFuture<'static, ()>) + MaybeSend + MaybeSync + 'static> Spawner for F {
    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self(future);
    }
}

/// Persistent actors by name, with the journal that holds their events.
///
/// An actor is given to the executor when it has something to do, and runs until it has nothing:
/// idle ones cost no task and no thread. Clones lead to the same system, and actors hold it: it
/// goes when the last of them, and the last ref, is gone. Journal and snapshot store stay the
/// caller's to close.
///
/// [`PersistentActor`] has an example.
#[derive(Clone)]
pub struct ActorSystem(pub(super) Arc<Shared>);

/// What the actors of a system share.
pub(super) struct Shared {
    pub(super) persistence: Arc<Persistence>,
    pub(super) recoveries: Arc<Gate>,
    pub(super) idle: Arc<Idle>,
    /// Commands that may wait for an actor.
    pub(super) mailbox: usize,
    pub(super) spawner: Arc<dyn Spawner>,
    pub(super) actors: Mutex<Actors>,
    /// Passivates by time, until it is dropped.
    pub(super) _clock: Option<Clock>,
}

#[derive(Default)]
pub(super) struct Actors {
    by_name: HashMap<Arc<str>, Weak<dyn Hosted>>,
    terminated: bool,
}

impl ActorSystem {
    /// A system whose actors keep their events in `journal`.
    pub fn builder(journal: Arc<dyn Journal>) -> ActorSystemBuilder {
        ActorSystemBuilder::new(journal)
    }

    /// Starts the actor that `create` makes, which begins to recover. `create` is called again for
    /// each restart and when the actor comes back from passivation; it always makes the same one.
    /// It should hold neither the system nor a ref to its actor: they would never go. An actor whose
    /// persistence id another one in memory has is stopped, not recovered:
    /// [`IdTaken`](ActorError::IdTaken).
    ///
    /// # Errors
    ///
    /// [`NameTaken`](ActorError::NameTaken) as long as an actor of that name has not stopped, and
    /// somebody has a ref to it or it has something to do; [`Terminated`](ActorError::Terminated).
    pub fn spawn<A: PersistentActor>(
        &self,
        name: impl Into<Arc<str>>,
        create: impl Fn() -> A + MaybeSend + MaybeSync + 'static,
    ) -> Result<ActorRef<A>, ActorError> {
        self.start(name.into(), Box::new(create))
    }

    /// [`spawn`](Self::spawn)s an actor of durable state.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn); [`NoStateStore`](ActorError::NoStateStore) where the system was not
    /// given [`states`](ActorSystemBuilder::states).
    pub fn spawn_durable<A: DurableStateActor>(
        &self,
        name: impl Into<Arc<str>>,
        create: impl Fn() -> A + MaybeSend + MaybeSync + 'static,
    ) -> Result<ActorRef<Durable<A>>, ActorError> {
        match &self.0.persistence.states {
            Some(_) => self.start(name.into(), Box::new(move || Durable(create()))),
            None => Err(ActorError::NoStateStore),
        }
    }

    fn start<A: Kind>(
        &self,
        name: Arc<str>,
        create: Box<dyn Create<A>>,
    ) -> Result<ActorRef<A>, ActorError> {
        let cell = Cell::new(name.clone(), create, self.0.clone());
        self.0.take_in(name, Arc::downgrade(&cell) as _)?;
        let actor = ActorRef::new(cell.clone() as _);
        cell.run(None);
        Ok(actor)
    }

    /// How many actors are in memory: those that are neither passivated nor stopped.
    pub fn active(&self) -> usize {
        self.0.idle.active()
    }

    /// Stops the actor of this name behind the commands that it has taken, and waits for that. A
    /// name that no actor has is as good as stopped.
    pub async fn stop(&self, name: &str) {
        let actor = self.0.lock().by_name.get(name).and_then(Weak::upgrade);
        if let Some(actor) = actor {
            // A stopped actor answers, or drops the way for its answer.
            let _ = actor.stop(ActorError::Stopped(None)).await;
        }
    }

    /// Stops all actors, each behind the commands that it has taken, and waits for that. No actor
    /// can be spawned afterwards.
    pub async fn terminate(&self) {
        let actors = self.0.lock().terminate();
        let stops: Vec<_> = actors.iter().map(|actor| actor.stop(ActorError::Terminated)).collect();
        for stop in stops {
            let _ = stop.await;
        }
    }
}

impl fmt::Debug for ActorSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorSystem").finish_non_exhaustive()
    }
}

impl Shared {
    fn take_in(&self, name: Arc<str>, actor: Weak<dyn Hosted>) -> Result<(), ActorError> {
        // Dropped behind the lock: whoever is the last to hold it takes it off the list.
        let other;
        let mut actors = self.lock();
        if actors.terminated {
            return Err(ActorError::Terminated);
        }
        other = actors.by_name.get(&name).and_then(Weak::upgrade);
        if other.as_ref().is_some_and(|other| !other.is_left()) {
            return Err(ActorError::NameTaken);
        }
        actors.by_name.insert(name, actor);
        Ok(())
    }

    /// Takes an actor off the list, unless another has its name by now.
    pub(super) fn forget(&self, name: &str, actor: &Weak<impl Hosted>) {
        let mut actors = self.lock();
        let listed = actors.by_name.get(name);
        if listed.is_some_and(|listed| listed.as_ptr().cast::<()>() == actor.as_ptr().cast()) {
            actors.by_name.remove(name);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Actors> {
        lock(&self.actors)
    }
}

impl Actors {
    fn terminate(&mut self) -> Vec<Arc<dyn Hosted>> {
        self.terminated = true;
        self.by_name.values().filter_map(Weak::upgrade).collect()
    }
}
