//! How a connection is set up: every pragma that matters, set and read back.

use std::time::Duration;

use rusqlite::{Connection, config::DbConfig};

use super::{
    options::{DEFAULT_BUSY_TIMEOUT, Durability, Settings},
    schema,
};
use crate::{
    error::{Error, ErrorKind, Result},
    platform::Place,
};

/// SQLite counts the milliseconds in 31 bits.
const MAX_BUSY_TIMEOUT: Duration = Duration::from_millis(i32::MAX as u64);

/// Opens a connection with all that every database has in common.
pub(super) async fn connect(place: &Place) -> Result<Connection> {
    let connection = place.connect().await?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(DEFAULT_BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    pragma(&connection, "trusted_schema", "OFF", "0")?;
    pragma(&connection, "foreign_keys", "ON", "1")?;
    pragma(&connection, "cell_size_check", "ON", "1")?;
    pragma(&connection, "temp_store", "MEMORY", "2")?;
    pragma(&connection, "fullfsync", "ON", "1")?;
    pragma(&connection, "checkpoint_fullfsync", "ON", "1")?;
    if place.is_exclusive() {
        pragma(&connection, "locking_mode", "EXCLUSIVE", "exclusive")?;
    }
    schema::check_file(&connection)?;
    place.check(&connection)?;
    Ok(connection)
}

/// Sets what those who share the database ask for. `journal_mode` changes the file, so it comes
/// last.
pub(super) fn configure(connection: &Connection, settings: &Settings) -> Result<()> {
    let timeout = settings.busy_timeout.unwrap_or(DEFAULT_BUSY_TIMEOUT);
    connection.busy_timeout(timeout.min(MAX_BUSY_TIMEOUT))?;
    match settings.synchronous.unwrap_or_default() {
        Durability::Full => pragma(connection, "synchronous", "EXTRA", "3")?,
        Durability::Normal => pragma(connection, "synchronous", "NORMAL", "1")?,
    }
    let in_memory = connection.path().is_none_or(str::is_empty);
    match settings.wal {
        Some(_) if in_memory => Ok(()),
        Some(true) => pragma(connection, "journal_mode", "WAL", "wal"),
        Some(false) => pragma(connection, "journal_mode", "DELETE", "delete"),
        None => Ok(()),
    }
}

/// Sets a pragma and reads it back: SQLite ignores what it cannot do without an error.
fn pragma(connection: &Connection, name: &str, value: &str, expected: &str) -> Result<()> {
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
