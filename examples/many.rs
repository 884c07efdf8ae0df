//! How long 1,000 actors of 100 events take to recover, and what 10,000 cost where idle ones are
//! passivated: `cargo run --release --example many`

use std::{error::Error, fs, future::Future, sync::Arc, time::Instant};

use actor_journal::{
    ActorRef, ActorSystem, Batch, Effect, Journal, NewEvent, PersistenceId, PersistentActor,
    SqliteJournal, SqliteOptions,
};
use futures_util::{StreamExt, TryStreamExt, future::try_join_all, stream};
use serde::{Deserialize, Serialize};

struct Account(PersistenceId);

#[derive(Serialize, Deserialize)]
struct Deposited {
    amount: u64,
    note: String,
}

impl PersistentActor for Account {
    type Command = u64;
    type Event = Deposited;
    /// The balance, and the notes, so that a state has a size.
    type State = (u64, Vec<String>);
    type Reply = u64;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        self.0.clone()
    }

    fn initial_state(&self) -> (u64, Vec<String>) {
        (0, Vec::new())
    }

    fn apply(&self, (balance, notes): &mut (u64, Vec<String>), event: &Deposited) {
        *balance += event.amount;
        notes.push(event.note.clone());
    }

    fn handle(&mut self, _: &(u64, Vec<String>), amount: u64) -> Effect<Self> {
        let effect = match amount {
            0 => Effect::none(),
            _ => Effect::persist(deposited(amount)),
        };
        effect.then_reply(|state: &(u64, _)| state.0)
    }
}

fn deposited(amount: u64) -> Deposited {
    Deposited { amount, note: "a note of the length that notes usually have, or so".to_owned() }
}

fn id(number: usize) -> PersistenceId {
    PersistenceId::stored(format!("account-{number}"))
}

fn spawn(system: &ActorSystem, number: usize) -> Result<ActorRef<Account>, Box<dyn Error>> {
    let name = format!("account-{number}");
    Ok(system.spawn(name, move || Account(id(number)))?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("events.db");
    pollster::block_on(async {
        let options = SqliteOptions::new(path.to_str().ok_or("a path")?).wal(true);
        let journal = Arc::new(SqliteJournal::open(options).await?);
        fill(&*journal, 10_000).await?;
        println!("memory before: {} MB", memory()?);

        let system = ActorSystem::builder(journal.clone()).build()?;
        timed("recovery of 1,000 actors of 100 events", ask_all(&system, 1000, 0)).await?;
        system.terminate().await;
        println!("memory behind them: {} MB", memory()?);

        let system = ActorSystem::builder(journal.clone()).max_active(500).build()?;
        timed("a deposit into each of 10,000, 500 active", ask_all(&system, 10_000, 1)).await?;
        println!("memory: {} MB", memory()?);
        drop(system);

        let system = ActorSystem::builder(journal).build()?;
        timed("a deposit into each of 10,000, all active", ask_all(&system, 10_000, 1)).await?;
        println!("memory: {} MB", memory()?);
        Ok(())
    })
}

async fn fill(journal: &dyn Journal, ids: usize) -> actor_journal::Result<()> {
    let appends = (0..ids).map(|number| async move {
        let events: Result<Vec<_>, _> =
            (0..100).map(|amount| NewEvent::json(&deposited(amount))).collect();
        journal.append(&id(number), 0, Batch::from(events?)).await
    });
    stream::iter(appends).buffer_unordered(64).try_for_each(|_| async { Ok(()) }).await
}

/// Spawns actors, gives each a command, and keeps them until all have answered.
async fn ask_all(system: &ActorSystem, actors: usize, amount: u64) -> Result<(), Box<dyn Error>> {
    let actors: Result<Vec<_>, _> = (0..actors).map(|number| spawn(system, number)).collect();
    let actors = actors?;
    try_join_all(actors.iter().map(|actor| actor.ask(amount))).await?;
    println!("memory with all of them: {} MB", memory()?);
    Ok(())
}

async fn timed<T>(what: &str, task: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = task.await;
    println!("{what}: {} ms", begun.elapsed().as_millis());
    done
}

/// What is resident, in MB, where the system tells it.
fn memory() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).unwrap_or("0");
    Ok(kilobytes.parse::<u64>()? / 1024)
}
