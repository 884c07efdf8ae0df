use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    row::{self, integer},
    tables::{Tables, prepare},
};
use crate::{
    error::{Error, Result},
    replay::Head,
    types::{MAX_SEQ, PersistenceId, Seq},
};

/// What is known of a stream beside its events.
pub(crate) fn head(connection: &Connection, tables: &Tables, id: &PersistenceId) -> Result<Head> {
    let mut select = prepare(connection, &tables.select_head)?;
    let stored: Option<(i64, i64)> =
        select.query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((head, compacted)) = stored else { return Ok(Head::default()) };
    const SEQS: RangeInclusive<i64> = 0..=MAX_SEQ as i64;
    if !SEQS.contains(&head) || !(0..=head).contains(&compacted) {
        let message = format!("the head is {head} and the compaction mark {compacted}");
        return Err(Error::integrity(id, head.unsigned_abs(), message));
    }
    Ok(Head { head: head as Seq, compacted: compacted as Seq })
}

/// At most `limit` ids behind `after`, ascending.
pub(crate) fn ids(
    connection: &Connection,
    tables: &Tables,
    after: Option<&PersistenceId>,
    limit: usize,
) -> Result<Vec<PersistenceId>> {
    let mut select = prepare(connection, &tables.select_ids)?;
    let after = after.map_or("", PersistenceId::as_str);
    let mut rows = select.query(params![after, integer(limit as u64)])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        ids.push(row::id(row, 0)?);
    }
    Ok(ids)
}
