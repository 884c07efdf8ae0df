use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    ActorSystem,
    gate::Gate,
    idle::{Idle, TICKS},
    persistence::Persistence,
    system::{Shared, Spawner},
};
use crate::{
    durable::DurableStateStore,
    error::Result,
    journal::Journal,
    platform::{self, Clock},
    snapshots::SnapshotStore,
};

/// Commands that may wait for an actor unless told otherwise.
pub const DEFAULT_MAILBOX: usize = 10_000;

/// Actors that may recover at once unless told otherwise.
pub const DEFAULT_RECOVERIES: usize = 64;

/// What an [`ActorSystem`] is made of.
///
/// ```
/// use actor_journal::{ActorSystem, InMemoryJournal, InMemorySnapshotStore};
/// use std::{sync::Arc, time::Duration};
///
/// let system = ActorSystem::builder(Arc::new(InMemoryJournal::new()))
///     .snapshots(Arc::new(InMemorySnapshotStore::default()))
///     .passivate_after(Duration::from_secs(60))
///     .max_active(1000)
///     .build()?;
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[must_use = "a system is there when `build` was called"]
pub struct ActorSystemBuilder {
    journal: Arc<dyn Journal>,
    snapshots: Option<Arc<dyn SnapshotStore>>,
    states: Option<Arc<dyn DurableStateStore>>,
    spawner: Option<Arc<dyn Spawner>>,
    mailbox: usize,
    max_recoveries: usize,
    max_active: usize,
    passivate_after: Option<Duration>,
}

impl ActorSystemBuilder {
    pub(super) fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            snapshots: None,
            states: None,
            spawner: None,
            mailbox: DEFAULT_MAILBOX,
            max_recoveries: DEFAULT_RECOVERIES,
            max_active: usize::MAX,
            passivate_after: None,
        }
    }

    /// Where snapshots are kept. Default: nowhere, and recovery replays all events.
    pub fn snapshots(self, snapshots: Arc<dyn SnapshotStore>) -> Self {
        Self { snapshots: Some(snapshots), ..self }
    }

    /// Where [`DurableStateActor`](super::DurableStateActor)s keep their states. Default: nowhere, and
    /// there are none.
    pub fn states(self, states: Arc<dyn DurableStateStore>) -> Self {
        Self { states: Some(states), ..self }
    }

    /// Who runs the actors. Default: as many threads of the system's own as there are processors,
    /// and in wasm the event loop.
    pub fn spawner(self, spawner: impl Spawner) -> Self {
        Self { spawner: Some(Arc::new(spawner)), ..self }
    }

    /// How many commands may wait for each actor, at least one, beside the one that it handles.
    /// Default: [`DEFAULT_MAILBOX`].
    pub fn mailbox(self, commands: usize) -> Self {
        Self { mailbox: commands.max(1), ..self }
    }

    /// How many actors may recover at once, at least one. Default: [`DEFAULT_RECOVERIES`].
    pub fn max_recoveries(self, actors: usize) -> Self {
        Self { max_recoveries: actors.max(1), ..self }
    }

    /// How many actors have their state in memory: beyond that, the least recently used of those
    /// that have nothing to do are passivated. Those that have something to do are not, so there
    /// may be more for a while. Default: no bound.
    pub fn max_active(self, actors: usize) -> Self {
        Self { max_active: actors, ..self }
    }

    /// Passivates an actor that had nothing to do for this time, or up to a quarter of it longer. Its
    /// state goes; the next command brings it back by recovery. Default: never.
    pub fn passivate_after(self, idle: Duration) -> Self {
        Self { passivate_after: Some(idle), ..self }
    }

    /// The system. Natively it starts threads, unless it was given a [`spawner`](Self::spawner)
    /// and passivates nothing by time.
    ///
    /// # Errors
    ///
    /// `io` where no thread can be started.
    pub fn build(self) -> Result<ActorSystem> {
        let spawner = match self.spawner {
            Some(spawner) => spawner,
            None => Arc::new(platform::executor()?),
        };
        let idle = Idle::new(self.max_active);
        let clock = self.passivate_after.map(|after| {
            let idle = idle.clone();
            let period = (after / TICKS).max(Duration::from_millis(1));
            Clock::start(period, move || idle.tick())
        });
        Ok(ActorSystem(Arc::new(Shared {
            persistence: Persistence::new(self.journal, self.snapshots, self.states),
            recoveries: Gate::new(self.max_recoveries),
            idle,
            mailbox: self.mailbox,
            spawner,
            actors: Mutex::default(),
            _clock: clock.transpose()?,
        })))
    }
}
