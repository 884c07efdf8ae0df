//! The cart of `cart.mjs`, in its second version, goes on in a file:
//! `cargo run --example interop-cart -- events.db '[{"add":"book"},null,"buy"]'`
//!
//! Prints what the cart is behind each of the commands.

use std::{env, error::Error};

use actor_journal::{
    AppendToken, DurableState, DurableStateOptions, DurableStateStore, Manifest, NewState,
    PersistenceId, SqliteDurableStateStore,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Command {
    Add(String),
    Buy,
}

#[derive(Default, Serialize, Deserialize)]
struct Cart {
    items: Vec<String>,
}

/// In the first version a cart was the list of what is in it.
fn cart(found: &DurableState) -> actor_journal::Result<Cart> {
    let cart = match found.manifest.as_ref().map(Manifest::version) {
        Some(1) => found.decode()?.map(|items| Cart { items }),
        _ => found.decode()?,
    };
    Ok(cart.unwrap_or_default())
}

/// Adds or buys, or looks where there is no command.
async fn carry_out(
    carts: &SqliteDurableStateStore,
    command: Option<Command>,
) -> Result<Value, Box<dyn Error>> {
    let id = PersistenceId::new("korb-Zoë")?;
    let found = carts.load(&id).await?;
    let (mut cart, token) = (cart(&found)?, AppendToken::random());
    let revision = match command {
        None => found.revision,
        Some(Command::Add(item)) => {
            cart.items.push(item);
            let state = NewState::json(&cart)?.named("cart", 2)?;
            carts.save(&id, found.revision, state, token).await?
        }
        Some(Command::Buy) => {
            cart.items.clear();
            carts.delete(&id, found.revision, token).await?
        }
    };
    Ok(json!({ "revision": revision, "items": cart.items }))
}

async fn ask(path: &str, commands: Vec<Option<Command>>) -> Result<Vec<Value>, Box<dyn Error>> {
    let options = DurableStateOptions::new(path).states_table("carts");
    let carts = SqliteDurableStateStore::open(options).await?;
    let mut answers = Vec::new();
    for command in commands {
        answers.push(carry_out(&carts, command).await?);
    }
    carts.close().await?;
    Ok(answers)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [path, commands] = arguments.as_slice() else {
        return Err("usage: interop-cart PATH COMMANDS".into());
    };
    println!("{}", json!(pollster::block_on(ask(path, serde_json::from_str(commands)?))?));
    Ok(())
}
