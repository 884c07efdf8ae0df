//! What only Rust's actors can meet: threads, executors that end, panics outside of a command.

use std::{
    mem,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use actor_journal::{
    ActorError, ActorRef, ActorSystem, AskError, Effect, Error, ErrorKind, EventAdapter,
    InMemoryJournal, Journal, NewEvent, PersistenceId, PersistentActor, PersistentEvent,
    ReplayRange, Result, StandaloneActor,
};
use futures_util::future::join3;
use pollster::block_on;

use super::{
    account::{Account, Command, Event, code, fail},
    unreliable::{Fault, Unreliable},
};

/// More than there are threads, so that one that ended would be missed.
const MANY: usize = 100;

fn in_memory() -> ActorSystem {
    ActorSystem::builder(Arc::new(InMemoryJournal::new())).build().unwrap()
}

/// What an executor does to its tasks when it shuts down.
#[test]
fn a_command_in_whose_middle_its_actor_is_dropped_is_lost() {
    smol::block_on(async {
        let journal = Arc::new(Unreliable::new(Arc::new(InMemoryJournal::new())));
        let runs: Arc<Mutex<Vec<smol::Task<()>>>> = Arc::default();
        let taken = runs.clone();
        let spawner = move |actor| taken.lock().unwrap().push(smol::spawn(actor));
        let system = ActorSystem::builder(journal.clone()).spawner(spawner).build().unwrap();
        let account = Account::unheard("ada").spawn(&system);
        let mut held = journal.hold_appends();
        let drop_all = async {
            held.wait_for(1).await;
            let dropped = mem::take(&mut *runs.lock().unwrap());
            for run in dropped {
                run.cancel().await;
            }
        };
        let [begun, waiting] = [1, 2].map(|amount| account.ask(Command::Deposit(amount)));
        let (begun, waiting, ()) = join3(begun, waiting, drop_all).await;
        assert_eq!((code(begun), code(waiting)), ("lost", "stopped"));
    });
}

#[test]
fn a_store_that_panics_ends_its_actor_alone() {
    block_on(async {
        let journal = Arc::new(Unreliable::new(Arc::new(InMemoryJournal::new())));
        let system = ActorSystem::builder(journal.clone()).build().unwrap();
        let ada = Account::unheard("ada");
        for _ in 0..MANY {
            let account = ada.spawn(&system);
            journal.will(&[Fault::Panic]);
            assert_eq!(code(account.ask(Command::Deposit(1)).await), "lost");
            account.stop().await;
        }
        assert_eq!(ada.spawn(&system).ask(Command::Deposit(2)).await.unwrap(), 2);
    });
}

/// An actor that cannot be dropped without a panic.
struct Fragile(&'static str);

impl Drop for Fragile {
    fn drop(&mut self) {
        fail("a bad drop");
    }
}

impl PersistentActor for Fragile {
    type Command = u64;
    type Event = u64;
    type State = u64;
    type Reply = u64;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        PersistenceId::stored(self.0)
    }

    fn initial_state(&self) -> u64 {
        0
    }

    fn apply(&self, sum: &mut u64, step: &u64) {
        *sum += step;
    }

    fn handle(&mut self, _: &u64, step: u64) -> Effect<Self> {
        Effect::persist(step).then_reply(|sum| *sum)
    }
}

#[test]
fn an_actor_that_panics_when_it_is_dropped_disturbs_nobody() {
    block_on(async {
        let journal = Arc::new(InMemoryJournal::new());
        let system = ActorSystem::builder(journal).max_active(1).build().unwrap();
        let [one, other] =
            ["one", "other"].map(|id| system.spawn(id, move || Fragile(id)).unwrap());
        // Each is passivated for the sake of the other.
        for sum in 1..=MANY as u64 {
            assert_eq!(one.ask(1).await.unwrap(), sum);
            assert_eq!(other.ask(1).await.unwrap(), sum);
        }
        one.stop().await;
        assert_eq!(other.ask(1).await.unwrap(), MANY as u64 + 1);
        system.terminate().await;
    });
}

/// An actor whose state takes its time to be dropped, and whose replies cannot be without a panic.
struct Heavy;

struct Bomb(u64);

impl Drop for Bomb {
    fn drop(&mut self) {
        fail("a bad reply");
    }
}

impl PersistentActor for Heavy {
    type Command = u64;
    type Event = u64;
    type State = (u64, Vec<String>);
    type Reply = Bomb;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        PersistenceId::stored("heavy")
    }

    fn initial_state(&self) -> (u64, Vec<String>) {
        (0, (0..5000).map(|number: u32| number.to_string()).collect())
    }

    fn apply(&self, (sum, _): &mut (u64, Vec<String>), step: &u64) {
        *sum += step;
    }

    fn handle(&mut self, _: &(u64, Vec<String>), step: u64) -> Effect<Self> {
        let effect = Effect::persist(step).then_reply(|&(sum, _): &(u64, _)| Bomb(sum));
        if step == 0 { effect.delete_history(|_| fail("a bad seq")) } else { effect }
    }
}

async fn sum(heavy: &ActorRef<Heavy>, step: u64) -> u64 {
    let bomb = mem::ManuallyDrop::new(heavy.ask(step).await.unwrap());
    bomb.0
}

