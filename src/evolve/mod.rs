//! How events and states become what is stored, and come back from what an older program stored.
//! Old events are brought up to date when they are read, and never rewritten.

mod adapter;
mod chain;
mod event;
mod state;

pub use adapter::{EventAdapter, Json, SnapshotAdapter};
pub use chain::{Chain, OldEvent};
pub use event::EventMigrations;
pub use state::StateMigrations;
