//! What the bindings of the npm package have in common: handles whose arguments and answers are
//! numbers, text and bytes, over any journal and the stores beside it.
//!
//! `pkg/src/binding.ts` says what each method means to JavaScript.

#![deny(clippy::unwrap_used)]

mod journal;
mod number;
mod options;
mod snapshots;
mod states;
mod stored;
mod verification;

pub use journal::JournalHandle;
pub use options::{Filter, Manifest, OpenOptions, SnapshotBounds};
pub use snapshots::SnapshotsHandle;
pub use states::DurableStatesHandle;
pub use stored::StoredState;
