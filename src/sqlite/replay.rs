use std::ops::RangeInclusive;

use rusqlite::{Connection, params};

use super::{
    heads::head,
    row::{self, integer},
    tables::{Tables, at_once, prepare},
};
use crate::{
    error::Result,
    journal::PAGE_BYTES,
    replay::{Filled, page},
    types::{PersistenceId, ReplayPage, ReplayRange},
};

/// One page of a stream, checked.
pub(crate) fn replay_page(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    bounds: ReplayRange,
    continuing: bool,
) -> Result<ReplayPage> {
    // What a damaged file holds below seq 1 must be seen, to be refused.
    let lowest = if bounds.from <= 1 { i64::MIN } else { integer(bounds.from) };
    page(id, bounds, continuing, |limit| {
        at_once(connection, || {
            let known = head(connection, tables, id)?;
            let seqs = lowest..=integer(bounds.to);
            Ok((known, range(connection, tables, id, seqs, limit, PAGE_BYTES)?))
        })
    })
}

/// At most `limit` events with seqs within `seqs`, ascending, fewer once they hold
/// `max_bytes`.
pub(crate) fn range(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    seqs: RangeInclusive<i64>,
    limit: usize,
    max_bytes: usize,
) -> Result<Filled> {
    let mut select = prepare(connection, &tables.select_range)?;
    let bounds = params![id.as_str(), seqs.start(), seqs.end(), integer(limit as u64)];
    row::events(select.query(bounds)?, limit, max_bytes, |_, _| Ok(()))
}