#[test]
fn name_and_id_are_free_when_the_last_ref_is_gone_and_nothing_is_to_be_done() {
    block_on(async {
        let system = in_memory();
        for turn in 1..=2 * MANY as u64 {
            let name = if turn % 4 < 2 { "one" } else { "other" };
            assert_eq!(sum(&system.spawn(name, || Heavy).unwrap(), 1).await, turn);
        }
        let held = system.spawn("one", || Heavy).unwrap();
        assert_eq!(sum(&held, 1).await, 2 * MANY as u64 + 1);
        assert_eq!(system.spawn("one", || Heavy).unwrap_err().code(), "name-taken");
    });
}

#[test]
fn a_reply_that_panics_when_it_is_dropped_disturbs_nobody() {
    block_on(async {
        let heavy = in_memory().spawn("heavy", || Heavy).unwrap();
        for _ in 0..MANY {
            heavy.tell(1).unwrap();
        }
        assert_eq!(sum(&heavy, 1).await, MANY as u64 + 1);
    });
}

#[test]
fn a_panic_behind_stored_events_restarts_the_actor() {
    block_on(async {
        let made = Arc::new(AtomicUsize::new(0));
        let makes = made.clone();
        let create = move || {
            makes.fetch_add(1, Ordering::Relaxed);
            Heavy
        };
        let heavy = in_memory().spawn("heavy", create).unwrap();
        let Err(AskError::Failed(ActorError::Stored(why))) = heavy.ask(0).await else { panic!() };
        assert_eq!(why.code(), "failed");
        assert_eq!(sum(&heavy, 1).await, 1);
        assert_eq!(made.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn what_was_taken_before_a_stop_is_carried_out_and_nothing_else() {
    let system = in_memory();
    for round in 0..MANY {
        let account = Account::unheard(&format!("account-{round}")).spawn(&system);
        let begin = Barrier::new(3);
        let tell = || {
            begin.wait();
            (0..50).filter(|_| account.tell(Command::Deposit(1)).is_ok()).count() as u64
        };
        let taken = thread::scope(|scope| {
            let tellers = [scope.spawn(tell), scope.spawn(tell)];
            begin.wait();
            block_on(account.stop());
            tellers.map(|teller| teller.join().unwrap()).iter().sum::<u64>()
        });
        let again = Account::unheard(&format!("account-{round}")).spawn(&system);
        assert_eq!(block_on(again.ask(Command::Balance)).unwrap(), taken);
    }
}

#[test]
fn a_busy_actor_lets_others_run() {
    let executor = Arc::new(smol::Executor::new());
    let journal = Arc::new(InMemoryJournal::new());
    let tasks = executor.clone();
    let spawner = move |actor| tasks.spawn(actor).detach();
    let system = ActorSystem::builder(journal.clone()).spawner(spawner).build().unwrap();
    let (ada, bob) = (Account::unheard("ada"), Account::unheard("bob"));
    let (busy, other) = (ada.spawn(&system), bob.spawn(&system));
    for _ in 0..5000 {
        busy.tell(Command::Deposit(1)).unwrap();
    }
    let meanwhile = executor.spawn(async move {
        other.ask(Command::Deposit(1)).await.unwrap();
        journal.highest_seq(&ada.id).await.unwrap()
    });
    block_on(executor.run(async {
        assert!(meanwhile.await < 5000);
        assert_eq!(busy.ask(Command::Balance).await.unwrap(), 5000);
    }));
}

/// Says of the events that it refuses what a journal says whose answer is lost.
struct Picky(Arc<AtomicBool>);

impl EventAdapter<Event> for Picky {
    fn to_journal(&self, event: &Event) -> Result<NewEvent> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(Error::new(ErrorKind::Lost, "not by this adapter")),
            false => NewEvent::json(event),
        }
    }

    fn from_journal(&self, stored: &PersistentEvent) -> Result<Vec<Event>> {
        Ok(vec![stored.decode()?])
    }
}

#[test]
fn what_an_adapter_refuses_is_surely_not_stored() {
    block_on(async {
        let refuses = Arc::new(AtomicBool::new(true));
        let mut ada = Account::unheard("ada");
        let picky = refuses.clone();
        ada.adapter = Some(Arc::new(move || Box::new(Picky(picky.clone()))));
        let account = ada.spawn(&in_memory());
        assert_eq!(code(account.ask(Command::Deposit(1)).await), "lost");
        refuses.store(false, Ordering::Relaxed);
        assert_eq!(account.ask(Command::Deposit(2)).await.unwrap(), 2);
    });
}

#[test]
fn a_standalone_actor_goes_on_as_long_as_it_knows_its_stream() {
    block_on(async {
        let journal: Arc<dyn Journal> = Arc::new(InMemoryJournal::new());
        let ada = Account::unheard("ada");
        let recover = || StandaloneActor::recover(|| ada.clone(), journal.clone(), None);
        let (mut one, mut other) = (recover().await.unwrap(), recover().await.unwrap());
        assert_eq!(one.handle(Command::Deposit(5)).await.unwrap(), 5);
        assert_eq!(code(one.handle(Command::Withdraw(6)).await), "rejected");
        assert!(one.goes_on());
        assert_eq!(code(other.handle(Command::Deposit(1)).await), "conflict");
        assert!(!other.goes_on());
        assert_eq!(code(other.handle(Command::Balance).await), "stopped");
        let mut other = recover().await.unwrap();
        assert_eq!((*other.state(), other.seq()), (5, 1));
        assert_eq!(other.handle(Command::Close(2)).await.unwrap(), 7);
        assert!(!other.goes_on());
        assert_eq!(journal.read(&ada.id, ReplayRange::from(..)).await.unwrap().len(), 2);
    });
}
