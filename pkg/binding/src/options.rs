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
    path: String,
    #[serde(alias = "eventsTable", alias = "snapshotsTable", alias = "statesTable")]
    table: Option<String>,
    wal: Option<bool>,
    keep_n: Option<f64>,
    busy_timeout_ms: Option<f64>,
    checkpoint_pages: Option<f64>,
    synchronous: Option<String>,
}

impl OpenOptions {
    pub(crate) fn journal(self) -> Result<SqliteOptions> {
        let mut options = SqliteOptions::new(self.path);
        if let Some(stem) = self.table {
            options = options.events_table(stem);
        }
        if let Some(wal) = self.wal {
            options = options.wal(wal);
        }
        if let Some(timeout) = self.busy_timeout_ms {
            options = options.busy_timeout(busy_timeout(timeout)?);
        }
        if let Some(pages) = self.checkpoint_pages {
            options = options.checkpoint_pages(checkpoint_pages(pages)?);
        }
        if let Some(name) = self.synchronous {
            options = options.synchronous(durability(&name)?);
        }
        Ok(options)
    }

    pub(crate) fn snapshots(self) -> Result<SnapshotOptions> {
        let mut options = SnapshotOptions::new(self.path);
        if let Some(keep) = self.keep_n {
            options = options.keep(count("keepN", keep)?);
        }
        if let Some(table) = self.table {
            options = options.snapshots_table(table);
        }
        if let Some(timeout) = self.busy_timeout_ms {
            options = options.busy_timeout(busy_timeout(timeout)?);
        }
        if let Some(pages) = self.checkpoint_pages {
            options = options.checkpoint_pages(checkpoint_pages(pages)?);
        }
        Ok(options)
    }

    pub(crate) fn durable_states(self) -> Result<DurableStateOptions> {
        let mut options = DurableStateOptions::new(self.path);
        if let Some(table) = self.table {
            options = options.states_table(table);
        }
        if let Some(timeout) = self.busy_timeout_ms {
            options = options.busy_timeout(busy_timeout(timeout)?);
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
    all: Vec<String>,
    any: Vec<String>,
    not: Vec<String>,
}

impl Filter {
    pub(crate) fn check(self) -> Result<TagFilter> {
        TagFilter::new(self.all, self.any, self.not)
    }
}

/// `Manifest` in TypeScript.
#[derive(Deserialize)]
pub struct Manifest {
    manifest: Option<String>,
    version: Option<f64>,
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
    min_seq: Option<f64>,
    max_seq: Option<f64>,
    min_timestamp: Option<f64>,
    max_timestamp: Option<f64>,
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
