//! The mails of `mails.mjs` go on in a file:
//! `cargo run --example interop-mails -- events.db '[["hello","note","lost"],null]'`
//!
//! Prints what each of the commands is answered with.

use std::{
    env,
    error::Error,
    sync::{Arc, Mutex},
};

use actor_journal::{
    AtLeastOnceProjection, BoxFuture, DurableStateOptions, DurableStateStore, EventHandler,
    HandlerError, Journal, NewEvent, PersistenceId, PersistentEvent, Recourse, Skipped,
    SqliteDurableStateStore, SqliteJournal, SqliteOptions, TagFilter,
};
use serde_json::{Value, json};

#[derive(Default)]
struct Mails(Mutex<Vec<String>>);

impl EventHandler for Mails {
    fn name(&self) -> &str {
        "mails"
    }

    fn filter(&self) -> TagFilter {
        TagFilter::one("mail").expect("a tag")
    }

    fn apply<'a>(&'a self, event: &'a PersistentEvent) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let text: String = event.json()?;
            if text == "lost" {
                return Err("nobody lives there".into());
            }
            self.0.lock().expect("nothing panics").push(format!("{} {text}", event.position));
            Ok(())
        })
    }

    fn on_failure(&self, _: &PersistentEvent, _: &actor_journal::Error, _: u32) -> Recourse {
        Recourse::Skip
    }
}

/// Appends what is to be sent; what is a note is not.
async fn append(journal: &SqliteJournal, texts: Vec<String>) -> Result<Value, Box<dyn Error>> {
    let id = PersistenceId::new("post-Zoë")?;
    let head = journal.highest_seq(&id).await?;
    let mut entries = Vec::new();
    for text in texts {
        let tags: &[&str] = if text == "note" { &[] } else { &["mail"] };
        entries.push(NewEvent::json(&text)?.tagged(tags)?);
    }
    let written = journal.append(&id, head, entries.into()).await?;
    Ok(json!(head + written.len() as u64))
}

/// What is sent of what was not yet, where the projection is then, and what it has ever passed over.
async fn send(
    journal: &SqliteJournal,
    positions: &SqliteDurableStateStore,
) -> Result<Value, Box<dyn Error>> {
    let (journal, positions) = (Arc::new(journal.clone()), Arc::new(positions.clone()));
    let mails = AtLeastOnceProjection::new(journal, positions, Mails::default())?;
    let position = mails.catch_up().await?;
    let skipped: Vec<_> = mails.skipped().await?.iter().map(told).collect();
    let sent = &*mails.handler().0.lock().expect("nothing panics");
    Ok(json!({ "position": position, "sent": sent, "skipped": skipped }))
}

fn told(skipped: &Skipped) -> Value {
    json!({
        "persistenceId": skipped.id.as_str(),
        "sequenceNr": skipped.seq,
        "position": skipped.position,
        "error": skipped.error,
        "timestamp": skipped.timestamp,
    })
}

async fn ask(path: &str, commands: Vec<Option<Vec<String>>>) -> Result<Vec<Value>, Box<dyn Error>> {
    let journal = SqliteJournal::open(SqliteOptions::new(path)).await?;
    let positions = SqliteDurableStateStore::open(DurableStateOptions::new(path)).await?;
    let mut answers = Vec::new();
    for command in commands {
        answers.push(match command {
            Some(texts) => append(&journal, texts).await?,
            None => send(&journal, &positions).await?,
        });
    }
    positions.close().await?;
    journal.close().await?;
    Ok(answers)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [path, commands] = arguments.as_slice() else {
        return Err("usage: interop-mails PATH COMMANDS".into());
    };
    println!("{}", json!(pollster::block_on(ask(path, serde_json::from_str(commands)?))?));
    Ok(())
}
