//! Where actors are run: a journal, a snapshot store, an executor.

use std::sync::Arc;

use actor_journal::{
    ActorSystem, ActorSystemBuilder, Batch, DurableStateStore, Journal, NewEvent, PersistenceId,
    PersistentEvent, ReplayRange, SnapshotStore,
};

use super::{
    account::{Account, Event},
    unreliable::Unreliable,
};

pub struct Place {
    pub journal: Arc<dyn Journal>,
    pub snapshots: Arc<dyn SnapshotStore>,
    pub states: Arc<dyn DurableStateStore>,
    spawner: fn(ActorSystemBuilder) -> ActorSystemBuilder,
    /// What must outlive the stores.
    _holds: Box<dyn std::any::Any>,
}

impl Place {
    pub fn new(
        journal: impl Journal + 'static,
        snapshots: impl SnapshotStore + 'static,
        states: impl DurableStateStore + 'static,
        spawner: fn(ActorSystemBuilder) -> ActorSystemBuilder,
        holds: impl std::any::Any,
    ) -> Self {
        Self {
            journal: Arc::new(journal),
            snapshots: Arc::new(snapshots),
            states: Arc::new(states),
            spawner,
            _holds: Box::new(holds),
        }
    }

    /// What a system over this place is made of.
    pub fn builder(&self) -> ActorSystemBuilder {
        let builder = ActorSystem::builder(self.journal.clone());
        self.in_executor(builder).snapshots(self.snapshots.clone()).states(self.states.clone())
    }

    pub fn in_executor(&self, builder: ActorSystemBuilder) -> ActorSystemBuilder {
        (self.spawner)(builder)
    }

    pub fn system(&self) -> ActorSystem {
        self.builder().build().unwrap()
    }

    /// The journal with a hand on it, and a system over that.
    pub fn unreliable(&self) -> (Arc<Unreliable>, ActorSystem) {
        self.unreliable_with(|builder| builder)
    }

    /// The same with other options.
    pub fn unreliable_with(
        &self,
        options: impl FnOnce(ActorSystemBuilder) -> ActorSystemBuilder,
    ) -> (Arc<Unreliable>, ActorSystem) {
        let journal = Arc::new(Unreliable::new(self.journal.clone()));
        let builder = self.in_executor(ActorSystem::builder(journal.clone()));
        let system = options(builder.snapshots(self.snapshots.clone())).build().unwrap();
        (journal, system)
    }

    /// Writes deposits behind the head of an account, as another program would.
    pub async fn deposit(&self, account: &Account, amounts: impl IntoIterator<Item = u64>) {
        let entry = |amount| NewEvent::json(&Event::Deposited(amount)).unwrap();
        self.append(&account.id, amounts.into_iter().map(entry).collect()).await;
    }

    pub async fn append(&self, id: &PersistenceId, entries: Vec<NewEvent>) {
        let head = self.journal.highest_seq(id).await.unwrap();
        self.journal.append(id, head, Batch::from(entries)).await.unwrap();
    }

    pub async fn stored(&self, id: &PersistenceId) -> Vec<PersistentEvent> {
        self.journal.read(id, ReplayRange::from(..)).await.unwrap()
    }

    /// What the journal holds of an account.
    pub async fn events(&self, account: &Account) -> Vec<Event> {
        let events = self.stored(&account.id).await;
        events.iter().map(|event| event.decode().unwrap()).collect()
    }

    /// The seqs of the snapshots that are kept of an account, latest first.
    pub async fn snapshot_seqs(&self, account: &Account) -> Vec<u64> {
        let (mut seqs, mut before) = (Vec::new(), u64::MAX);
        while let Some(kept) = self.snapshots.load_before(&account.id, before).await.unwrap() {
            before = kept.seq;
            seqs.push(kept.seq);
        }
        seqs
    }
}
