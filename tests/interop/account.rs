//! The account of `account.mjs`, in its second version, goes on in a file:
//! `cargo run --example interop-account -- events.db '[{"deposited":5,"currency":"EUR"},null]'`
//!
//! Prints the states behind the commands.

use std::{collections::BTreeMap, env, error::Error, sync::Arc};

use actor_journal::{
    ActorSystem, Chain, Effect, EventAdapter, EventMigrations, Journal, PersistenceId,
    PersistentActor, Retention, Seq, SnapshotAdapter, SnapshotOptions, SnapshotStore,
    SqliteJournal, SqliteOptions, SqliteSnapshotStore, StateMigrations, every_n_events,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

struct Account;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Event {
    Deposited { deposited: u64, currency: String },
    Withdrawn { withdrawn: u64, currency: String },
}

impl Event {
    fn name(&self) -> &'static str {
        match self {
            Self::Deposited { .. } => "deposited",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// The balance in each currency.
type State = BTreeMap<String, u64>;

impl PersistentActor for Account {
    type Command = Option<Event>;
    type Event = Event;
    type State = State;
    type Reply = State;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        PersistenceId::new("konto-Zoë").expect("an id")
    }

    fn initial_state(&self) -> State {
        State::new()
    }

    fn apply(&self, state: &mut State, event: &Event) {
        match event {
            Event::Deposited { deposited, currency } => {
                *state.entry(currency.clone()).or_default() += deposited;
            }
            Event::Withdrawn { withdrawn, currency } => {
                *state.entry(currency.clone()).or_default() -= withdrawn;
            }
        }
    }

    fn handle(&mut self, _: &State, event: Option<Event>) -> Effect<Self> {
        Effect::persist_all(event).then_reply(State::clone)
    }

    fn tags_for(&self, event: &Event) -> Vec<String> {
        vec![format!("money {}", event.name())]
    }

    fn snapshot_policy(&self) -> impl Fn(Seq, &State, &Event) -> bool {
        every_n_events(3)
    }

    fn retention(&self) -> Retention {
        Retention::Compact
    }

    fn event_adapter(&self) -> Box<dyn EventAdapter<Event>> {
        let chain = Chain::new().with_defaults(json!({ "currency": "EUR" }));
        let migrations = EventMigrations::new(Event::name);
        Box::new(migrations.event("deposited", chain.clone()).event("withdrawn", chain))
    }

    fn snapshot_adapter(&self) -> Box<dyn SnapshotAdapter<State>> {
        let chain = Chain::new().upcast(|state| json!({ "EUR": state["balance"] }));
        Box::new(StateMigrations::new("account", chain))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [path, commands] = arguments.as_slice() else {
        return Err("usage: interop-account PATH COMMANDS".into());
    };
    let states = pollster::block_on(ask(path, serde_json::from_str(commands)?))?;
    println!("{}", json!(states));
    Ok(())
}

/// The states behind the commands, which the account in a file is asked one after the other.
async fn ask(path: &str, commands: Vec<Option<Event>>) -> Result<Vec<State>, Box<dyn Error>> {
    let journal = Arc::new(SqliteJournal::open(SqliteOptions::new(path)).await?);
    let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(path).keep(1)).await?;
    let snapshots = Arc::new(snapshots);
    let system = ActorSystem::builder(journal.clone()).snapshots(snapshots.clone()).build()?;
    let account = system.spawn("account", || Account)?;
    let mut states = Vec::new();
    for command in commands {
        states.push(account.ask(command).await?);
    }
    system.terminate().await;
    snapshots.close().await?;
    journal.close().await?;
    Ok(states)
}
