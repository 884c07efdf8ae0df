#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::unwrap_used)]

#[macro_use]
mod trace;

pub mod chunk;
pub mod codec;
mod error;
mod journal;
mod memory;
mod platform;
mod replay;
#[cfg(feature = "sqlite")]
mod sqlite;
mod types;
#[cfg(feature = "sqlite")]
mod writer;

pub use error::{Error, ErrorKind, Result};
pub use journal::{DEFAULT_KEEP, EventStream, Journal, PAGE_BYTES, PAGE_EVENTS, SnapshotStore};
pub use memory::{InMemoryJournal, InMemorySnapshotStore};
pub use platform::{BoxFuture, BoxStream, MaybeSend, MaybeSync};
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, SnapshotOptions, SqliteJournal, SqliteOptions, SqliteSnapshotStore};
pub use types::{
    AppendToken, Batch, EventQuery, EventsPage, MAX_SEQ, MAX_TAGS, Manifest, NewEvent, NewState,
    Payload, PersistenceId, PersistentEvent, Position, ReplayPage, ReplayRange, Seq, Snapshot,
    SnapshotBounds, Tag, TagFilter, Timestamp,
};

/// Holds the README's examples to the crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
