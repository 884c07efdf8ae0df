use std::time::Duration;

use actor_journal::{
    DEFAULT_KEEP, Durability, Error, ErrorKind, Result, SnapshotOptions, SqliteOptions, TagFilter,
};
use serde::Deserialize;

use crate::number::{count, whole};

/// `JournalOpenOptions` in TypeScript.
#[derive(Deserialize)]
#[serde(tag = "store", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum JournalOptions {
    /// Plain memory.
    Memory,
    /// SQLite at `path`.
    Sqlite {
        /// See [`SqliteOptions::new`].
        path: String,
        /// See [`SqliteOptions::events_table`].
        events_table: Option<String>,
        /// See [`SqliteOptions::wal`].
        wal: Option<bool>,
        /// See [`SqliteOptions::busy_timeout`].
        busy_timeout_ms: Option<f64>,
        /// `full` or `normal`: see [`SqliteOptions::synchronous`].
        synchronous: Option<String>,
    },
}

impl JournalOptions {
    /// The options of the journal in SQLite, `None` for plain memory.
    pub(crate) fn sqlite(self) -> Result<Option<SqliteOptions>> {
        let Self::Sqlite { path, events_table, wal, busy_timeout_ms, synchronous } = self else {
            return Ok(None);
        };
        let mut options = SqliteOptions::new(path);
        if let Some(stem) = events_table {
            options = options.events_table(stem);
        }
        if let Some(wal) = wal {
            options = options.wal(wal);
        }
        if let Some(timeout) = busy_timeout_ms {
            options = options.busy_timeout(busy_timeout(timeout)?);
        }
        if let Some(name) = synchronous {
            options = options.synchronous(durability(&name)?);
        }
        Ok(Some(options))
    }
}

/// `SnapshotsOpenOptions` in TypeScript.
#[derive(Deserialize)]
#[serde(tag = "store", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum SnapshotsOptions {
    /// Plain memory.
    Memory {
        /// See [`SnapshotOptions::keep`].
        keep_n: Option<f64>,
    },
    /// SQLite at `path`.
    Sqlite {
        /// See [`SnapshotOptions::new`].
        path: String,
        /// See [`SnapshotOptions::snapshots_table`].
        snapshots_table: Option<String>,
        /// See [`SnapshotOptions::keep`].
        keep_n: Option<f64>,
        /// See [`SnapshotOptions::busy_timeout`].
        busy_timeout_ms: Option<f64>,
    },
}

pub(crate) fn keep(keep_n: Option<f64>) -> Result<usize> {
    match keep_n.map_or(Ok(DEFAULT_KEEP), |keep_n| count("keepN", keep_n))? {
        0 => Err(Error::new(ErrorKind::InvalidArgument, "keepN 0 is less than 1")),
        keep => Ok(keep),
    }
}

pub(crate) fn snapshot_options(
    path: String,
    snapshots_table: Option<String>,
    keep_n: Option<f64>,
    busy_timeout_ms: Option<f64>,
) -> Result<SnapshotOptions> {
    let mut options = SnapshotOptions::new(path).keep(keep(keep_n)?);
    if let Some(table) = snapshots_table {
        options = options.snapshots_table(table);
    }
    if let Some(timeout) = busy_timeout_ms {
        options = options.busy_timeout(busy_timeout(timeout)?);
    }
    Ok(options)
}

fn busy_timeout(milliseconds: f64) -> Result<Duration> {
    whole("busyTimeoutMs", milliseconds).map(Duration::from_millis)
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
