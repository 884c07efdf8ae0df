//! Actors whose state is the fold of their events: the trait, the system that runs them, and what
//! becomes of them when something fails.

// In wasm, where there is one thread, what actors share need not be `Send` and `Sync`.
#![allow(clippy::arc_with_non_send_sync)]

mod builder;
mod caught;
mod cell;
mod durable_state;
mod effect;
mod error;
mod failure;
mod gate;
mod idle;
mod ids;
mod kept_state;
mod kind;
mod life;
mod persistence;
mod persistent_actor;
mod policy;
mod recovery;
mod reference;
mod repeat;
mod run;
mod standalone;
mod stream;
mod system;

pub use builder::{ActorSystemBuilder, DEFAULT_MAILBOX, DEFAULT_RECOVERIES};
pub use durable_state::{Durable, DurableStateActor};
pub use effect::Effect;
pub use error::{ActorError, AskError};
pub use kind::Actor;
pub use persistent_actor::PersistentActor;
pub use policy::{FailurePolicy, Retention, every_n_events};
pub use reference::ActorRef;
pub use standalone::StandaloneActor;
pub use system::{ActorSystem, Spawner};
