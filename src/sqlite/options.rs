use std::{fmt::Debug, time::Duration};

use crate::error::{Error, Result};

/// How long a connection waits for another one's lock, unless told otherwise.
pub(crate) const DEFAULT_BUSY_TIMEOUT: Duration = Duration::from_secs(1);

/// What a commit survives once it was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A crash of the process, a crash of the operating system and a power cut: the commit was
    /// flushed before it was answered. SQLite's [`synchronous=EXTRA`], which also flushes the
    /// directory that a rollback journal is deleted from.
    ///
    /// [`synchronous=EXTRA`]: https://www.sqlite.org/pragma.html#pragma_synchronous
    #[default]
    Full,
    /// A crash of the process. A crash of the operating system or a power cut may lose the last
    /// commits, without harm to the file. SQLite's `synchronous=NORMAL` with a write-ahead log;
    /// without one `FULL`, since a power cut under `NORMAL` could then damage the file.
    Normal,
}

/// How a [`SqliteJournal`](crate::SqliteJournal) is opened.
///
/// ```
/// use actor_journal::{Durability, SqliteOptions};
///
/// let options = SqliteOptions::new("events.db").wal(true).synchronous(Durability::Full);
/// ```
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    pub(crate) path: String,
    pub(crate) vfs: Option<String>,
    pub(crate) events_table: String,
    pub(crate) settings: Settings,
}

impl From<&str> for SqliteOptions {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<&String> for SqliteOptions {
    fn from(path: &String) -> Self {
        Self::new(path)
    }
}

impl From<String> for SqliteOptions {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

impl SqliteOptions {
    /// A journal in the database at `path`, which is made when there is none; `:memory:` is a
    /// database of its own in memory.
    pub fn new(path: impl Into<String>) -> Self {
        let settings = Settings {
            wal: None,
            synchronous: Some(Durability::Full),
            busy_timeout: Some(DEFAULT_BUSY_TIMEOUT),
            checkpoint_pages: None,
            read_only: false,
        };
        Self { path: path.into(), vfs: None, events_table: "events".into(), settings }
    }

    /// The stem of the journal's tables, `events` unless given: a letter or `_`, then letters,
    /// digits and `_`. Several journals may share one file under different stems.
    pub fn events_table(mut self, stem: impl Into<String>) -> Self {
        self.events_table = stem.into();
        self
    }

    /// Write-ahead logging: readers and the writer do not wait for each other, and a commit is
    /// one flush. Unless given, a file stays as it is, a new one without; OPFS and a VFS by name
    /// have it always, and `false` there is refused. A database in memory takes no notice of it.
    pub fn wal(mut self, wal: bool) -> Self {
        self.settings.wal = Some(wal);
        self
    }

    /// What an answered append survives; [`Durability::Full`] unless given.
    pub fn synchronous(mut self, durability: Durability) -> Self {
        self.settings.synchronous = Some(durability);
        self
    }
}

impl Default for SqliteOptions {
    /// A journal in memory.
    fn default() -> Self {
        Self::new(":memory:")
    }
}

/// How a [`SqliteSnapshotStore`](crate::SqliteSnapshotStore) is opened.
///
/// ```
/// use actor_journal::SnapshotOptions;
///
/// let options = SnapshotOptions::new("events.db").keep(5);
/// ```
#[derive(Clone, Debug)]
pub struct SnapshotOptions {
    pub(crate) path: String,
    pub(crate) vfs: Option<String>,
    pub(crate) snapshots_table: String,
    pub(crate) keep: usize,
    pub(crate) settings: Settings,
}

impl SnapshotOptions {
    /// A store in the database at `path`. A journal of the same process on the same path shares
    /// the open database, and with it its settings.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            vfs: None,
            snapshots_table: "snapshots".into(),
            keep: crate::DEFAULT_KEEP,
            settings: Settings::default(),
        }
    }

    /// The table's name, `snapshots` unless given: a letter or `_`, then letters, digits and `_`.
    pub fn snapshots_table(mut self, table: impl Into<String>) -> Self {
        self.snapshots_table = table.into();
        self
    }

    /// How many snapshots of an id are kept, [`DEFAULT_KEEP`](crate::DEFAULT_KEEP) unless given;
    /// at least 1.
    pub fn keep(mut self, keep: usize) -> Self {
        self.keep = keep;
        self
    }
}

impl Default for SnapshotOptions {
    /// A store in memory.
    fn default() -> Self {
        Self::new(":memory:")
    }
}

/// How a [`SqliteDurableStateStore`](crate::SqliteDurableStateStore) is opened.
///
/// ```
/// use actor_journal::DurableStateOptions;
///
/// let options = DurableStateOptions::new("events.db").states_table("carts");
/// ```
#[derive(Clone, Debug)]
pub struct DurableStateOptions {
    pub(crate) path: String,
    pub(crate) vfs: Option<String>,
    pub(crate) states_table: String,
    pub(crate) settings: Settings,
}

impl DurableStateOptions {
    /// A store in the database at `path`. A journal of the same process on the same path shares
    /// the open database, and with it its settings.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            vfs: None,
            states_table: "states".into(),
            settings: Settings::default(),
        }
    }

    /// The table's name, `states` unless given: a letter or `_`, then letters, digits and `_`.
    pub fn states_table(mut self, table: impl Into<String>) -> Self {
        self.states_table = table.into();
        self
    }
}

