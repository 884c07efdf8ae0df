//! What the bindings of the npm package have in common: handles whose arguments and answers are
//! numbers, text and bytes, over any journal and the stores beside it.
//!
//! `pkg/src/binding.ts` says what each method means to JavaScript.

#![deny(clippy::unwrap_used)]

mod backups;
mod journal;
mod lines;
mod lives;
mod number;
mod options;
mod projections;
mod restores;
mod snapshots;
mod states;
mod steps;
mod stored;
mod values;
mod verification;

pub use journal::JournalHandle;
pub use lines::Lines;
pub use options::{Filter, Manifest, OpenOptions, SnapshotBounds};
pub use projections::{Projection, SkippedEvent};
pub use restores::RestoreHandle;
pub use snapshots::SnapshotsHandle;
pub use states::DurableStatesHandle;
pub use steps::{Steps, Told};
pub use stored::StoredState;
