//! Copies that take the place of a database.

use std::time::Duration;

use rusqlite::{Connection, ErrorCode, config::DbConfig};

use super::{
    closed::{Claim, Closed},
    connection::{connect_reader, guard, has_wal, pragma},
    options::{DEFAULT_BUSY_TIMEOUT, SqliteOptions},
    pages::{Told, copy, telling, write},
    schema,
    verify::checks,
};
use crate::{
    error::{Error, ErrorKind, Result},
    platform::{Partial, Place, VfsFile, give_way, place},
    types::Progress,
};

/// Puts the database in the file `from` in the place of the one in the file `to`, whole or not at
/// all: after a crash at any point the old database is there, or the new one. What stood at `to`
/// keeps its journal mode: with a write-ahead log or without. `from` is not changed.
///
/// `from` is checked before, with all that it holds: each journal, snapshot store and durable state
/// store as their `verify` does (see [`SqliteJournal::verify`](crate::SqliteJournal::verify)), of
/// tables of an earlier version what they have; of tables made by the source page's DDL, and of those
/// of other programs, only SQLite's own structure. Triggers on the tables are refused, as when they
/// are opened. Whether snapshots fit a journal is not checked. What may have been stored as it is, is no
/// damage, though `verify` tells of it: an id or a tag that the rules of today refuse, a payload that
/// begins as JSON or CBOR and is neither, as of a codec of somebody's own.
///
/// `progress` counts the copy's bytes: half of each for the check, half for its new place. They are
/// all done when all has taken place, not before. Dropping the future leaves the old database, or the
/// new one where that was being committed; never while a `progress` that was told has not been
/// followed by another poll. Meanwhile whoever opens `to` in this process is told `locked`. A process
/// that has `to` open without a log, and does nothing with it, is not noticed, and finds the new
/// database there. Of options, path, VFS and busy time-out count.
///
/// # Errors
///
/// `corrupt` for a copy that is damaged, with what was found first, or no journal; `newer-version` for
/// one that a newer version of this library wrote; `locked` where this process has `to` open, `busy`
/// where another one uses it; `not-found`, `full`, `io`; `invalid-argument` where another database has
/// left its log or its journal beside `to`, or where `from` is `to`. And `corrupt` where something
/// stands at `to` that is no journal. The old database is there in each case.
///
/// ```
/// use actor_journal::{Journal, SqliteJournal, SqliteOptions, restore};
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = |name| directory.path().join(name).to_str().unwrap().to_owned();
/// # let (copy, path) = (path("copy.db"), path("events.db"));
/// # pollster::block_on(async {
/// let journal = SqliteJournal::open(SqliteOptions::new(&path)).await?;
/// journal.backup(&copy, |_| {}).await?;
/// journal.close().await?;
/// restore(&copy, &path, |_| {}).await?;
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
pub async fn restore(
    from: impl Into<String>,
    to: impl Into<SqliteOptions>,
    progress: impl FnMut(Progress),
) -> Result<()> {
    let (from, to) = (from.into(), to.into());
    check_two(&from, &to)?;
    let (mut target, _claim) = Target::open(&to).await?;
    let replaced = |told| async move { target.replace(open(&from)?, told).await };
    telling(replaced, progress).await
}

/// A restore whose copy comes in pieces, to a database in a file, in OPFS or in a VFS by name.
///
/// ```
/// use actor_journal::{Restore, SqliteOptions};
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("events.db").to_str().unwrap().to_owned();
/// # pollster::block_on(async {
/// let mut restore = Restore::begin(&SqliteOptions::new(path)).await?;
/// restore.write(b"no database")?;
/// assert_eq!(restore.finish(|_| {}).await.unwrap_err().code(), "corrupt");
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
pub struct Restore {
    file: VfsFile,
    copy: Partial,
    // Dropped behind the copy: it may have the VFS that the copy is in.
    target: Target,
    claim: Claim,
}

impl Restore {
    /// Takes the database that `options` name, of which path, VFS and busy time-out count: who opens it
    /// in this process meanwhile is told `locked`.
    ///
    /// # Errors
    ///
    /// `locked` where it is open; as [`SqliteJournal::open`](crate::SqliteJournal::open).
    pub async fn begin(options: &SqliteOptions) -> Result<Self> {
        let (target, claim) = Target::open(options).await?;
        let copy = Partial::beside(target.place()?);
        Ok(Self { file: copy.create()?, copy, target, claim })
    }

    /// How many bytes of the copy have come.
    pub fn length(&self) -> u64 {
        self.file.length()
    }

    /// Takes the next bytes of the copy.
    ///
    /// # Errors
    ///
    /// `full`, `io`.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write(bytes)
    }

    /// Checks the copy and puts it in the place of the database, as [`restore`] does.
    ///
    /// # Errors
    ///
    /// As of [`restore`].
    pub async fn finish(self, progress: impl FnMut(Progress)) -> Result<()> {
        let Self { file, copy, mut target, claim: _claim } = self;
        let replaced = |told| async move {
            file.finish()?;
            let mut source = copy.connect()?;
            guard(&mut source)?;
            // Nobody else has it, and a VFS may have no memory to share.
            pragma(&source, "locking_mode", "EXCLUSIVE", "exclusive")?;
            let replaced = target.replace(source, told).await;
            // While the VFS that it is in is there.
            drop(copy);
            replaced
        };
        telling(replaced, progress).await
    }
}

/// Refuses a database that is to take its own place.
fn check_two(from: &str, to: &SqliteOptions) -> Result<()> {
    let (_, copy) = place(from, None, true)?;
    let (_, replaced) = place(&to.path, to.vfs.as_deref(), false)?;
    if copy.is_some() && copy == replaced {
        let message = format!("{from:?} and {:?} are the same file", to.path);
        return Err(Error::invalid(message));
    }
    Ok(())
}

