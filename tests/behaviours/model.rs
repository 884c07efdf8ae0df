//! Random schedules of commands, failures, restarts and passivations: an actor's state is always
//! the fold of its journal, and every acknowledged command is in it.

use std::{
    mem,
    sync::{Arc, Mutex},
};

use super::{
    account::{Account, Command, Event},
    place::Place,
    unreliable::{Fault, FullSnapshots, Unreliable},
};
use actor_journal::{
    ActorRef, ActorSystem, AskError, ErrorKind, InMemoryDurableStateStore, InMemoryJournal,
    InMemorySnapshotStore, Journal, NewEvent, Retention, SnapshotStore,
};
use futures_util::future::{join, join_all};
use proptest::{collection::vec, prelude::*};
use smol::Task;

#[derive(Clone, Debug)]
enum Step {
    /// Commands that are given at the same time, and what becomes of their appends.
    Commands(Vec<Command>, Vec<Fault>),
    /// Another writer appends.
    Intrude(u64),
    SnapshotsFail(bool),
    /// Recoveries fail, by an error that passes.
    RecoveriesFail(bool),
    /// The other actor is used, so that this one is passivated.
    Passivate,
    /// The system is killed while it works at these, and another one comes.
    Crash(Vec<Command>),
    Stop,
}

type Answer = Result<u64, AskError<String>>;

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        6 => (1..50_u64).prop_map(Command::Deposit),
        3 => vec(1..50_u64, 0..4).prop_map(Command::DepositAll),
        3 => (1..90_u64).prop_map(Command::Withdraw),
        1 => Just(Command::Balance),
        1 => Just(Command::Snapshot),
        1 => (0..20_u64).prop_map(Command::DeleteHistory),
        1 => Just(Command::Panic),
        1 => Just(Command::Stop),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        5 => Just(Fault::None),
        1 => Just(Fault::Rejected),
        1 => Just(Fault::LostBefore),
        1 => Just(Fault::LostAfter),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (vec(command(), 1..5), vec(fault(), 0..5))
            .prop_map(|(commands, faults)| Step::Commands(commands, faults)),
        1 => (1..50_u64).prop_map(Step::Intrude),
        1 => any::<bool>().prop_map(Step::SnapshotsFail),
        1 => any::<bool>().prop_map(Step::RecoveriesFail),
        2 => Just(Step::Passivate),
        2 => vec(command(), 0..8).prop_map(Step::Crash),
        1 => Just(Step::Stop),
    ]
}

/// What the actors of a system do, until it is killed.
type Running = Arc<Mutex<Vec<Task<()>>>>;

/// An account in a world where things fail, and what is known of it.
struct World {
    place: Place,
    journal: Arc<Unreliable>,
    snapshots: Arc<FullSnapshots>,
    system: ActorSystem,
    running: Running,
    account: Account,
    actor: ActorRef<Account>,
    /// All events that were ever written, also those that are compacted.
    events: Vec<Event>,
    /// What another writer has deposited since the actor was last at the head.
    unseen: Vec<u64>,
}

impl World {
    fn new(retention: Retention) -> Self {
        let place = Place::new(
            InMemoryJournal::new(),
            InMemorySnapshotStore::new(2),
            InMemoryDurableStateStore::new(),
            |builder| builder,
            (),
        );
        let journal = Arc::new(Unreliable::new(place.journal.clone()));
        let store = FullSnapshots { store: place.snapshots.clone(), is_full: Mutex::default() };
        let snapshots = Arc::new(store);
        let mut account = Account::unheard("ada");
        (account.snapshot_every, account.retention) = (3, retention);
        let running = Running::default();
        let system = Self::system(&journal, &snapshots, &running);
        let actor = account.spawn(&system);
        Self {
            place,
            journal,
            snapshots,
            system,
            running,
            account,
            actor,
            events: Vec::new(),
            unseen: Vec::new(),
        }
    }

