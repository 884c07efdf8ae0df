//! What is stored under a seq, event or snapshot, as a row for people and as JSON for programs.

use actor_journal::{Manifest, PersistenceId, PersistentEvent, Seq, Snapshot, Tag};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    columns::{Columns, Side},
    utc::utc,
};

/// Something with a payload, shown in a row of so many cells.
pub trait Stored<const CELLS: usize> {
    /// The column of each cell.
    fn columns() -> Columns<CELLS>;

    /// Where it stands, as errors say it: what the seq is of, the stream and the seq.
    fn place(&self) -> (&'static str, &PersistenceId, Seq);

    fn payload(&self) -> &[u8];

    /// The row, with the payload as it was made readable.
    fn row(&self, payload: String) -> [String; CELLS];

    /// The object for programs, with the payload as JSON or else with why it cannot be read.
    fn json<'a>(
        &'a self,
        payload: Option<&'a RawValue>,
        error: Option<&'a RawValue>,
    ) -> impl Serialize + 'a;
}

impl Stored<7> for PersistentEvent {
    fn columns() -> Columns<7> {
        let (left, right) = (Side::Left, Side::Right);
        Columns::new([left, right, left, right, left, left, left])
    }

    fn place(&self) -> (&'static str, &PersistenceId, Seq) {
        ("seq", &self.id, self.seq)
    }

    fn payload(&self) -> &[u8] {
        &self.payload
    }

    fn row(&self, payload: String) -> [String; 7] {
        let tags: Vec<_> = self.tags.iter().map(Tag::as_str).collect();
        [
            utc(self.timestamp),
            self.position.to_string(),
            self.id.as_str().into(),
            self.seq.to_string(),
            if tags.is_empty() { "-".into() } else { tags.join(",") },
            manifest(self.manifest.as_ref()),
            payload,
        ]
    }

    fn json<'a>(
        &'a self,
        payload: Option<&'a RawValue>,
        error: Option<&'a RawValue>,
    ) -> impl Serialize + 'a {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Event<'a> {
            persistence_id: &'a str,
            sequence_nr: Seq,
            position: u64,
            timestamp: i64,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            tags: Vec<&'a str>,
            #[serde(flatten)]
            manifest: Option<Name<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            event: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a RawValue>,
        }
        Event {
            persistence_id: self.id.as_str(),
            sequence_nr: self.seq,
            position: self.position,
            timestamp: self.timestamp,
            tags: self.tags.iter().map(Tag::as_str).collect(),
            manifest: self.manifest.as_ref().map(Name::of),
            event: payload,
            error,
        }
    }
}

impl Stored<5> for Snapshot {
    fn columns() -> Columns<5> {
        Columns::new([Side::Left, Side::Left, Side::Right, Side::Left, Side::Left])
    }

    fn place(&self) -> (&'static str, &PersistenceId, Seq) {
        ("state", &self.id, self.seq)
    }

    fn payload(&self) -> &[u8] {
        &self.state
    }

    fn row(&self, payload: String) -> [String; 5] {
        [
            utc(self.timestamp),
            self.id.as_str().into(),
            self.seq.to_string(),
            manifest(self.manifest.as_ref()),
            payload,
        ]
    }

    fn json<'a>(
        &'a self,
        payload: Option<&'a RawValue>,
        error: Option<&'a RawValue>,
    ) -> impl Serialize + 'a {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct State<'a> {
            persistence_id: &'a str,
            sequence_nr: Seq,
            timestamp: i64,
            #[serde(flatten)]
            manifest: Option<Name<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            state: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a RawValue>,
        }
        State {
            persistence_id: self.id.as_str(),
            sequence_nr: self.seq,
            timestamp: self.timestamp,
            manifest: self.manifest.as_ref().map(Name::of),
            state: payload,
            error,
        }
    }
}

#[derive(Serialize)]
struct Name<'a> {
    manifest: &'a str,
    version: u32,
}

impl<'a> Name<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        Self { manifest: manifest.name(), version: manifest.version() }
    }
}

fn manifest(manifest: Option<&Manifest>) -> String {
    let named = |manifest: &Manifest| format!("{}@{}", manifest.name(), manifest.version());
    manifest.map_or_else(|| "-".into(), named)
}
