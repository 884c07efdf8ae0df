//! What is noted of a whole journal: numbers by their names.

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    checksum::Checksum,
    row::integer,
    tables::{Tables, prepare},
};
use crate::error::Result;

/// The highest position that was ever given out, where its event was deleted.
pub(super) const LAST_POSITION: &str = "last_position";

/// The version of the journal's tables, from 4 on.
pub(super) const VERSION: &str = "version";

/// Notes a number. To be called inside a transaction.
pub(super) fn put(connection: &Connection, tables: &Tables, name: &str, value: u64) -> Result<()> {
    let row = params![name, integer(value), Checksum::of_note(name, value)];
    prepare(connection, &tables.upsert_note)?.execute(row)?;
    Ok(())
}

/// Whether something is noted under a name in the journal's tables.
pub(super) fn has(connection: &Connection, stem: &str, name: &str) -> Result<bool> {
    let sql = format!("SELECT 1 FROM \"{stem}_meta\" WHERE key = ?1");
    Ok(connection.query_row(&sql, [name], |_| Ok(())).optional()?.is_some())
}
