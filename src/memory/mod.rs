//! The reference journal and stores: plain memory, the oracle of the tests.

mod journal;
mod shared;
mod snapshots;
mod states;

pub use journal::InMemoryJournal;
pub use snapshots::InMemorySnapshotStore;
pub use states::InMemoryDurableStateStore;
