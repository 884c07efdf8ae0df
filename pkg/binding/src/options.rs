use std::time::Duration;

use actor_journal::{
    Durability, DurableStateOptions, Error, ErrorKind, NewState, Result, SnapshotOptions,
    SqliteOptions, TagFilter,
};
use serde::Deserialize;

use crate::number::{count, whole};

/// `JournalOpenOptions`, `SnapshotsOpenOptions` or `DurableStatesOpenOptions` in TypeScript. One type
/// for all of them keeps the wasm small.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenOptions {
    /// The database.
    pub path: String,
    /// The table, or the stem of the journal's tables.
    #[serde(alias = "eventsTable", alias = "snapshotsTable", alias = "statesTable")]
    pub table: Option<String>,
    /// Whether there is a write-ahead log.
    pub wal: Option<bool>,
    /// How many snapshots of an id are kept.
    pub keep_n: Option<f64>,
    /// How long a call waits for another owner.
    pub busy_timeout_ms: Option<f64>,
    /// How long the log grows before it is moved.
    pub checkpoint_pages: Option<f64>,
    /// `full` or `normal`.
    pub synchronous: Option<String>,
    /// Whether the file is only read.
    pub read_only: Option<bool>,
}

/// `$options` with what is asked of the database, whatever it is opened for.
macro_rules! database_options {
    ($asked:ident, $options:expr) => {{
        let mut options = $options;
        if let Some(timeout) = $asked.busy_timeout_ms {
            options = options.busy_timeout(busy_timeout(timeout)?);
        }
        if let Some(pages) = $asked.checkpoint_pages {
            options = options.checkpoint_pages(checkpoint_pages(pages)?);
        }
        options.read_only($asked.read_only.unwrap_or_default())
    }};
}

impl OpenOptions {
    pub(crate) fn journal(self) -> Result<SqliteOptions> {
        let mut options = database_options!(self, SqliteOptions::new(self.path));
        if let Some(stem) = self.table {
            options = options.events_table(stem);
        }
        if let Some(wal) = self.wal {
            options = options.wal(wal);
        }
        if let Some(name) = self.synchronous {
            options = options.synchronous(durability(&name)?);
        }
        Ok(options)
    }

    pub(crate) fn snapshots(self) -> Result<SnapshotOptions> {
        let mut options = database_options!(self, SnapshotOptions::new(self.path));
        if let Some(keep) = self.keep_n {
            options = options.keep(count("keepN", keep)?);
        }
        if let Some(table) = self.table {
            options = options.snapshots_table(table);
        }
        Ok(options)
    }

    /// The database whose place a copy takes.
    pub(crate) fn restore(self) -> Result<SqliteOptions> {
        Ok(database_options!(self, SqliteOptions::new(self.path)))
    }

    pub(crate) fn durable_states(self) -> Result<DurableStateOptions> {
        let mut options = database_options!(self, DurableStateOptions::new(self.path));
        if let Some(table) = self.table {
            options = options.states_table(table);
        }
        Ok(options)
    }
}

fn busy_timeout(milliseconds: f64) -> Result<Duration> {
    whole("busyTimeoutMs", milliseconds).map(Duration::from_millis)
}

/// No log has more pages than SQLite counts in 32 bits.
fn checkpoint_pages(pages: f64) -> Result<u32> {
    whole("checkpointPages", pages).map(|pages| u32::try_from(pages).unwrap_or(u32::MAX))
}

fn durability(name: &str) -> Result<Durability> {
    match name {
        "full" => Ok(Durability::Full),
        "normal" => Ok(Durability::Normal),
        _ => {
            let message = format!("synchronous {name:?} is neither \"full\" nor \"normal\"");
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
    }
}

/// `BindingFilter` in TypeScript.
#[derive(Deserialize)]
pub struct Filter {
    /// Tags that an event must all have.
    pub all: Vec<String>,
    /// Tags of which it must have one.
    pub any: Vec<String>,
    /// Tags that it must not have.
    pub not: Vec<String>,
}

impl Filter {
    pub(crate) fn check(self) -> Result<TagFilter> {
        TagFilter::new(self.all, self.any, self.not)
    }
}

/// `Manifest` in TypeScript.
#[derive(Deserialize)]
pub struct Manifest {
    /// Its name.
    pub manifest: Option<String>,
    /// Its version, 1 where none is given.
    pub version: Option<f64>,
}

impl Manifest {
    /// The state under this manifest, where there is one.
    pub(crate) fn names(self, state: NewState) -> Result<NewState> {
        let Some(name) = self.manifest else { return Ok(state) };
        let version = count("version", self.version.unwrap_or(1.0))?;
        state.named(name, u32::try_from(version).unwrap_or(u32::MAX))
    }
}

/// `SnapshotBounds` in TypeScript.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotBounds {
    /// The lowest seq.
    pub min_seq: Option<f64>,
    /// The highest seq.
    pub max_seq: Option<f64>,
    /// The earliest time.
    pub min_timestamp: Option<f64>,
    /// The latest time.
    pub max_timestamp: Option<f64>,
}

impl SnapshotBounds {
    pub(crate) fn check(&self) -> Result<actor_journal::SnapshotBounds> {
        let mut bounds = actor_journal::SnapshotBounds::default();
        if let Some(seq) = self.min_seq {
            bounds.min_seq = whole("minSeq", seq)?;
        }
        if let Some(seq) = self.max_seq {
            bounds.max_seq = whole("maxSeq", seq)?;
        }
        // A cast saturates: times beyond an integer's range bound nothing.
        if let Some(timestamp) = self.min_timestamp {
            bounds.min_timestamp = timestamp.ceil() as i64;
        }
        if let Some(timestamp) = self.max_timestamp {
            bounds.max_timestamp = timestamp.floor() as i64;
        }
        Ok(bounds)
    }
}
