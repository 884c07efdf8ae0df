//! What a copy is as text: JSON, a line each.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{base64, record::Record};
use crate::{
    error::{Error, ErrorKind, Result},
    types::{MAX_SEQ, Manifest, Payload, PersistenceId, PersistentEvent, Seq, Snapshot, Tag},
};

/// What the first line says that the text is.
const FORMAT: &str = "actor-journal";

/// The version of the lines.
const VERSION: u32 = 1;

/// Any line; which fields it has tells what it is.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Line<'a> {
    /// Of the first line.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    format: Option<Cow<'a, str>>,
    /// The id of a stream that begins.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    stream: Option<Cow<'a, str>>,
    /// The id of a stream whose mark is raised.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    mark: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compacted: Option<Seq>,
    /// The id of a stream that could not be read.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    left_out: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    code: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    message: Option<Cow<'a, str>>,
    /// The id of a snapshot.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    snapshot: Option<Cow<'a, str>>,
    /// The id of an event.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    persistence_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_nr: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    tags: Option<Vec<Cow<'a, str>>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    manifest: Option<Cow<'a, str>>,
    /// Of the manifest, or of the format.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    /// The payload, where it is JSON on one line.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    event: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    state: Option<&'a RawValue>,
    /// The payload in Base64, where it is anything else.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    payload: Option<Cow<'a, str>>,
    /// How many events there were: the last line.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u64>,
}

/// The first line.
pub(super) fn first() -> Result<String> {
    Line { format: Some(FORMAT.into()), version: Some(VERSION), ..Line::default() }.text()
}

/// Refuses a first line that is not of this version.
pub(super) fn check_first(text: &str) -> Result<()> {
    let mut line = Line::read(text)?;
    let version = line.version.take();
    match (line.format.take().as_deref(), version) {
        (Some(FORMAT), Some(VERSION)) => line.is_used_up(),
        (Some(FORMAT), Some(newer)) if newer > VERSION => {
            let message = format!("the text has version {newer}, this library reads {VERSION}");
            Err(Error::new(ErrorKind::NewerVersion, message))
        }
        _ => Err(Error::invalid("the text does not begin with what it is: no journal")),
    }
}

/// A record as a line.
pub(super) fn write(record: &Record) -> Result<String> {
    match record {
        Record::Stream { id, compacted } => {
            let (stream, compacted) = (Some(id.as_str().into()), Some(*compacted));
            Line { stream, compacted, ..Line::default() }.text()
        }
        Record::Mark { id, compacted } => {
            let (mark, compacted) = (Some(id.as_str().into()), Some(*compacted));
            Line { mark, compacted, ..Line::default() }.text()
        }
        Record::LeftOut { id, reason } => {
            let (code, message) = (Some(reason.code().into()), Some(reason.to_string().into()));
            let left_out = Some(id.as_str().into());
            Line { left_out, code, message, ..Line::default() }.text()
        }
        Record::Event(event) => write_event(event),
        Record::Snapshot(snapshot) => write_snapshot(snapshot),
        Record::End { events } => Line { end: Some(*events), ..Line::default() }.text(),
    }
}

fn write_event(event: &PersistentEvent) -> Result<String> {
    let tags: Vec<_> = event.tags.iter().map(|tag| tag.as_str().into()).collect();
    let json = json(&event.payload);
    Line {
        persistence_id: Some(event.id.as_str().into()),
        sequence_nr: Some(event.seq),
        position: Some(event.position),
        timestamp: Some(event.timestamp),
        tags: Some(tags).filter(|tags| !tags.is_empty()),
        manifest: event.manifest.as_ref().map(|manifest| manifest.name().into()),
        version: event.manifest.as_ref().map(Manifest::version),
        event: json,
        payload: json.is_none().then(|| base64::encode(&event.payload).into()),
        ..Line::default()
    }
    .text()
}

fn write_snapshot(snapshot: &Snapshot) -> Result<String> {
    let json = json(&snapshot.state);
    Line {
        snapshot: Some(snapshot.id.as_str().into()),
        sequence_nr: Some(snapshot.seq),
        timestamp: Some(snapshot.timestamp),
        manifest: snapshot.manifest.as_ref().map(|manifest| manifest.name().into()),
        version: snapshot.manifest.as_ref().map(Manifest::version),
        state: json,
        payload: json.is_none().then(|| base64::encode(&snapshot.state).into()),
        ..Line::default()
    }
    .text()
}

