//! The database that a command is about, and which of its tables.

use std::path::Path;

use actor_journal::{
    DatabaseInfo, Error, ErrorKind, Result, SnapshotOptions, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore,
};
use clap::Args;

/// Which tables of the file are meant.
#[derive(Args)]
#[command(next_help_heading = "Tables")]
pub struct Tables {
    /// The stem of the journal's tables
    #[arg(long = "events-table", global = true, value_name = "STEM", default_value = "events")]
    pub events: String,
    /// The table of the snapshots
    #[arg(
        long = "snapshots-table",
        global = true,
        value_name = "TABLE",
        default_value = "snapshots"
    )]
    pub snapshots: String,
    /// The table of the durable states
    #[arg(long = "states-table", global = true, value_name = "TABLE", default_value = "states")]
    pub states: String,
}

/// Opens journals and stores of one file.
pub struct Database<'a> {
    path: &'a str,
    tables: &'a Tables,
    read_only: bool,
}

impl<'a> Database<'a> {
    /// One that is not changed.
    pub fn to_read(path: &'a str, tables: &'a Tables) -> Self {
        Self { path, tables, read_only: true }
    }

    /// One that is there and may be changed.
    ///
    /// # Errors
    ///
    /// `not-found` where no file is.
    pub fn to_change(path: &'a str, tables: &'a Tables) -> Result<Self> {
        match Path::new(path).exists() {
            true => Ok(Self::to_fill(path, tables)),
            false => Err(Error::new(ErrorKind::NotFound, format!("there is no file {path:?}"))),
        }
    }

    /// One that may be changed, and is made where there is none.
    pub fn to_fill(path: &'a str, tables: &'a Tables) -> Self {
        Self { path, tables, read_only: false }
    }

    pub fn options(&self) -> SqliteOptions {
        let options = SqliteOptions::new(self.path).events_table(&self.tables.events);
        options.read_only(self.read_only)
    }

    pub async fn journal(&self) -> Result<SqliteJournal> {
        SqliteJournal::open(self.options()).await
    }

    /// The journal, or else any other one in the file.
    pub async fn any_journal(&self) -> Result<SqliteJournal> {
        let missing = match self.journal().await {
            Err(error) if *error.kind() == ErrorKind::ReadOnly => error,
            opened => return opened,
        };
        match DatabaseInfo::read(self.options()).await?.journals.first() {
            Some(other) => {
                SqliteJournal::open(self.options().events_table(&other.events_table)).await
            }
            None => Err(missing),
        }
    }

    /// The snapshots: all of those that are written to it are kept.
    pub async fn snapshots(&self) -> Result<SqliteSnapshotStore> {
        let options = SnapshotOptions::new(self.path).snapshots_table(&self.tables.snapshots);
        SqliteSnapshotStore::open(options.keep(usize::MAX).read_only(self.read_only)).await
    }

    /// The snapshots, where a database that is not changed has any.
    pub async fn snapshots_if_any(&self) -> Result<Option<SqliteSnapshotStore>> {
        match self.snapshots().await {
            // Its table would have to be made.
            Err(error) if *error.kind() == ErrorKind::ReadOnly => Ok(None),
            opened => opened.map(Some),
        }
    }
}
