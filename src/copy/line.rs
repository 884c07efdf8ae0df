//! What a copy is as text: JSON, a line each.

use super::{
    base64,
    fields::{Fields, Written},
    json,
    record::Record,
};
use crate::{
    error::{Error, ErrorKind, Result},
    types::{MAX_SEQ, Manifest, Payload, PersistenceId, PersistentEvent, Seq, Snapshot, Tag},
};

/// What the first line says that the text is.
const FORMAT: &str = "actor-journal";

/// The version of the lines.
const VERSION: u32 = 1;

/// The first line.
pub(super) fn first() -> String {
    Written::new().text("format", FORMAT).number("version", VERSION).end()
}

/// Refuses a first line that is not of this version.
pub(super) fn check_first(line: &str) -> Result<()> {
    let mut fields = Fields::read(line)?;
    if fields.text("format")? != FORMAT {
        return Err(Error::invalid("the text is no export of a journal"));
    }
    match fields.number("version")? {
        VERSION => fields.end(),
        version if version > VERSION => {
            let message = format!("the text has version {version}, this library reads {VERSION}");
            Err(Error::new(ErrorKind::NewerVersion, message))
        }
        version => Err(Error::invalid(format!("there is no version {version}"))),
    }
}

/// A record as a line, without its end.
pub(super) fn write(record: &Record) -> String {
    let line = Written::new();
    match record {
        Record::Stream { id, compacted } => {
            line.text("stream", id.as_str()).number("compacted", compacted)
        }
        Record::Snapshot(snapshot) => write_snapshot(line, snapshot),
        Record::LeftOut { id, reason } => {
            let line = line.text("leftOut", id.as_str());
            line.text("code", reason.code()).text("message", &reason.to_string())
        }
        Record::Event(event) => write_event(line, event),
        Record::Mark { id, compacted } => {
            line.text("mark", id.as_str()).number("compacted", compacted)
        }
        Record::End { events } => line.number("end", events),
    }
    .end()
}

fn write_event(line: Written, event: &PersistentEvent) -> Written {
    let line = line.text("persistenceId", event.id.as_str()).number("sequenceNr", event.seq);
    let line = line.number("position", event.position).number("timestamp", event.timestamp);
    let line = match &*event.tags {
        [] => line,
        tags => line.texts("tags", tags.iter().map(Tag::as_str)),
    };
    write_payload(write_manifest(line, event.manifest.as_ref()), "event", &event.payload)
}

fn write_snapshot(line: Written, snapshot: &Snapshot) -> Written {
    let line = line.text("snapshot", snapshot.id.as_str()).number("sequenceNr", snapshot.seq);
    let line = line.number("timestamp", snapshot.timestamp);
    write_payload(write_manifest(line, snapshot.manifest.as_ref()), "state", &snapshot.state)
}

fn write_manifest(line: Written, manifest: Option<&Manifest>) -> Written {
    match manifest {
        None => line,
        Some(manifest) => {
            line.text("manifest", manifest.name()).number("version", manifest.version())
        }
    }
}

fn write_payload(line: Written, name: &str, payload: &[u8]) -> Written {
    match as_it_is(payload) {
        Some(json) => line.json(name, json),
        None => line.text("payload", &base64::encode(payload)),
    }
}

/// A payload that can stand in a line so that it is read back byte for byte.
fn as_it_is(payload: &[u8]) -> Option<&str> {
    let json = str::from_utf8(payload).ok()?;
    let is_alone = json.trim_ascii() == json && !json.contains(['\n', '\r']);
    (is_alone && json::check(json).is_ok()).then_some(json)
}

/// The record that a line is.
pub(super) fn read(line: &str) -> Result<Record> {
    let mut fields = Fields::read(line)?;
    let record = record(&mut fields)?;
    fields.end()?;
    Ok(record)
}

/// Takes the fields of what the line is.
fn record(fields: &mut Fields<'_>) -> Result<Record> {
    if fields.has("persistenceId") {
        return event(fields).map(Record::Event);
    }
    if fields.has("snapshot") {
        return snapshot(fields).map(Record::Snapshot);
    }
    if fields.has("stream") {
        let id = PersistenceId::new(fields.text("stream")?)?;
        return Ok(Record::Stream { id, compacted: mark(fields)? });
    }
    if fields.has("mark") {
        let id = PersistenceId::new(fields.text("mark")?)?;
        return Ok(Record::Mark { id, compacted: mark(fields)? });
    }
    if fields.has("leftOut") {
        let id = PersistenceId::new(fields.text("leftOut")?)?;
        let reason = format!("{}: {}", fields.text("code")?, fields.text("message")?);
        return Ok(Record::LeftOut { id, reason: Error::new(ErrorKind::Corrupt, reason) });
    }
    if fields.has("end") {
        return Ok(Record::End { events: fields.number("end")? });
    }
    Err(Error::invalid("\"persistenceId\" is missing: it is no event, and nothing else"))
}

fn event(fields: &mut Fields<'_>) -> Result<PersistentEvent> {
    let tags = if fields.has("tags") { fields.texts("tags")? } else { Vec::new() };
    Ok(PersistentEvent {
        id: PersistenceId::new(fields.text("persistenceId")?)?,
        seq: place(fields, "sequenceNr")?,
        position: place(fields, "position")?,
        timestamp: fields.number("timestamp")?,
        payload: payload(fields, "event")?,
        tags: tags.iter().map(Tag::new).collect::<Result<_>>()?,
        manifest: manifest(fields)?,
    })
}

fn snapshot(fields: &mut Fields<'_>) -> Result<Snapshot> {
    Ok(Snapshot {
        id: PersistenceId::new(fields.text("snapshot")?)?,
        seq: place(fields, "sequenceNr")?,
        timestamp: fields.number("timestamp")?,
        state: payload(fields, "state")?,
        manifest: manifest(fields)?,
    })
}

fn manifest(fields: &mut Fields<'_>) -> Result<Option<Manifest>> {
    match fields.has("manifest") || fields.has("version") {
        true => Manifest::new(fields.text("manifest")?, fields.number("version")?).map(Some),
        false => Ok(None),
    }
}

fn payload(fields: &mut Fields<'_>, name: &str) -> Result<Payload> {
    if fields.has(name) {
        return Ok(fields.json(name)?.as_bytes().into());
    }
    if !fields.has("payload") {
        return Err(Error::invalid(format!("{name:?} is missing, and \"payload\" is")));
    }
    let bytes = base64::decode(&fields.text("payload")?);
    bytes.map(Payload::from).ok_or_else(|| Error::invalid("\"payload\" is not Base64"))
}

/// A seq or a position.
fn place(fields: &mut Fields<'_>, name: &str) -> Result<u64> {
    match fields.number(name)? {
        number @ 1..=MAX_SEQ => Ok(number),
        number => Err(Error::invalid(format!("{name:?} is {number}: not in 1..={MAX_SEQ}"))),
    }
}

/// A compaction mark.
fn mark(fields: &mut Fields<'_>) -> Result<Seq> {
    match fields.number("compacted")? {
        seq @ 0..=MAX_SEQ => Ok(seq),
        seq => Err(Error::invalid(format!("\"compacted\" is {seq}: not in 0..={MAX_SEQ}"))),
    }
}
