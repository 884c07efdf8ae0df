//! Deposits into an account and prints what its journal makes of it:
//! `cargo run --example deposit -- events.db account-7 100`
//!
//! The account may have been begun by a page or by Node: the file is the same.

use std::{env, error::Error};

use actor_journal::{
    Journal, NewEvent, PersistenceId, PersistentEvent, ReplayRange, SqliteJournal, SqliteOptions,
};
use futures_util::TryStreamExt;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [path, account, amount] = arguments.as_slice() else {
        return Err("usage: deposit PATH ACCOUNT AMOUNT".into());
    };
    let told = pollster::block_on(deposit(path, account, amount.parse()?))?;
    println!("{told}");
    Ok(())
}

async fn deposit(path: &str, account: &str, amount: u64) -> actor_journal::Result<Value> {
    let journal = SqliteJournal::open(SqliteOptions::new(path)).await?;
    let account = PersistenceId::new(account)?;
    let head = journal.highest_seq(&account).await?;
    let event = NewEvent::json(&json!({ "deposited": amount }))?.tagged(["money"])?;
    let event = event.named("deposited", 1)?;
    journal.append(&account, head, event.into()).await?;

    let (mut events, mut balance, mut manifests) = (0, 0, Vec::new());
    let mut replay = journal.replay(&account, ReplayRange::from(..));
    while let Some(event) = replay.try_next().await? {
        events += 1;
        balance += deposited(&event);
        manifests.extend(event.manifest.map(|manifest| manifest.to_string()));
    }
    drop(replay);
    journal.close().await?;
    Ok(json!({ "head": head + 1, "events": events, "balance": balance, "manifests": manifests }))
}

/// Other events of the account, in whatever codec, change nothing.
fn deposited(event: &PersistentEvent) -> u64 {
    let value: Value = event.json().unwrap_or_default();
    value["deposited"].as_u64().unwrap_or(0)
}
