//! A persistent actor in another actor system, ractor: the journal needs none of its own. Whatever
//! ends it, what it has answered is stored, and who starts it again finds it there.
//!
//! `cargo run --example ractor`

use std::{error::Error, sync::Arc};

use actor_journal::{
    AskError, Effect, InMemoryJournal, Journal, PersistenceId, PersistentActor, StandaloneActor,
};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call};
use serde::{Deserialize, Serialize};

struct Account(PersistenceId);

enum Command {
    Deposit(u64),
    Withdraw(u64),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Event {
    Deposited(u64),
    Withdrawn(u64),
}

impl PersistentActor for Account {
    type Command = Command;
    type Event = Event;
    type State = u64;
    type Reply = u64;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        self.0.clone()
    }

    fn initial_state(&self) -> u64 {
        0
    }

    fn apply(&self, balance: &mut u64, event: &Event) {
        match event {
            Event::Deposited(amount) => *balance += amount,
            Event::Withdrawn(amount) => *balance -= amount,
        }
    }

    fn handle(&mut self, balance: &u64, command: Command) -> Effect<Self> {
        let event = match command {
            Command::Deposit(amount) if balance.checked_add(amount).is_none() => {
                return Effect::reject(format!("{amount} more than {balance} is too much"));
            }
            Command::Deposit(amount) => Event::Deposited(amount),
            Command::Withdraw(amount) if amount > *balance => {
                return Effect::reject(format!("{amount} is more than {balance}"));
            }
            Command::Withdraw(amount) => Event::Withdrawn(amount),
        };
        Effect::persist(event).then_reply(|balance| *balance)
    }
}

/// Where the account lives in ractor.
struct Host;

/// A command, and the way for what comes of it.
struct Message(Command, RpcReplyPort<Result<u64, String>>);

impl Actor for Host {
    type Msg = Message;
    type State = StandaloneActor<Account>;
    type Arguments = Arc<dyn Journal>;

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        journal: Arc<dyn Journal>,
    ) -> Result<StandaloneActor<Account>, ActorProcessingErr> {
        let account = || Account(PersistenceId::stored("ada"));
        Ok(StandaloneActor::recover(account, journal, None).await?)
    }

    /// What only another recovery mends ends the actor; a supervisor would start it again.
    async fn handle(
        &self,
        _: ActorRef<Message>,
        Message(command, reply): Message,
        account: &mut StandaloneActor<Account>,
    ) -> Result<(), ActorProcessingErr> {
        match account.handle(command).await {
            Ok(balance) => reply.send(Ok(balance))?,
            Err(AskError::Rejected(why)) => reply.send(Err(why))?,
            Err(AskError::Failed(error)) if account.goes_on() => {
                reply.send(Err(error.to_string()))?
            }
            Err(AskError::Failed(error)) => return Err(error.into()),
        }
        Ok(())
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let journal: Arc<dyn Journal> = Arc::new(InMemoryJournal::new());

    let (account, running) = Actor::spawn(None, Host, journal.clone()).await?;
    assert_eq!(call!(account, |reply| Message(Command::Deposit(100), reply))?, Ok(100));
    assert_eq!(call!(account, |reply| Message(Command::Withdraw(30), reply))?, Ok(70));
    account.stop(None);
    running.await?;

    let (account, running) = Actor::spawn(None, Host, journal).await?;
    let refused = call!(account, |reply| Message(Command::Withdraw(71), reply))?;
    assert_eq!(refused, Err("71 is more than 70".to_owned()));
    println!("recovered, and refused to withdraw 71: {}", refused.unwrap_err());
    account.stop(None);
    running.await?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().build()?.block_on(run())
}

#[test]
fn an_actor_of_ractor_recovers() {
    main().expect("it runs");
}
