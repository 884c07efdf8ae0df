//! A bank account that lives in a file:
//! `cargo run --example account -- accounts.db ada deposit 100`
//!
//! Its events are `{"deposited":100}` and `{"withdrawn":30}`: a page or Node may have begun it.

use std::{env, error::Error, sync::Arc};

use actor_journal::{
    ActorSystem, AskError, Effect, PersistenceId, PersistentActor, Retention, Seq, SnapshotOptions,
    SqliteJournal, SqliteOptions, SqliteSnapshotStore, every_n_events,
};
use serde::{Deserialize, Serialize};

struct Account {
    id: PersistenceId,
}

#[derive(Clone)]
enum Command {
    Deposit(u64),
    Withdraw(u64),
    Balance,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Event {
    Deposited(u64),
    Withdrawn(u64),
}

#[derive(Serialize, Deserialize)]
struct State {
    balance: u64,
}

impl PersistentActor for Account {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Reply = u64;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        self.id.clone()
    }

    fn initial_state(&self) -> State {
        State { balance: 0 }
    }

    fn apply(&self, state: &mut State, event: &Event) {
        match event {
            Event::Deposited(amount) => state.balance += amount,
            Event::Withdrawn(amount) => state.balance -= amount,
        }
    }

    fn handle(&mut self, state: &State, command: Command) -> Effect<Self> {
        let effect = match command {
            Command::Deposit(amount) if state.balance.checked_add(amount).is_none() => {
                return Effect::reject(format!("{amount} is more than an account can hold"));
            }
            Command::Deposit(amount) => Effect::persist(Event::Deposited(amount)),
            Command::Withdraw(amount) if amount > state.balance => {
                return Effect::reject(format!("{amount} is more than {}", state.balance));
            }
            Command::Withdraw(amount) => Effect::persist(Event::Withdrawn(amount)),
            Command::Balance => Effect::none(),
        };
        effect.then_reply(|state: &State| state.balance)
    }

    fn snapshot_policy(&self) -> impl Fn(Seq, &State, &Event) -> bool {
        every_n_events(100)
    }

    fn retention(&self) -> Retention {
        Retention::Compact
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (path, name, command) = match arguments[..] {
        [path, name, "deposit", amount] => (path, name, Command::Deposit(amount.parse()?)),
        [path, name, "withdraw", amount] => (path, name, Command::Withdraw(amount.parse()?)),
        [path, name, "balance"] => (path, name, Command::Balance),
        _ => return Err("usage: account PATH NAME deposit|withdraw AMOUNT, or balance".into()),
    };
    match pollster::block_on(ask(path, name, command))? {
        Ok(balance) => println!("{name} has {balance}"),
        Err(refusal) => println!("refused: {refusal}"),
    }
    Ok(())
}

/// The balance behind the command, or why it was refused.
async fn ask(
    path: &str,
    name: &str,
    command: Command,
) -> Result<Result<u64, String>, Box<dyn Error>> {
    let journal = Arc::new(SqliteJournal::open(SqliteOptions::new(path)).await?);
    let snapshots = Arc::new(SqliteSnapshotStore::open(SnapshotOptions::new(path)).await?);
    let system = ActorSystem::builder(journal).snapshots(snapshots).build()?;
    let id = PersistenceId::new(name)?;
    let account = system.spawn(name, move || Account { id: id.clone() })?;
    let answer = account.ask(command).await;
    system.terminate().await;
    match answer {
        Ok(balance) => Ok(Ok(balance)),
        Err(AskError::Rejected(refusal)) => Ok(Err(refusal)),
        Err(AskError::Failed(error)) => Err(error.into()),
    }
}

#[test]
fn an_account_goes_on_where_it_was() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("accounts.db");
    let told = |command| {
        let path = path.to_str().expect("a path");
        pollster::block_on(ask(path, "ada", command)).expect("an answer")
    };
    assert_eq!(told(Command::Deposit(100)), Ok(100));
    assert_eq!(told(Command::Withdraw(30)), Ok(70));
    assert_eq!(told(Command::Withdraw(71)), Err("71 is more than 70".to_owned()));
    assert_eq!(told(Command::Balance), Ok(70));
}