impl Default for DurableStateOptions {
    /// A store in memory.
    fn default() -> Self {
        Self::new(":memory:")
    }
}

/// What can be asked of the database, whatever it is opened for.
macro_rules! database_options {
    ($($options:ident)*) => {$(
        impl $options {
            /// The name of a [VFS](https://www.sqlite.org/vfs.html) that is registered with SQLite,
            /// to open the path in. Nothing else may open the database meanwhile: it is locked
            /// exclusively, with its write-ahead log always, and each commit reaches the log with
            /// one write. The VFS must stay registered until the database is closed. A database in
            /// memory takes no notice of it. Those who name the same path and the same VFS share
            /// one open database.
            pub fn vfs(mut self, name: impl Into<String>) -> Self {
                self.vfs = Some(name.into());
                self
            }

            /// How long to wait for another connection's lock before `busy`: 1 second unless given,
            /// zero fails at once, 24 days at most. Of those who share an open database the longest
            /// counts.
            pub fn busy_timeout(mut self, timeout: Duration) -> Self {
                self.settings.busy_timeout = Some(timeout);
                self
            }

            /// At how many pages the write-ahead log is moved into the database: 8,000 unless
            /// given, 32 MiB in a database that was made here. More make appends faster, and the
            /// first read after a crash slower; 0 moves it behind each commit. Of those who ask,
            /// who share an open database, the most counts. Where there is no log (in memory, in a
            /// file without [`wal`](SqliteOptions::wal)) it has no effect.
            pub fn checkpoint_pages(mut self, pages: u32) -> Self {
                self.settings.checkpoint_pages = Some(pages);
                self
            }

            /// Opens a file for reading only: it is neither made nor brought up to date, its journal
            /// mode stays, nothing of it is changed, and every write is refused as `read-only`. A
            /// path without a file is `not-found`; tables of an earlier version are read as they
            /// are. What is asked of the log and of the durability has no effect.
            ///
            /// Others may write to the file meanwhile, and are seen. A handle that only reads has a
            /// connection of its own: it shares no database with handles that write, whether they
            /// are of this process or not, and does not have to agree with them.
            ///
            /// A database with a write-ahead log is read through the files `-wal` and `-shm` beside
            /// it, which SQLite makes where they are missing and then leaves behind, the first one
            /// empty; where that cannot be done, in a directory that may only be read, opening it
            /// fails with `storage-unavailable`. What a crashed writer has left in a log is read from
            /// there; what it has left to be rolled back without a log is `read-only`.
            ///
            /// Only files are opened so: a database in memory, in OPFS or in a VFS by name is
            /// refused.
            pub fn read_only(mut self, read_only: bool) -> Self {
                self.settings.read_only = read_only;
                self
            }
        }
    )*};
}

database_options! { SqliteOptions SnapshotOptions DurableStateOptions }

/// What concerns the whole database. `None` asks nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) wal: Option<bool>,
    pub(crate) synchronous: Option<Durability>,
    pub(crate) busy_timeout: Option<Duration>,
    pub(crate) checkpoint_pages: Option<u32>,
    pub(crate) read_only: bool,
}

impl Settings {
    /// How long a connection waits for another one's lock. SQLite counts milliseconds in 31 bits.
    pub(crate) fn busy_timeout(&self) -> Duration {
        const MAX: Duration = Duration::from_millis(i32::MAX as u64);
        self.busy_timeout.unwrap_or(DEFAULT_BUSY_TIMEOUT).min(MAX)
    }

    /// These for a database that no other connection can reach: it has its write-ahead log always.
    pub(crate) fn exclusive(self) -> Result<Self> {
        match self.wal {
            Some(false) => Err(Error::invalid(
                "a database in OPFS or in a VFS by name has its write-ahead log always",
            )),
            _ => Ok(Self { wal: Some(true), ..self }),
        }
    }

    /// What both ask for, who share the database: they must agree on the log and the durability,
    /// and the longer time-out counts.
    pub(crate) fn join(&self, other: &Self) -> Result<Self> {
        Ok(Self {
            wal: agree("wal", self.wal, other.wal)?,
            synchronous: agree("synchronous", self.synchronous, other.synchronous)?,
            busy_timeout: self.busy_timeout.max(other.busy_timeout),
            checkpoint_pages: self.checkpoint_pages.max(other.checkpoint_pages),
            read_only: self.read_only || other.read_only,
        })
    }
}

fn agree<T: PartialEq + Debug>(
    what: &str,
    ours: Option<T>,
    theirs: Option<T>,
) -> Result<Option<T>> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours != theirs => {
            let message = format!("`{what}` is {theirs:?}, but the database is open with {ours:?}");
            Err(Error::invalid(message))
        }
        (ours, theirs) => Ok(ours.or(theirs)),
    }
}

/// Refuses what is not the name of a table that may be ours.
pub(crate) fn check_table(name: &str) -> Result<()> {
    let mut characters = name.chars();
    let first = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let rest = characters.all(|next| next.is_ascii_alphanumeric() || next == '_');
    let reserved = name.to_ascii_lowercase().starts_with("sqlite_");
    match first && rest && !reserved && name.len() <= 255 {
        true => Ok(()),
        false => Err(Error::invalid(format!(
            "table name {name:?} is not a letter or `_` followed by letters, digits and `_`, at most \
             255 in all and not beginning with `sqlite_`"
        ))),
    }
}
