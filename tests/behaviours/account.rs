//! The actor whose behaviour is looked at, and how one hears what happens to it.

use std::{panic::resume_unwind, sync::Arc};

use actor_journal::{
    ActorError, ActorRef, ActorSystem, AskError, Effect, EventAdapter, FailurePolicy, NewEvent,
    PersistenceId, PersistentActor, PersistentEvent, Result, Retention, Seq,
};
use futures_channel::mpsc;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug)]
pub enum Command {
    Deposit(u64),
    DepositAll(Vec<u64>),
    Withdraw(u64),
    Balance,
    Snapshot,
    DeleteHistory(Seq),
    Stop,
    /// Stores a deposit and stops.
    Close(u64),
    /// Is refused and stops.
    Leave,
    /// Stores a deposit of 1 and gives no reply.
    Mute,
    Panic,
    /// Stores an event that cannot be folded.
    Poison,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    Deposited(u64),
    Withdrawn(u64),
    Poisoned,
}

type MakeAdapter = Arc<dyn Fn() -> Box<dyn EventAdapter<Event>> + Send + Sync>;

/// Made anew at each recovery; clones tell the same listener.
#[derive(Clone)]
pub struct Account {
    pub id: PersistenceId,
    pub policy: FailurePolicy,
    /// 0 is never.
    pub snapshot_every: u64,
    pub retention: Retention,
    /// In the place of its own.
    pub adapter: Option<MakeAdapter>,
    /// What it does when it is recovered.
    pub begin: fn() -> Effect<Self>,
    told: mpsc::UnboundedSender<String>,
    _living: Option<Arc<Living>>,
}

/// Tells that the actor is gone.
struct Living(mpsc::UnboundedSender<String>);

/// What was told, in order.
pub struct Heard(mpsc::UnboundedReceiver<String>);

impl Heard {
    /// The next thing that happens.
    pub async fn next(&mut self) -> String {
        self.0.next().await.unwrap()
    }

    /// Waits until `what` happens.
    pub async fn until(&mut self, what: &str) {
        while self.next().await != what {}
    }
}

impl Account {
    pub fn new(name: &str) -> (Self, Heard) {
        let (told, heard) = mpsc::unbounded();
        let id = PersistenceId::new(name).unwrap();
        let (policy, retention) = (FailurePolicy::default(), Retention::default());
        let snapshot_every = 0;
        let (adapter, begin, _living) = (None, Effect::none as _, None);
        let account = Self { id, policy, snapshot_every, retention, adapter, begin, told, _living };
        (account, Heard(heard))
    }

    /// One that nobody listens to.
    pub fn unheard(name: &str) -> Self {
        Self::new(name).0
    }

    pub fn spawn(&self, system: &ActorSystem) -> ActorRef<Self> {
        self.try_spawn(system).unwrap()
    }

    pub fn try_spawn(
        &self,
        system: &ActorSystem,
    ) -> std::result::Result<ActorRef<Self>, ActorError> {
        let account = self.clone();
        system.spawn(self.id.as_str(), move || {
            let _living = Some(Arc::new(Living(account.told.clone())));
            Self { _living, ..account.clone() }
        })
    }

    fn tell(&self, what: String) {
        let _ = self.told.unbounded_send(what);
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        let _ = self.0.unbounded_send("gone".to_owned());
    }
}

/// Panics, and says nothing on the terminal.
pub fn fail(why: &'static str) -> ! {
    resume_unwind(Box::new(why))
}

/// The code of what an `ask` failed with.
pub fn code<T: std::fmt::Debug>(answer: std::result::Result<T, AskError<String>>) -> &'static str {
    match answer.unwrap_err() {
        AskError::Rejected(_) => "rejected",
        AskError::Failed(error) => error.code(),
    }
}

impl PersistentActor for Account {
    type Command = Command;
    type Event = Event;
    type State = u64;
    type Reply = u64;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        self.id.clone()
    }

    fn initial_state(&self) -> u64 {
        0
    }

    fn apply(&self, balance: &mut u64, event: &Event) {
        match event {
            Event::Deposited(amount) => *balance += amount,
            Event::Withdrawn(amount) => *balance -= amount,
            Event::Poisoned => fail("a poisoned event"),
        }
    }

    fn handle(&mut self, balance: &u64, command: Command) -> Effect<Self> {
        let effect = match command {
            Command::Deposit(amount) => Effect::persist(Event::Deposited(amount)),
            Command::DepositAll(amounts) => {
                Effect::persist_all(amounts.into_iter().map(Event::Deposited))
            }
            Command::Withdraw(amount) if amount > *balance => {
                return Effect::reject(format!("only {balance} left")).snapshot();
            }
            Command::Withdraw(amount) => Effect::persist(Event::Withdrawn(amount)),
            Command::Balance => Effect::none(),
            Command::Snapshot => Effect::none().snapshot(),
            Command::DeleteHistory(to) => Effect::none().delete_history(move |last| last.min(to)),
            Command::Stop => Effect::none().stop(),
            Command::Close(amount) => Effect::persist(Event::Deposited(amount)).stop(),
            Command::Leave => return Effect::reject("it leaves".to_owned()).stop(),
            Command::Mute => return Effect::persist(Event::Deposited(1)),
            Command::Panic => fail("a bad command"),
            Command::Poison => Effect::persist(Event::Poisoned),
        };
        effect.then_reply(|balance| *balance)
    }

    fn on_recovery_complete(&mut self, balance: &u64) -> Effect<Self> {
        self.tell(format!("recovered {balance}"));
        (self.begin)()
    }

    fn on_recovery_failure(&mut self, error: &ActorError) {
        self.tell(format!("unrecovered {}", error.code()));
    }

    fn on_recovery_progress(&mut self, seq: Seq, head: Seq) {
        self.tell(format!("at {seq} of {head}"));
    }

    fn on_snapshot_failure(&mut self, error: &ActorError) {
        self.tell(format!("unsaved {}", error.code()));
    }

    fn snapshot_policy(&self) -> impl Fn(Seq, &u64, &Event) -> bool {
        |seq, _, _| self.snapshot_every > 0 && seq.is_multiple_of(self.snapshot_every)
    }

    fn tags_for(&self, event: &Event) -> Vec<String> {
        match event {
            Event::Deposited(amount) if *amount >= 1000 => vec!["large".to_owned()],
            _ => Vec::new(),
        }
    }

    fn event_adapter(&self) -> Box<dyn EventAdapter<Event>> {
        self.adapter.as_ref().map_or_else(|| Box::new(BelowAMillion) as _, |adapter| adapter())
    }

    fn retention(&self) -> Retention {
        self.retention
    }

    fn failure_policy(&self) -> FailurePolicy {
        self.policy
    }
}

/// Journals amounts below a million: what is read is not what the caller gave.
struct BelowAMillion;

impl EventAdapter<Event> for BelowAMillion {
    fn to_journal(&self, event: &Event) -> Result<NewEvent> {
        NewEvent::json(&match event {
            Event::Deposited(amount) => Event::Deposited(*amount % 1_000_000),
            event => event.clone(),
        })
    }

    fn from_journal(&self, stored: &PersistentEvent) -> Result<Vec<Event>> {
        Ok(vec![stored.decode()?])
    }
}