/// A copy in a file, to be read.
fn open(from: &str) -> Result<Connection> {
    let (place, _) = place(from, None, true)?;
    match place.sharing() {
        Some(sharing) => connect_reader(&sharing, DEFAULT_BUSY_TIMEOUT),
        None => Err(Error::invalid(format!("{from:?} is not a file"))),
    }
}

/// Refuses what is not a whole, sound database of this version or an earlier one. What is checked
/// stays as it is: the transaction that reads it is left open.
async fn check(copy: &Connection, told: &mut Told) -> Result<()> {
    copy.execute_batch("BEGIN")?;
    schema::check_file(copy)?;
    if !schema::is_marked(copy)? {
        return Err(Error::new(ErrorKind::Corrupt, "the copy is no journal of this library"));
    }
    let bytes = number(copy, "page_size")? * number(copy, "page_count")?;
    let checks = checks(copy)?;
    let parts = 2 * checks.len() as u64;
    for (part, check) in (0..).zip(checks) {
        told.part = (part, parts);
        let mut next = Some(String::new());
        while let Some(cursor) = next {
            let page = check(copy, &cursor)?;
            if let Some(damage) = page.found.damage {
                let message = format!("the copy is damaged: {damage}");
                return Err(Error::new(ErrorKind::Corrupt, message));
            }
            let Progress { done, total } = page.progress;
            let share = done as f64 / total.max(1) as f64;
            told.tell(Progress { done: (bytes as f64 * share) as u64, total: bytes })?;
            give_way().await;
            next = page.next;
        }
    }
    Ok(())
}

fn number(connection: &Connection, pragma: &str) -> Result<u64> {
    let number: i64 = connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))?;
    Ok(number.unsigned_abs())
}

/// The database that is to be replaced.
struct Target {
    /// Open from the beginning where nobody else can have it, as the copy may need its VFS.
    connection: Option<Connection>,
    closed: Option<Closed>,
    busy_timeout: Duration,
}

impl Target {
    async fn open(options: &SqliteOptions) -> Result<(Self, Claim)> {
        let (closed, claim) = Closed::at(&options.path, options.vfs.as_deref()).await?;
        let busy_timeout = options.settings.busy_timeout();
        let mut target = Self { connection: None, closed: Some(closed), busy_timeout };
        if target.place()?.is_exclusive() {
            target.connection = Some(target.place()?.connect().await?);
        }
        Ok((target, claim))
    }

    fn place(&self) -> Result<&Place> {
        self.closed.as_ref().map(|closed| &closed.place).ok_or_else(Error::closed)
    }

    /// Puts all that `source` holds in the place of what is here, in one transaction of SQLite's: a
    /// file that took its place would leave a process that has the old one open with a file that
    /// nobody finds any more, and would stand beside the old one's log.
    async fn replace(&mut self, source: Connection, mut told: Told) -> Result<()> {
        check(&source, &mut told).await?;
        told.part = (1, 2);
        if let Some(path) = self.place()?.new_file() {
            let file = write(&source, Partial::of(path)?, &told, &|| {}).await?;
            told.leave().await?;
            return file.settle();
        }
        let is_exclusive = self.place()?.is_exclusive();
        if self.connection.is_none() {
            self.connection = Some(self.place()?.connect().await?);
        }
        let connection = self.connection.as_mut().ok_or_else(Error::closed)?;
        let had_wal = prepare(connection, is_exclusive, &source, self.busy_timeout)?;
        let copied = copy(&source, connection, &told, &|| {}, || told.leave()).await;
        if had_wal {
            // The old database or the new one is there, with a log or without.
            let _ = pragma(connection, "journal_mode", "WAL", "wal");
        }
        copied
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        drop(self.connection.take());
        self.closed.take().into_iter().for_each(|closed| closed.place.release());
    }
}

/// Makes the target ready for a transaction that replaces all of it; answers whether it had a log.
fn prepare(
    target: &Connection,
    is_exclusive: bool,
    source: &Connection,
    busy_timeout: Duration,
) -> Result<bool> {
    target.busy_timeout(busy_timeout)?;
    pragma(target, "locking_mode", "EXCLUSIVE", "exclusive")?;
    let is_readable = readable(target, is_exclusive)?;
    let had_wal = is_readable && has_wal(target);
    pragma(target, "fullfsync", "ON", "1")?;
    pragma(target, "synchronous", "EXTRA", "3")?;
    // Under a log the pages must be as large as the copy's. Where others may have the file open it
    // is given up in any case: that fails as long as anybody uses it.
    let is_as_large = number(target, "page_size")? == number(source, "page_size")?;
    if is_exclusive && is_readable && is_as_large {
        pragma(target, "journal_mode", "WAL", "wal")?;
    } else {
        pragma(target, "journal_mode", "DELETE", "delete")?;
    }
    Ok(had_wal)
}

/// Whether SQLite can begin to read what is there; where not, it is taken for empty. What may belong
/// to somebody else is refused.
fn readable(target: &Connection, is_exclusive: bool) -> Result<bool> {
    match target.query_row("PRAGMA schema_version", [], |_| Ok(())) {
        Ok(()) => schema::check_file(target).map(|()| true),
        Err(error) => {
            let lost = match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt) => true,
                Some(ErrorCode::NotADatabase) => is_exclusive,
                _ => false,
            };
            if !lost {
                return Err(error.into());
            }
            target.set_db_config(DbConfig::SQLITE_DBCONFIG_RESET_DATABASE, true)?;
            Ok(false)
        }
    }
}
