//! The streams in the order in which they have begun.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    error::Result,
    journal::PAGE_EVENTS,
    sqlite::{
        begun,
        row::{self, integer},
        tables::{Tables, prepare},
        verify::Part,
    },
    types::Problem,
};

/// Whether each of them stands among the heads, and no number is missing; at the end, whether each head
/// stands there.
pub(super) fn streams(connection: &Connection, tables: &Tables, part: &mut Part) -> Result<bool> {
    let Some(select) = &tables.select_begun else { return Ok(true) };
    let mut select = prepare(connection, select)?;
    let mut rows = select.query(params![part.at.seq, integer(PAGE_EVENTS as u64)])?;
    let mut count = 0u64;
    while let Some(row) = rows.next()? {
        count += 1;
        let stored = row::id(row, 1)?;
        let number = last(part) + 1;
        part.expect(&stored, 0, begun::id(row, number));
        if !has_head(connection, tables, stored.as_str())? {
            part.report(Problem::of(&stored, 0, "it has begun, and has no head"));
        }
        part.at.advance("", row.get(0)?)?;
    }
    part.done(count);
    let ended = count < PAGE_EVENTS as u64;
    if ended {
        complete(connection, tables, part)?;
    }
    Ok(ended)
}

/// The number of the last one that was met.
fn last(part: &Part) -> u64 {
    part.at.seq.max(0).unsigned_abs()
}

fn has_head(connection: &Connection, tables: &Tables, id: &str) -> Result<bool> {
    let found = prepare(connection, &tables.select_head)?.query_row([id], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// Reports that not every stream that has a head is noted to have begun.
fn complete(connection: &Connection, tables: &Tables, part: &mut Part) -> Result<()> {
    let stem = &tables.stem;
    let sql = format!("SELECT count(*) FROM \"{stem}_heads\"");
    let heads: i64 = prepare(connection, &sql)?.query_row([], |row| row.get(0))?;
    if heads.unsigned_abs() != last(part) {
        let what =
            format!("{} streams are noted to have begun, and {heads} have a head", last(part));
        part.report(Problem::new(what));
    }
    Ok(())
}
