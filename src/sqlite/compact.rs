use rusqlite::{Connection, params};

use super::{
    append::last_position,
    heads::{head, note},
    notes::{self, LAST_POSITION},
    row::integer,
    tables::{Tables, prepare},
};
use crate::{
    error::Result,
    replay::Head,
    types::{PersistenceId, Seq},
};

/// Removes the events up to `to`, and their tags with them (`ON DELETE CASCADE`). The position of
/// the last event is noted first: it must not be given out again. To be called inside a
/// transaction.
pub(crate) fn delete(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    to: Seq,
) -> Result<()> {
    let to = to.min(head(connection, tables, id)?.head);
    if to == 0 {
        return Ok(());
    }
    let last = last_position(connection, tables)?;
    notes::put(connection, tables, LAST_POSITION, last)?;
    prepare(connection, &tables.delete_events)?.execute(params![id.as_str(), integer(to)])?;
    raise_mark(connection, tables, id, to)
}

/// Raises the compaction mark, and the head where it is below.
pub(crate) fn raise_mark(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    through: Seq,
) -> Result<()> {
    let known = head(connection, tables, id)?;
    let (head, compacted) = (known.head.max(through), known.compacted.max(through));
    note(connection, tables, id, known, Head { head, compacted })
}
