use std::ops::RangeInclusive;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{
    heads::{Head, head},
    row::{self, integer},
    tables::{Tables, prepare},
};
use crate::{
    error::{Error, Result},
    journal::{PAGE_BYTES, PAGE_EVENTS},
    types::{PersistenceId, PersistentEvent, ReplayPage, ReplayRange, Seq},
};

/// One page of a stream, checked. Head and events are read in one transaction, so that they
/// belong together whatever other processes do.
pub(crate) fn replay_page(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    range: ReplayRange,
    continuing: bool,
) -> Result<ReplayPage> {
    let read = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    let known = head(&read, tables, id)?;
    let through = range.to.min(known.head);
    if continuing && range.from <= known.compacted.min(through) {
        return Err(Error::integrity(id, range.from, "it was compacted while it was replayed"));
    }
    let limit = usize::try_from(range.limit).unwrap_or(usize::MAX).min(PAGE_EVENTS);
    let lowest = if range.from <= 1 { i64::MIN } else { integer(range.from) };
    let events = self::range(&read, tables, id, lowest..=integer(range.to), limit, PAGE_BYTES)?;
    // Where a prefix is compacted the stream may start late, but not later than behind the mark.
    let latest_start = range.from.max(known.compacted + 1);
    check(id, range.from..=latest_start, known, &events)?;
    let end = events.last().map_or(latest_start, |event| event.seq + 1);
    let last = end > through;
    if !last && events.len() < limit && !is_full(&events) {
        return Err(Error::integrity(id, end, "its event is missing"));
    }
    Ok(ReplayPage { events, through, last })
}

/// Checks that `events` start within `expected`, follow one another without a gap and do not go
/// beyond the head.
fn check(
    id: &PersistenceId,
    mut expected: RangeInclusive<Seq>,
    known: Head,
    events: &[PersistentEvent],
) -> Result<()> {
    for event in events {
        if !expected.contains(&event.seq) {
            let message = format!("the next event there is seq {}", event.seq);
            return Err(Error::integrity(id, *expected.end(), message));
        }
        if event.seq > known.head {
            let message = format!("it lies above the head, {}", known.head);
            return Err(Error::integrity(id, event.seq, message));
        }
        expected = event.seq + 1..=event.seq + 1;
    }
    Ok(())
}

/// Whether a page ends here because of its bytes.
fn is_full(events: &[PersistentEvent]) -> bool {
    let bytes: usize = events.iter().map(|event| event.payload.len()).sum();
    bytes >= PAGE_BYTES
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