/// A payload that can stand in a line as it is, so that it is read back byte for byte.
fn json(payload: &[u8]) -> Option<&RawValue> {
    let json: &RawValue = serde_json::from_slice(payload).ok()?;
    let as_it_is = json.get().len() == payload.len() && !json.get().contains(['\n', '\r']);
    // `null` would be read as a field that is not there.
    (as_it_is && json.get() != "null").then_some(json)
}

/// The record that a line is.
pub(super) fn read(text: &str) -> Result<Record> {
    let mut line = Line::read(text)?;
    let record = line.record()?;
    line.is_used_up()?;
    Ok(record)
}

impl<'a> Line<'a> {
    fn read(text: &'a str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::invalid(error.to_string()))
    }

    fn text(&self) -> Result<String> {
        let mut text = serde_json::to_string(self)
            .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        text.push('\n');
        Ok(text)
    }

    /// Takes the fields of what the line is.
    fn record(&mut self) -> Result<Record> {
        if let Some(id) = self.persistence_id.take() {
            return self.event(&id).map(Record::Event);
        }
        if let Some(id) = self.snapshot.take() {
            return self.snapshot(&id).map(Record::Snapshot);
        }
        if let Some(id) = self.stream.take() {
            let compacted = mark(self.compacted.take())?;
            return Ok(Record::Stream { id: PersistenceId::new(id)?, compacted });
        }
        if let Some(id) = self.mark.take() {
            let compacted = mark(self.compacted.take())?;
            return Ok(Record::Mark { id: PersistenceId::new(id)?, compacted });
        }
        if let Some(id) = self.left_out.take() {
            let (code, message) = (self.code.take(), self.message.take());
            let reason = format!("{}: {}", field("code", code)?, field("message", message)?);
            let reason = Error::new(ErrorKind::Corrupt, reason);
            return Ok(Record::LeftOut { id: PersistenceId::new(id)?, reason });
        }
        Ok(Record::End { events: field("persistenceId", self.end.take())? })
    }

    fn event(&mut self, id: &str) -> Result<PersistentEvent> {
        let tags = self.tags.take().unwrap_or_default();
        Ok(PersistentEvent {
            id: PersistenceId::new(id)?,
            seq: number("sequenceNr", self.sequence_nr.take())?,
            position: number("position", self.position.take())?,
            timestamp: field("timestamp", self.timestamp.take())?,
            payload: payload("event", self.event.take(), self.payload.take())?,
            tags: tags.iter().map(Tag::new).collect::<Result<_>>()?,
            manifest: self.manifest()?,
        })
    }

    fn snapshot(&mut self, id: &str) -> Result<Snapshot> {
        Ok(Snapshot {
            id: PersistenceId::new(id)?,
            seq: number("sequenceNr", self.sequence_nr.take())?,
            timestamp: field("timestamp", self.timestamp.take())?,
            state: payload("state", self.state.take(), self.payload.take())?,
            manifest: self.manifest()?,
        })
    }

    fn manifest(&mut self) -> Result<Option<Manifest>> {
        match (self.manifest.take(), self.version.take()) {
            (None, None) => Ok(None),
            (name, version) => {
                Manifest::new(field("manifest", name)?, field("version", version)?).map(Some)
            }
        }
    }

    /// Refuses fields that belong to another kind of line.
    fn is_used_up(&self) -> Result<()> {
        match &*self.text()? {
            "{}\n" => Ok(()),
            left => Err(Error::invalid(format!("these do not belong here: {}", left.trim_end()))),
        }
    }
}

fn field<T>(name: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::invalid(format!("{name:?} is missing")))
}

fn number(name: &str, value: Option<u64>) -> Result<u64> {
    match field(name, value)? {
        number @ 1..=MAX_SEQ => Ok(number),
        number => Err(Error::invalid(format!("{name} {number} is not between 1 and {MAX_SEQ}"))),
    }
}

fn mark(value: Option<Seq>) -> Result<Seq> {
    match field("compacted", value)? {
        0 => Ok(0),
        seq => number("compacted", Some(seq)),
    }
}

fn payload(name: &str, json: Option<&RawValue>, base64: Option<Cow<'_, str>>) -> Result<Payload> {
    match (json, base64) {
        (Some(json), None) => Ok(json.get().as_bytes().into()),
        (None, Some(text)) => {
            let bytes = base64::decode(&text);
            bytes.map(Payload::from).ok_or_else(|| Error::invalid("\"payload\" is not Base64"))
        }
        _ => Err(Error::invalid(format!("there must be one of {name:?} and \"payload\""))),
    }
}
