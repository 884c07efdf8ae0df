//! The words of the field: ids, seqs, positions, tags, manifests, events, snapshots, durable states.

mod durable;
mod event;
mod id;
mod manifest;
mod progress;
mod query;
mod snapshot;
mod state;
mod tag;
mod verification;

pub use durable::DurableState;
pub use event::{AppendToken, Batch, NewEvent, Payload, PersistentEvent};
pub use id::PersistenceId;
pub use manifest::Manifest;
pub use progress::Progress;
pub use query::{EventQuery, EventsPage, ReplayPage, ReplayRange, TagFilter};
pub use snapshot::{Snapshot, SnapshotBounds};
pub use state::NewState;
pub use tag::{MAX_TAGS, Tag};
pub use verification::{Problem, Verification, VerificationPage};

/// Place of an event in its stream, from 1. 0 stands for "before the first event".
pub type Seq = u64;

/// Place of an event in the whole journal, in commit order, from 1.
pub type Position = u64;

/// How often a durable state was changed, from 1. 0 stands for "never".
pub type Revision = u64;

/// Milliseconds since the Unix epoch. Information only: nothing is ordered by it.
pub type Timestamp = i64;

/// The highest seq, position and revision: 2^53 - 1, what every platform's numbers hold exactly.
pub const MAX_SEQ: Seq = (1 << 53) - 1;
