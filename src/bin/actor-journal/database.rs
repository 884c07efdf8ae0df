//! The database that a command is about.

use actor_journal::{
    DatabaseInfo, Error, ErrorKind, Journal, Result, SnapshotOptions, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore,
};

use crate::opening::Opening;

/// Opens journals and stores of one file.
pub struct Database<'a> {
    path: &'a str,
    opening: &'a Opening,
    read_only: bool,
}

impl<'a> Database<'a> {
    /// One that is not changed.
    pub fn to_read(path: &'a str, opening: &'a Opening) -> Self {
        Self { path, opening, read_only: true }
    }

    /// One that holds the journal, and may be changed.
    ///
    /// # Errors
    ///
    /// As [`journal`](Self::journal) of one that is not.
    pub async fn to_change(path: &'a str, opening: &'a Opening) -> Result<Self> {
        match Self::to_read(path, opening).journal().await {
            Ok(journal) => journal.close().await?,
            // It is of an earlier version, and is brought up to date.
            Err(error) if *error.kind() == ErrorKind::ReadOnly => {}
            Err(error) => return Err(error),
        }
        Ok(Self::to_fill(path, opening))
    }

    /// One that may be changed, and is made where there is none.
    pub fn to_fill(path: &'a str, opening: &'a Opening) -> Self {
        Self { path, opening, read_only: false }
    }

    fn options(&self) -> SqliteOptions {
        let stem = self.opening.tables.events().table;
        let options = SqliteOptions::new(self.path).events_table(stem);
        options.busy_timeout(self.opening.busy_timeout()).read_only(self.read_only)
    }

    /// What the file holds.
    ///
    /// # Errors
    ///
    /// `corrupt` where that is nothing of ours.
    pub async fn info(&self) -> Result<DatabaseInfo> {
        let info = DatabaseInfo::read(self.options()).await?;
        match (&*info.journals, &*info.snapshots, &*info.states) {
            ([], [], []) => {
                let message = format!("the file {:?} holds no journal and no store", self.path);
                Err(Error::new(ErrorKind::Corrupt, message))
            }
            _ => Ok(info),
        }
    }

    /// The journal.
    ///
    /// # Errors
    ///
    /// `not-found` where a database that is not changed does not hold it.
    pub async fn journal(&self) -> Result<SqliteJournal> {
        let opened = SqliteJournal::open(self.options()).await;
        let held = |info: DatabaseInfo| {
            info.journals.into_iter().map(|journal| journal.events_table).collect()
        };
        self.expect(opened, "journal", self.opening.tables.events().table, held).await
    }

    /// The journal, or else any other one in the file.
    pub async fn any_journal(&self) -> Result<SqliteJournal> {
        let missing = match self.journal().await {
            Err(error) if *error.kind() == ErrorKind::NotFound => error,
            opened => return opened,
        };
        match self.info().await?.journals.first() {
            Some(other) => {
                SqliteJournal::open(self.options().events_table(&other.events_table)).await
            }
            None => Err(missing),
        }
    }

    /// The snapshots: all of those that are written to it are kept.
    ///
    /// # Errors
    ///
    /// As of [`journal`](Self::journal).
    pub async fn snapshots(&self) -> Result<SqliteSnapshotStore> {
        let table = self.opening.tables.snapshots().table;
        let options = SnapshotOptions::new(self.path).snapshots_table(table).keep(usize::MAX);
        let options = options.busy_timeout(self.opening.busy_timeout());
        let opened = SqliteSnapshotStore::open(options.read_only(self.read_only)).await;
        let held = |info: DatabaseInfo| info.snapshots.into_iter().map(|held| held.table).collect();
        self.expect(opened, "snapshots", table, held).await
    }

    /// The snapshots, where a database that is not changed has any.
    pub async fn snapshots_if_any(&self) -> Result<Option<SqliteSnapshotStore>> {
        match self.snapshots().await {
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// Tells a `table` that is not there from one of an earlier version: neither is made where
    /// nothing is changed.
    async fn expect<T>(
        &self,
        opened: Result<T>,
        what: &str,
        table: &str,
        held: impl FnOnce(DatabaseInfo) -> Vec<String>,
    ) -> Result<T> {
        let error = match opened {
            Err(error) if self.read_only && *error.kind() == ErrorKind::ReadOnly => error,
            opened => return opened,
        };
        let held = held(self.info().await?);
        if held.iter().any(|held| held == table) {
            return Err(error);
        }
        let others = if held.is_empty() { String::new() } else { format!(", but {held:?}") };
        let message = format!("the file {:?} holds no {what} {table:?}{others}", self.path);
        Err(Error::new(ErrorKind::NotFound, message))
    }
}
