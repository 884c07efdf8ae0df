//! What the bindings of the npm package have in common: handles whose arguments and answers are
//! numbers, text and bytes, over any journal and snapshot store.
//!
//! `pkg/src/binding.ts` says what each method means to JavaScript.

#![deny(clippy::unwrap_used)]

mod journal;
mod number;
mod options;
mod snapshots;

pub use journal::JournalHandle;
pub use options::{Filter, JournalOptions, Manifest, SnapshotBounds, SnapshotsOptions};
pub use snapshots::{SnapshotsHandle, StoredSnapshot};
