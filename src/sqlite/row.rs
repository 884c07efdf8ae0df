//! What the columns of a row hold, checked: a file may have been written by anyone.

use rusqlite::{Row, Rows, types::ValueRef};

use super::checksum::Checksum;
use crate::{
    codec,
    error::{Error, ErrorKind, Result},
    replay::Filled,
    types::{MAX_SEQ, Manifest, Payload, PersistenceId, PersistentEvent, Position, Seq, Tag},
};

/// The events of `rows` with the columns [`super::tables::Tables::event_columns`]: at most `limit`,
/// which the statement keeps, fewer once they hold `max_bytes` of payloads. They end in front of one
/// that cannot be read or that `check` refuses, which is an error where it is the first.
pub(crate) fn events(
    mut rows: Rows<'_>,
    limit: usize,
    max_bytes: usize,
    check: impl Fn(&Row<'_>, &PersistentEvent) -> Result<()>,
) -> Result<Filled> {
    let mut events: Vec<PersistentEvent> = Vec::with_capacity(limit.min(64));
    let mut bytes = 0;
    while bytes < max_bytes {
        match next(&mut rows, events.last(), &check) {
            Ok(Some(event)) => {
                bytes += event.payload.len();
                events.push(event);
            }
            Ok(None) => {
                let all = events.len() < limit;
                return Ok((events, all));
            }
            Err(error) if events.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    Ok((events, false))
}

fn next(
    rows: &mut Rows<'_>,
    before: Option<&PersistentEvent>,
    check: impl Fn(&Row<'_>, &PersistentEvent) -> Result<()>,
) -> Result<Option<PersistentEvent>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let event = event(row, before)?;
    check(row, &event)?;
    Ok(Some(event))
}

/// An event, which shares its id and manifest with the one before it where they are the same.
pub(crate) fn event(row: &Row<'_>, before: Option<&PersistentEvent>) -> Result<PersistentEvent> {
    let stored = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
    let same = before.map(|event| &event.id).filter(|id| id.as_str() == stored);
    let id = same.cloned().unwrap_or_else(|| PersistenceId::stored(stored));
    let seq = seq(row, 1, &id)?;
    let position = position(row, 2, &id, seq)?;
    let manifest = manifest(row, 6, before.and_then(|event| event.manifest.as_ref()))
        .map_err(|fault| Error::integrity(&id, seq, fault))?;
    let tags = row.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    let token = row.get_ref(8)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
    let event = PersistentEvent {
        timestamp: row.get(3)?,
        payload: bytes(row, 4)?,
        tags: tags.map(Tag::split).unwrap_or_default(),
        manifest,
        id,
        seq,
        position,
    };
    match checksum(row, 9)? {
        Some(stored) if stored != Checksum::of_event(&event, tags, token) => Err(changed(&event)),
        _ => Ok(event),
    }
}

/// That an event is not the one that was written. Where no codec can read what it is now, that says
/// more.
fn changed(event: &PersistentEvent) -> Error {
    let (id, seq) = (&event.id, event.seq);
    match codec::judge(&event.payload) {
        Err(fault) => {
            let message = format!("seq {seq} of {id:?} was changed and cannot be read: {fault}");
            Error::new(ErrorKind::Undecodable { id: id.clone(), seq }, message)
        }
        Ok(_) => Error::integrity(id, seq, CHANGED),
    }
}

/// What is said of a row whose checksum is another.
pub(crate) const CHANGED: &str = "it is not what was written: its checksum is another";

/// The checksum of a row, which those written before version 3 do not have.
pub(crate) fn checksum(row: &Row<'_>, column: usize) -> Result<Option<i64>> {
    Ok(row.get_ref(column)?.as_i64_or_null().map_err(rusqlite::Error::from)?)
}

pub(crate) fn id(row: &Row<'_>, column: usize) -> Result<PersistenceId> {
    let id = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(PersistenceId::stored(id))
}

pub(crate) fn seq(row: &Row<'_>, column: usize, id: &PersistenceId) -> Result<Seq> {
    let stored: i64 = row.get(column)?;
    match Seq::try_from(stored) {
        Ok(seq @ 1..=MAX_SEQ) => Ok(seq),
        _ => {
            let message = format!("seq {stored} is not between 1 and {MAX_SEQ}");
            Err(Error::integrity(id, stored.unsigned_abs(), message))
        }
    }
}

fn position(row: &Row<'_>, column: usize, id: &PersistenceId, seq: Seq) -> Result<Position> {
    let stored: i64 = row.get(column)?;
    match Position::try_from(stored) {
        Ok(position @ 1..=MAX_SEQ) => Ok(position),
        _ => {
            let message = format!("position {stored} is not between 1 and {MAX_SEQ}");
            Err(Error::integrity(id, seq, message))
        }
    }
}

/// The manifest in two columns, its name and its version, both NULL where there is none; a clone of
/// `before` where that is the same. An error says what is wrong, not where.
pub(crate) fn manifest(
    row: &Row<'_>,
    column: usize,
    before: Option<&Manifest>,
) -> Result<Option<Manifest>> {
    let name = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    let version = row.get_ref(column + 1)?.as_i64_or_null().map_err(rusqlite::Error::from)?;
    match (name, version) {
        (None, None) => Ok(None),
        (Some(name), Some(version)) => {
            let same = before
                .filter(|before| before.name() == name && i64::from(before.version()) == version);
            same.cloned().map_or_else(|| Manifest::checked(name, version), Ok).map(Some)
        }
        _ => Err(Error::invalid("its manifest and its version are not both there")),
    }
}

/// A payload: a BLOB, or text that another program stored.
pub(crate) fn bytes(row: &Row<'_>, column: usize) -> Result<Payload> {
    match row.get_ref(column)? {
        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Ok(bytes.into()),
        other => {
            let name = row.as_ref().column_name(column)?.to_owned();
            Err(rusqlite::Error::InvalidColumnType(column, name, other.data_type()).into())
        }
    }
}

/// The same, where there is one.
pub(crate) fn optional_bytes(row: &Row<'_>, column: usize) -> Result<Option<Payload>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => bytes(row, column).map(Some),
    }
}

/// A seq, a position or a revision as SQLite stores it.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
