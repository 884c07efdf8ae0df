//! The streams in the order in which they have begun: numbered from 1, and none of them ever goes.

use rusqlite::{Connection, Row, params};

use super::{
    checksum::Checksum,
    row::{self, CHANGED, integer},
    tables::{Tables, prepare},
};
use crate::{
    error::{Error, ErrorKind, Result},
    types::PersistenceId,
};

/// Notes that a stream has begun. To be called inside a transaction.
pub(crate) fn note(connection: &Connection, tables: &Tables, id: &PersistenceId) -> Result<()> {
    let row = params![id.as_str(), Checksum::of_beginning(id)];
    prepare(connection, &tables.insert_begun)?.execute(row)?;
    Ok(())
}

/// At most `limit` ids behind the first `skip`. They end in front of a row that cannot be read, which is an
/// error where it is the first.
pub(crate) fn ids(
    connection: &Connection,
    tables: &Tables,
    skip: u64,
    limit: usize,
) -> Result<Vec<PersistenceId>> {
    let Some(select) = &tables.select_begun else {
        let message = "the file is of a version that does not keep the order in which streams \
                       begin: open it once where it can be written";
        return Err(Error::new(ErrorKind::ReadOnly, message));
    };
    let mut select = prepare(connection, select)?;
    let mut rows = select.query([integer(skip), integer(limit as u64)])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        match id(row, skip + 1 + ids.len() as u64) {
            Ok(id) => ids.push(id),
            Err(error) if ids.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    Ok(ids)
}

/// The id in a row, which must be the one of that number.
pub(super) fn id(row: &Row<'_>, number: u64) -> Result<PersistenceId> {
    let (found, id): (i64, _) = (row.get(0)?, row::id(row, 1)?);
    let wrong = match row::checksum(row, 2)? {
        _ if found != integer(number) => format!("the next one there is number {found}"),
        stored if stored != Some(Checksum::of_beginning(&id)) => CHANGED.into(),
        _ => return Ok(id),
    };
    let message =
        format!("of the streams in the order in which they began, number {number}: {wrong}");
    Err(Error::new(ErrorKind::Corrupt, message))
}