    fn system(
        journal: &Arc<Unreliable>,
        snapshots: &Arc<FullSnapshots>,
        running: &Running,
    ) -> ActorSystem {
        let running = running.clone();
        let (journal, snapshots): (Arc<dyn Journal>, Arc<dyn SnapshotStore>) =
            (journal.clone(), snapshots.clone());
        ActorSystem::builder(journal)
            .snapshots(snapshots)
            .max_active(1)
            .spawner(move |actor| running.lock().unwrap().push(smol::spawn(actor)))
            .build()
            .unwrap()
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Commands(commands, faults) => return self.give(commands, faults).await,
            Step::Intrude(amount) => self.intrude(*amount).await,
            Step::SnapshotsFail(fail) => *self.snapshots.is_full.lock().unwrap() = *fail,
            Step::RecoveriesFail(fail) => {
                *self.journal.unreadable.lock().unwrap() = fail.then_some(ErrorKind::Busy);
            }
            Step::Passivate => {
                let other = Account::unheard("other").spawn(&self.system);
                // It may not be recovered, which passivates as well.
                other.ask(Command::Balance).await.ok();
                self.system.stop("other").await;
            }
            Step::Crash(commands) => return self.crash(commands).await,
            Step::Stop => self.system.stop("ada").await,
        }
        self.look();
        Ok(())
    }

    async fn intrude(&mut self, amount: u64) {
        self.unseen.push(amount);
        let id = &self.account.id;
        let head = self.place.journal.highest_seq(id).await.unwrap();
        let event = NewEvent::json(&Event::Deposited(amount)).unwrap();
        self.journal.append(id, head, event.into()).await.unwrap();
    }

    /// Gives commands at the same time.
    async fn give(&mut self, commands: &[Command], faults: &[Fault]) -> Result<(), TestCaseError> {
        if let Ok(actor) = self.account.try_spawn(&self.system) {
            self.actor = actor;
        }
        self.journal.will(faults);
        let answers = join_all(commands.iter().map(|command| self.actor.ask(command.clone())));
        let answers = answers.await;
        self.journal.is_reliable();
        self.check(commands, answers)
    }

    async fn crash(&mut self, commands: &[Command]) -> Result<(), TestCaseError> {
        let answers = join_all(commands.iter().map(|command| self.actor.ask(command.clone())));
        let kill = async {
            let killed = mem::take(&mut *self.running.lock().unwrap());
            join_all(killed.into_iter().map(Task::cancel)).await;
        };
        let (answers, _) = join(answers, kill).await;
        self.system = Self::system(&self.journal, &self.snapshots, &self.running);
        self.check(commands, answers)
    }

    /// Holds the answers of commands against what is stored then.
    fn check(&mut self, commands: &[Command], answers: Vec<Answer>) -> Result<(), TestCaseError> {
        let mut balance = self.balance();
        let before = self.events.len();
        self.look();
        let mut stored = &self.events[before..];
        for (command, answer) in commands.iter().zip(answers) {
            let events = events_of(command);
            let is_stored = stored.starts_with(&events);
            match &answer {
                Ok(_) => prop_assert!(is_stored, "{command:?} was acknowledged: {stored:?}"),
                Err(AskError::Failed(error)) if ["lost", "stored"].contains(&error.code()) => {}
                // It has stopped: the next one recovers.
                Err(AskError::Failed(error)) if error.code() == "conflict" => {
                    self.unseen.clear();
                    continue;
                }
                Err(_) => continue,
            }
            if is_stored {
                stored = &stored[events.len()..];
                balance = events.iter().fold(balance, applied);
            }
            if let Ok(reply) = answer {
                if !events.is_empty() {
                    self.unseen.clear();
                }
                let mut known = self.known(balance);
                prop_assert!(known.any(|known| known == reply), "{reply} to {command:?}");
            }
        }
        prop_assert!(stored.is_empty(), "nobody asked for {stored:?}");
        Ok(())
    }

    /// Takes note of what was stored since.
    fn look(&mut self) {
        let written = self.journal.written(&self.account.id);
        self.events = written.iter().map(|event| event.decode().unwrap()).collect();
    }

    /// What an actor may take for its balance, which knows of another writer's deposits what was
    /// there when it recovered.
    fn known(&self, balance: u64) -> impl Iterator<Item = u64> {
        let unseen = |from| self.unseen[from..].iter().sum::<u64>();
        (0..=self.unseen.len()).map(move |from| balance - unseen(from))
    }

    fn balance(&self) -> u64 {
        self.events.iter().fold(0, applied)
    }
}

fn applied(balance: u64, event: &Event) -> u64 {
    match event {
        Event::Deposited(amount) => balance + amount,
        Event::Withdrawn(amount) => balance - amount,
        Event::Poisoned => unreachable!("nobody poisons it"),
    }
}

fn events_of(command: &Command) -> Vec<Event> {
    match command {
        Command::Deposit(amount) => vec![Event::Deposited(*amount)],
        Command::DepositAll(amounts) => amounts.iter().copied().map(Event::Deposited).collect(),
        Command::Withdraw(amount) => vec![Event::Withdrawn(*amount)],
        _ => Vec::new(),
    }
}

async fn live(steps: Vec<Step>, retention: Retention) -> Result<(), TestCaseError> {
    let mut world = World::new(retention);
    for step in &steps {
        world.take(step).await?;
        let system = world.place.system();
        let recovered = world.account.spawn(&system).ask(Command::Balance).await;
        prop_assert_eq!(recovered.unwrap(), world.balance(), "behind {:?}", step);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_state_is_the_fold_of_the_journal(steps in vec(step(), 1..25), compact: bool) {
        let retention = if compact { Retention::Compact } else { Retention::Keep };
        smol::block_on(live(steps, retention))?;
    }
}
