#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::unwrap_used)]

#[macro_use]
mod trace;

mod actor;
pub mod chunk;
pub mod codec;
mod copy;
mod durable;
mod error;
mod evolve;
mod journal;
mod lock;
mod memory;
mod pages;
mod panicked;
mod platform;
mod projection;
mod recourse;
mod replay;
mod snapshots;
#[cfg(feature = "sqlite")]
mod sqlite;
mod types;
#[cfg(feature = "sqlite")]
mod writer;

pub use actor::{
    Actor, ActorError, ActorRef, ActorSystem, ActorSystemBuilder, AskError, DEFAULT_MAILBOX,
    DEFAULT_RECOVERIES, Durable, DurableStateActor, Effect, FailurePolicy, PersistentActor,
    Retention, Spawner, StandaloneActor, every_n_events,
};
pub use copy::{Export, Import, Stores, copy};
pub use durable::DurableStateStore;
pub use error::{Error, ErrorKind, Result};
pub use evolve::{
    Chain, EventAdapter, EventMigrations, Json, OldEvent, SnapshotAdapter, StateMigrations,
};
pub use journal::{Journal, NOTICED_MS, PAGE_BYTES, PAGE_EVENTS};
pub use memory::{InMemoryDurableStateStore, InMemoryJournal, InMemorySnapshotStore};
pub use pages::{EventStream, IdStream};
pub use platform::{BoxFuture, BoxStream, MaybeSend, MaybeSync};
pub use projection::{AtLeastOnceProjection, EventHandler};
pub use recourse::{HandlerError, Recourse, Skipped};
#[cfg(feature = "sqlite")]
pub use rusqlite;
pub use snapshots::{DEFAULT_KEEP, SnapshotStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{
    Change, DatabaseInfo, Durability, DurableStateOptions, Image, JournalInfo, Projection,
    ProjectionBuild, ProjectionTables, RebuildOptions, Restore, SnapshotOptions,
    SqliteDurableStateStore, SqliteJournal, SqliteOptions, SqliteProjection, SqliteSnapshotStore,
    Statement, TableInfo, View, restore,
};
pub use types::{
    AppendToken, Batch, DurableState, EventQuery, EventsPage, MAX_SEQ, MAX_TAGS, Manifest,
    NewEvent, NewState, Payload, PersistenceId, PersistentEvent, Position, Problem, Progress,
    ReplayPage, ReplayRange, Revision, Seq, Snapshot, SnapshotBounds, Tag, TagFilter, Timestamp,
    Verification, VerificationPage,
};

/// Holds the README's examples to the crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
