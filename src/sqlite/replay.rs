use std::ops::RangeInclusive;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{
    heads::head,
    row::{self, integer},
    tables::{Tables, prepare},
};
use crate::{
    error::Result,
    journal::PAGE_BYTES,
    replay::page,
    types::{PersistenceId, PersistentEvent, ReplayPage, ReplayRange},
};

/// One page of a stream, checked. Head and events are read in one transaction, so that they
/// belong together whatever other processes do.
pub(crate) fn replay_page(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    bounds: ReplayRange,
    continuing: bool,
) -> Result<ReplayPage> {
    let read = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    let known = head(&read, tables, id)?;
    // What a damaged file holds below seq 1 must be seen, to be refused.
    let lowest = if bounds.from <= 1 { i64::MIN } else { integer(bounds.from) };
    page(id, bounds, continuing, known, |limit| {
        range(&read, tables, id, lowest..=integer(bounds.to), limit, PAGE_BYTES)
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
) -> Result<Vec<PersistentEvent>> {
    let mut select = prepare(connection, &tables.select_range)?;
    let bounds = params![id.as_str(), seqs.start(), seqs.end(), integer(limit as u64)];
    row::events(select.query(bounds)?, max_bytes)
}
