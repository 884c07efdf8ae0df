//! The entries of the indexes. SQLite's own check looks each row up in them, and so takes an entry for
//! sound that is damaged behind what it compares.

use rusqlite::{Connection, params};

use crate::{
    error::Result,
    journal::PAGE_EVENTS,
    sqlite::{
        row::{self, integer},
        tables::prepare,
        verify::Part,
    },
};

/// Entries that are met at once: they are small.
const ENTRIES: usize = 8 * PAGE_EVENTS;

/// The index over positions, along which the whole journal is read.
pub(super) fn positions(connection: &Connection, stem: &str, part: &mut Part) -> Result<bool> {
    let sql = format!(
        "SELECT position, pid, seq FROM \"{stem}\" INDEXED BY \"{stem}_position\"
         WHERE position > ?1 ORDER BY position LIMIT ?2"
    );
    let mut select = prepare(connection, &sql)?;
    let mut rows = select.query(params![part.at.seq, integer(ENTRIES as u64)])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        part.at.advance("", row.get(0)?)?;
        row::id(row, 1)?;
        row.get::<_, i64>(2)?;
        count += 1;
    }
    Ok(count < ENTRIES)
}

/// The index over tags, along which events are found by them.
pub(super) fn tags(connection: &Connection, stem: &str, part: &mut Part) -> Result<bool> {
    let sql = format!(
        "SELECT tag, position, pid, seq FROM \"{stem}_tags\" INDEXED BY \"{stem}_tags_tag\"
         WHERE (tag, position) > (?1, ?2) ORDER BY tag, position LIMIT ?3"
    );
    let mut select = prepare(connection, &sql)?;
    let bounds = params![part.at.id, part.at.seq, integer(ENTRIES as u64)];
    let mut rows = select.query(bounds)?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        part.at.advance(&row.get::<_, String>(0)?, row.get(1)?)?;
        row::id(row, 2)?;
        row.get::<_, i64>(3)?;
        count += 1;
    }
    Ok(count < ENTRIES)
}
