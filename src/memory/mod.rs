//! The reference journal and snapshot store: plain memory, the oracle of the tests.

mod journal;
mod shared;
mod snapshots;

pub use journal::InMemoryJournal;
pub use snapshots::InMemorySnapshotStore;
