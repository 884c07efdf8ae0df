//! A persistent actor in another actor system, ractor: the journal needs none of its own. The
//! actor recovers before its first message, and appends what it decides before it answers.
//!
//! `cargo run --example ractor`

use std::{error::Error, sync::Arc};

use actor_journal::{InMemoryJournal, Journal, NewEvent, PersistenceId, ReplayRange, Seq};
use futures_util::TryStreamExt;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call};
use serde::{Deserialize, Serialize};

/// Its supervisor may start it again at any time: all that it knows is in its stream.
struct Account;

struct Stream {
    journal: Arc<dyn Journal>,
    id: PersistenceId,
}

struct Life {
    stream: Stream,
    /// The last event in the balance.
    seq: Seq,
    balance: u64,
}

enum Message {
    Deposit(u64, RpcReplyPort<u64>),
    Withdraw(u64, RpcReplyPort<Result<u64, String>>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Event {
    Deposited(u64),
    Withdrawn(u64),
}

impl Life {
    /// A stream that begins late was compacted: its state would be another.
    async fn recover(stream: Stream) -> Result<Self, ActorProcessingErr> {
        let mut life = Self { stream, seq: 0, balance: 0 };
        let Stream { journal, id } = &life.stream;
        let (journal, id) = (journal.clone(), id.clone());
        let mut events = journal.replay(&id, ReplayRange::from(..));
        while let Some(event) = events.try_next().await? {
            if event.seq != life.seq + 1 {
                return Err(format!("event {} is missing", life.seq + 1).into());
            }
            life.apply(&event.json()?);
        }
        Ok(life)
    }

    /// A conflict, or an append whose outcome is unknown, ends the actor; a supervisor would start
    /// it again, and it would recover what is stored.
    async fn persist(&mut self, event: Event) -> actor_journal::Result<()> {
        let entry = NewEvent::json(&event)?;
        let Stream { journal, id } = &self.stream;
        journal.append(id, self.seq, entry.into()).await?;
        self.apply(&event);
        Ok(())
    }

    fn apply(&mut self, event: &Event) {
        self.seq += 1;
        match event {
            Event::Deposited(amount) => self.balance += amount,
            Event::Withdrawn(amount) => self.balance -= amount,
        }
    }
}

impl Actor for Account {
    type Msg = Message;
    type State = Life;
    type Arguments = Stream;

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        stream: Stream,
    ) -> Result<Life, ActorProcessingErr> {
        Life::recover(stream).await
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        life: &mut Life,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Deposit(amount, reply) => {
                life.persist(Event::Deposited(amount)).await?;
                reply.send(life.balance)?;
            }
            Message::Withdraw(amount, reply) if amount > life.balance => {
                reply.send(Err(format!("{amount} is more than {}", life.balance)))?;
            }
            Message::Withdraw(amount, reply) => {
                life.persist(Event::Withdrawn(amount)).await?;
                reply.send(Ok(life.balance))?;
            }
        }
        Ok(())
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let journal: Arc<dyn Journal> = Arc::new(InMemoryJournal::new());
    let stream = || Stream { journal: journal.clone(), id: PersistenceId::stored("ada") };

    let (account, running) = Actor::spawn(None, Account, stream()).await?;
    assert_eq!(call!(account, Message::Deposit, 100)?, 100);
    assert_eq!(call!(account, Message::Withdraw, 30)?, Ok(70));
    account.stop(None);
    running.await?;

    let (account, running) = Actor::spawn(None, Account, stream()).await?;
    let refused = call!(account, Message::Withdraw, 71)?;
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
