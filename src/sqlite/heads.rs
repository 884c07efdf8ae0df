use std::ops::RangeInclusive;

use rusqlite::{Connection, Row, params};

use super::{
    begun,
    checksum::Checksum,
    row::{self, CHANGED, integer},
    tables::{Tables, prepare},
};
use crate::{
    error::{Error, ErrorKind, Result},
    replay::Head,
    types::{MAX_SEQ, PersistenceId, Seq},
};

/// What is known of a stream beside its events.
pub(crate) fn head(connection: &Connection, tables: &Tables, id: &PersistenceId) -> Result<Head> {
    let mut select = prepare(connection, &tables.select_head)?;
    let mut rows = select.query([id.as_str()])?;
    rows.next()?.map_or(Ok(Head::default()), |row| known(row, id))
}

/// What the columns of a row say of a stream.
fn known(row: &Row<'_>, id: &PersistenceId) -> Result<Head> {
    let (head, compacted): (i64, i64) = (row.get(0)?, row.get(1)?);
    const SEQS: RangeInclusive<i64> = 0..=MAX_SEQ as i64;
    if !SEQS.contains(&head) || !(0..=head).contains(&compacted) {
        let message = format!("the head is {head} and the compaction mark {compacted}");
        return Err(Error::integrity(id, head.unsigned_abs(), message));
    }
    let known = Head { head: head as Seq, compacted: compacted as Seq };
    match row::checksum(row, 2)? {
        Some(stored) if stored != Checksum::of_head(id, known) => {
            let message = format!("of its head, {head}, {CHANGED}");
            Err(Error::integrity(id, known.head + 1, message))
        }
        _ => Ok(known),
    }
}

/// Notes what is known of a stream, of which this was known `before`. To be called inside a transaction.
pub(crate) fn note(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    before: Head,
    known: Head,
) -> Result<()> {
    if before.head == 0 {
        begun::note(connection, tables, id)?;
    }
    let (head, compacted) = (integer(known.head), integer(known.compacted));
    let row = params![id.as_str(), head, compacted, Checksum::of_head(id, known)];
    prepare(connection, &tables.upsert_head)?.execute(row)?;
    Ok(())
}

/// At most `limit` ids behind `after`, ascending. In a damaged file they may not be: who goes on from
/// such a one would not come to an end.
pub(crate) fn ids(
    connection: &Connection,
    tables: &Tables,
    after: Option<&PersistenceId>,
    limit: usize,
) -> Result<Vec<PersistenceId>> {
    let mut select = prepare(connection, &tables.select_ids)?;
    let after = after.map_or("", PersistenceId::as_str);
    let mut rows = select.query(params![after, integer(limit as u64)])?;
    let mut ids: Vec<PersistenceId> = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row::id(row, 0)?;
        if ids.last().map_or(after, PersistenceId::as_str) >= id.as_str() {
            return Err(Error::new(ErrorKind::Corrupt, format!("id {id:?} stands out of order")));
        }
        ids.push(id);
    }
    Ok(ids)
}
