use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, params};

use super::{
    checksum::Checksum,
    heads::{head, note},
    replay::range,
    row::integer,
    tables::{Tables, prepare},
};
use crate::{
    error::{Error, Result},
    journal::check_room,
    platform::now,
    replay::Head,
    types::{Batch, Manifest, PersistenceId, PersistentEvent, Position, Seq, Tag},
};

/// Writes `batch` behind the head, or finds that it was written there before. Refuses before it
/// writes anything. To be called inside a transaction.
pub(crate) fn append(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    expected: Seq,
    batch: &Batch,
) -> Result<Vec<PersistentEvent>> {
    let known = head(connection, tables, id)?;
    if known.head != expected {
        let first = repeat(connection, tables, id, expected, batch)?;
        return first.ok_or_else(|| Error::conflict(id, expected, known.head));
    }
    let before = last_position(connection, tables)?;
    check_room(id, expected, before, batch)?;
    let written = events(id, expected, before, batch);
    insert(connection, tables, &written, batch)?;
    let head = expected + written.len() as u64;
    note(connection, tables, id, known, Head { head, ..known })?;
    Ok(written)
}

fn events(id: &PersistenceId, seq: Seq, position: Position, batch: &Batch) -> Vec<PersistentEvent> {
    let now = now();
    let numbered = (1..).zip(batch.entries());
    let events = numbered.map(|(index, entry)| PersistentEvent {
        id: id.clone(),
        seq: seq + index,
        position: position + index,
        timestamp: entry.timestamp.unwrap_or(now),
        payload: entry.payload.clone(),
        tags: entry.tags.clone(),
        manifest: entry.manifest.clone(),
    });
    events.collect()
}

fn insert(
    connection: &Connection,
    tables: &Tables,
    events: &[PersistentEvent],
    batch: &Batch,
) -> Result<()> {
    let mut rows = Rows::new(connection, tables)?;
    // The batch's first event carries its token.
    let mut token = Some(batch.token());
    for event in events {
        let token = token.take();
        let token = token.as_ref().map(|token| &token.as_bytes()[..]);
        rows.insert(event, token).map_err(|error| refused(error, event))?;
    }
    Ok(())
}

/// Writes the rows of events, with their tags.
pub(super) struct Rows<'c> {
    event: CachedStatement<'c>,
    tag: CachedStatement<'c>,
}

impl<'c> Rows<'c> {
    pub(super) fn new(connection: &'c Connection, tables: &Tables) -> Result<Self> {
        let event = prepare(connection, &tables.insert_event)?;
        Ok(Self { event, tag: prepare(connection, &tables.insert_tag)? })
    }

    pub(super) fn insert(
        &mut self,
        event: &PersistentEvent,
        token: Option<&[u8]>,
    ) -> rusqlite::Result<()> {
        let (id, seq, position) = (event.id.as_str(), integer(event.seq), integer(event.position));
        let (tags, manifest) = (Tag::join(&event.tags), event.manifest.as_ref());
        let checksum = Checksum::of_event(event, tags.as_deref(), token);
        self.event.execute(params![
            id,
            seq,
            &*event.payload,
            event.timestamp,
            tags,
            position,
            token,
            manifest.map(Manifest::name),
            manifest.map(Manifest::version),
            checksum,
        ])?;
        for tag in &event.tags {
            self.tag.execute(params![id, seq, tag.as_str(), position])?;
        }
        Ok(())
    }
}

/// A place behind the head that is taken tells that the head is not what it was.
fn refused(error: rusqlite::Error, event: &PersistentEvent) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => {
            let message = "an event stands there already, above the head or the last position";
            Error::integrity(&event.id, event.seq, message)
        }
        _ => error.into(),
    }
}

/// The events that `batch` wrote behind `expected`, when it was written there before.
fn repeat(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    expected: Seq,
    batch: &Batch,
) -> Result<Option<Vec<PersistentEvent>>> {
    let count = batch.entries().len();
    let first = integer(expected.saturating_add(1));
    let behind = first.saturating_add(integer(count as u64));
    let written_here = token(connection, tables, id, first)?;
    if written_here.flatten().as_deref() != Some(batch.token().as_bytes()) {
        return Ok(None);
    }
    // An event without a token goes on with the batch of the one before it.
    if token(connection, tables, id, behind)? == Some(None) {
        return Ok(None);
    }
    let (written, _) = range(connection, tables, id, first..=i64::MAX, count, usize::MAX)?;
    Ok(batch.wrote(&written).then_some(written))
}

/// The token of the event at `seq`, `None` where there is no event.
fn token(
    connection: &Connection,
    tables: &Tables,
    id: &PersistenceId,
    seq: i64,
) -> Result<Option<Option<Vec<u8>>>> {
    let mut select = prepare(connection, &tables.select_token)?;
    Ok(select.query_row(params![id.as_str(), seq], |row| row.get(0)).optional()?)
}

/// The highest position ever given out.
pub(crate) fn last_position(connection: &Connection, tables: &Tables) -> Result<Position> {
    let mut select = prepare(connection, &tables.select_last_position)?;
    let last: i64 = select.query_row([], |row| row.get(0))?;
    Ok(Position::try_from(last).unwrap_or(0))
}
