//! How a connection is set up: every pragma that matters, set and read back.

use std::time::Duration;

use rusqlite::{Connection, config::DbConfig, limits::Limit};

use super::{
    options::{Durability, Settings},
    schema, warrant,
};
use crate::{
    error::{Error, ErrorKind, Result},
    platform::{Place, Sharing},
};

/// Bytes of a page in a new database. Actors that append at the same time change a page each, so
/// that small pages are less to write.
const PAGE_SIZE: u32 = 4096;

/// Opens a connection with all that every database has in common.
pub(super) async fn connect(place: &Place, busy_timeout: Duration) -> Result<Connection> {
    let mut connection = place.connect().await?;
    guard(&mut connection)?;
    connection.busy_timeout(busy_timeout)?;
    if place.is_read_only() {
        // What the log holds is for those to move who may write.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    } else {
        prepare_to_write(&connection, place)?;
    }
    schema::check_file(&connection).map_err(|error| place.unreadable(error))?;
    place.check(&connection)?;
    Ok(connection)
}

fn prepare_to_write(connection: &Connection, place: &Place) -> Result<()> {
    pragma(connection, "foreign_keys", "ON", "1")?;
    // A database that is there keeps its own.
    connection.execute_batch(&format!("PRAGMA page_size = {PAGE_SIZE}"))?;
    pragma(connection, "fullfsync", "ON", "1")?;
    pragma(connection, "checkpoint_fullfsync", "ON", "1")?;
    if place.is_exclusive() {
        return pragma(connection, "locking_mode", "EXCLUSIVE", "exclusive");
    }
    // Nothing of a transaction goes to the log before it commits: what the layer of the VFS had
    // gathered of one that is rolled back would stand where another process writes next.
    pragma(connection, "cache_spill", "OFF", "0")
}

/// Opens a connection that reads beside the one that [`connect`] has opened.
pub(super) fn connect_reader(sharing: &Sharing, busy_timeout: Duration) -> Result<Connection> {
    let mut connection = sharing.connect()?;
    guard(&mut connection)?;
    connection.busy_timeout(busy_timeout)?;
    Ok(connection)
}

/// What a file's schema may ask for. Statements of a journal stay far below: the longest has 64 tags.
/// `VACUUM` attaches one database.
const LIMITS: [(Limit, i32); 6] = [
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_VDBE_OP, 100_000),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    (Limit::SQLITE_LIMIT_ATTACHED, 1),
];

/// What every connection needs: a file may have been written by anyone.
pub(super) fn guard(connection: &mut Connection) -> Result<()> {
    warrant::hold(connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A plan that peeked at bound values would be made again whenever they change.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    for (limit, most) in LIMITS {
        connection.set_limit(limit, most)?;
    }
    pragma(connection, "trusted_schema", "OFF", "0")?;
    pragma(connection, "cell_size_check", "ON", "1")?;
    pragma(connection, "temp_store", "MEMORY", "2")
}

/// Sets what those who share the database ask for. `journal_mode` changes the file, with all
/// flushes. Without a log a power cut under `NORMAL` could tear the rollback journal from which the
/// file is restored; under `FULL` it undoes the last commits at most.
pub(super) fn configure(connection: &Connection, settings: &Settings) -> Result<()> {
    connection.busy_timeout(settings.busy_timeout())?;
    if settings.read_only {
        return Ok(());
    }
    pragma(connection, "synchronous", "EXTRA", "3")?;
    set_journal_mode(connection, settings)?;
    match settings.synchronous.unwrap_or_default() {
        Durability::Full => Ok(()),
        Durability::Normal if has_wal(connection) => {
            pragma(connection, "synchronous", "NORMAL", "1")
        }
        Durability::Normal => pragma(connection, "synchronous", "FULL", "2"),
    }
}

fn set_journal_mode(connection: &Connection, settings: &Settings) -> Result<()> {
    let in_memory = connection.path().is_none_or(str::is_empty);
    match settings.wal {
        Some(_) if in_memory => Ok(()),
        Some(true) => pragma(connection, "journal_mode", "WAL", "wal"),
        Some(false) => pragma(connection, "journal_mode", "DELETE", "delete"),
        None => Ok(()),
    }
}

/// Whether the database has a write-ahead log.
pub(super) fn has_wal(connection: &Connection) -> bool {
    let mode = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0));
    mode.is_ok_and(|mode: String| mode == "wal")
}

/// Sets a pragma and reads it back: SQLite ignores what it cannot do without an error.
pub(super) fn pragma(
    connection: &Connection,
    name: &str,
    value: &str,
    expected: &str,
) -> Result<()> {
    connection.execute_batch(&format!("PRAGMA {name} = {value}"))?;
    let actual = connection.query_row(&format!("PRAGMA {name}"), [], |row| {
        row.get_ref(0).map(|value| match value {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            text => text.as_str().unwrap_or_default().to_owned(),
        })
    })?;
    if actual == expected {
        return Ok(());
    }
    let kind = if connection.is_readonly("main")? {
        ErrorKind::ReadOnly
    } else {
        ErrorKind::StorageUnavailable
    };
    Err(Error::new(
        kind,
        format!("the database does not take `{name} = {value}`: it stays at {actual}"),
    ))
}
