//! Lines in every way that JSON can be spelled, held against what serde_json reads in them.

use actor_journal::{
    Import, InMemoryJournal, Manifest, PersistenceId, PersistentEvent, Result, Stores, Tag,
};
use pollster::block_on;
use proptest::{collection::vec, prelude::*, sample::Index};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};

use crate::words::everything;

async fn import(line: &str) -> Result<Vec<PersistentEvent>> {
    let journal = InMemoryJournal::new();
    let mut import = Import::into(Stores::of(&journal));
    let first = r#"{"format":"actor-journal","version":1}"#;
    import.page(&[first, line, r#"{"end":1}"#].join("\n")).await?;
    import.finish()?;
    Ok(everything(&journal).await)
}

/// Chooses among the ways to spell something, over and over in the same order.
struct Dice(Vec<u8>, usize);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.1 += 1;
        usize::from(self.0[self.1 % self.0.len()]) % sides
    }

    fn blank(&mut self) -> &'static str {
        ["", "", "", " ", "\t", " \r "][self.roll(6)]
    }

    fn text(&mut self, text: &str) -> String {
        let spelled: String = text.chars().map(|sign| self.sign(sign)).collect();
        format!("\"{spelled}\"")
    }

    fn sign(&mut self, sign: char) -> String {
        let quoted = serde_json::to_string(&sign).unwrap();
        let mut units = [0; 2];
        let units = sign.encode_utf16(&mut units).iter();
        match self.roll(4) {
            0 => units.map(|unit| format!("\\u{unit:04x}")).collect(),
            1 => units.map(|unit| format!("\\u{unit:04X}")).collect(),
            2 if sign == '/' => "\\/".into(),
            _ => quoted[1..quoted.len() - 1].into(),
        }
    }

    fn value(&mut self, value: &Value) -> String {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item)).collect();
                self.list('[', items, ']')
            }
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| self.field(name, value));
                let fields: Vec<_> = fields.collect();
                self.list('{', fields, '}')
            }
            plain => plain.to_string(),
        }
    }

    fn field(&mut self, name: &str, value: &Value) -> String {
        let (name, behind) = (self.text(name), self.blank());
        let (before, value) = (self.blank(), self.value(value));
        format!("{name}{behind}:{before}{value}")
    }

    fn list(&mut self, open: char, items: Vec<String>, close: char) -> String {
        let items: Vec<_> =
            items.iter().map(|item| format!("{}{item}{}", self.blank(), self.blank())).collect();
        format!("{open}{}{}{close}", self.blank(), items.join(","))
    }
}

fn payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((any::<String>(), inner), 0..5).prop_map(Value::from_iter),
        ]
    })
}

fn named() -> impl Strategy<Value = (String, Vec<String>, String)> {
    let id = any::<String>().prop_filter("an id", |id| PersistenceId::new(id).is_ok());
    let tag = any::<String>().prop_filter("a tag", |tag| Tag::new(tag).is_ok());
    let manifest = any::<String>().prop_filter("a manifest", |name| Manifest::new(name, 1).is_ok());
    (id, vec(tag, 0..4), manifest)
}

/// The fields of a line, but for its payload.
fn fields((id, tags, manifest): &(String, Vec<String>, String)) -> Vec<(&'static str, Value)> {
    vec![
        ("persistenceId", json!(id)),
        ("sequenceNr", json!(1)),
        ("position", json!(4)),
        ("timestamp", json!(27)),
        ("tags", json!(tags)),
        ("manifest", json!(manifest)),
        ("version", json!(3)),
    ]
}

/// An event's line, as serde_json reads it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    persistence_id: String,
    sequence_nr: u64,
    position: u64,
    #[serde(rename = "timestamp")]
    _timestamp: i64,
    tags: Vec<String>,
    manifest: String,
    version: u32,
    #[serde(rename = "event")]
    _event: IgnoredAny,
}

impl Line {
    fn is_valid(&self) -> bool {
        let in_bounds = |number| (1..=actor_journal::MAX_SEQ).contains(&number);
        PersistenceId::new(&self.persistence_id).is_ok()
            && in_bounds(self.sequence_nr)
            && in_bounds(self.position)
            && self.tags.iter().all(|tag| Tag::new(tag).is_ok())
            && Manifest::new(&self.manifest, self.version).is_ok()
    }
}

/// Puts `sign` in the place of a character, or before it, or nothing in its place.
fn changed(line: &str, at: Index, sign: &str, how: u8) -> String {
    let (start, character) = line.char_indices().nth(at.index(line.chars().count())).unwrap();
    let end = if how == 0 { start } else { start + character.len_utf8() };
    let sign = if how == 1 { "" } else { sign };
    format!("{}{sign}{}", &line[..start], &line[end..])
}

proptest! {
    #[test]
    fn an_event_is_imported_however_its_line_is_spelled(
        names in named(),
        payload in payload(),
        dice in vec(any::<u8>(), 1..200),
    ) {
        let mut dice = Dice(dice, 0);
        let spelled = dice.value(&payload);
        let mut parts: Vec<_> =
            fields(&names).iter().map(|(name, value)| dice.field(name, value)).collect();
        parts.insert(dice.roll(8), format!("{}:{}{spelled}", dice.text("event"), dice.blank()));
        let line = dice.list('{', parts, '}');
        let events = block_on(import(&line)).unwrap();
        prop_assert_eq!(str::from_utf8(&events[0].payload).unwrap(), &spelled);
        let (id, tags, manifest) = names;
        prop_assert_eq!(events[0].id.as_str(), &id);
        prop_assert!(tags.iter().all(|tag| events[0].tags.iter().any(|found| found.as_str() == tag)));
        prop_assert_eq!(&events[0].manifest, &Some(Manifest::new(manifest, 3).unwrap()));
    }

    #[test]
    fn a_line_with_a_wrong_character_is_taken_for_what_it_then_is(
        names in named(),
        payload in payload(),
        dice in vec(any::<u8>(), 1..200),
        (at, sign, how) in (any::<Index>(), r#"[{}\[\],:"\\\\u0-9a-fE+. \t\r\x00-]|nul|\\u"#, 0..3_u8),
    ) {
        let mut dice = Dice(dice, 0);
        let mut parts: Vec<_> =
            fields(&names).iter().map(|(name, value)| dice.field(name, value)).collect();
        parts.insert(dice.roll(8), dice.field("event", &payload));
        let line = changed(&dice.list('{', parts, '}'), at, &sign, how);
        let read = serde_json::from_str::<Line>(&line).is_ok_and(|read| read.is_valid());
        match block_on(import(&line)) {
            Ok(_) => prop_assert!(read, "{line}"),
            Err(error) if error.code() == "invalid-argument" => prop_assert!(!read, "{line}: {error}"),
            // It is another seq now, which does not follow the head.
            Err(error) => prop_assert!(read && error.code() == "integrity", "{line}: {error}"),
        }
    }
}

#[test]
fn a_payload_is_as_deep_and_a_number_as_long_as_somebody_wrote_it() {
    let deep = format!("{}{}", "[".repeat(300_000), "]".repeat(300_000));
    for payload in [&deep, "1e999999", &format!("-0.{}", "1".repeat(5000)), r#""\ud800""#] {
        let line = format!(
            r#"{{"event":{payload},"persistenceId":"a","sequenceNr":1,"position":4,"timestamp":7}}"#
        );
        assert_eq!(*block_on(import(&line)).unwrap()[0].payload, *payload.as_bytes());
        let line = format!(r#"{{"persistenceId":{payload},"event":1}}"#);
        let error = block_on(import(&line)).unwrap_err();
        assert!(error.to_string().len() < 300, "{error}");
    }
}

#[test]
fn a_field_that_is_there_twice_is_refused_whatever_it_is_spelled_like() {
    for twice in [r#""position":4"#, r#""positio\u006e":5"#, r#""event":1"#, r#""tags":[]"#] {
        let line = format!(
            r#"{{"persistenceId":"a","sequenceNr":1,"position":4,"timestamp":7,"tags":[],"event":1,{twice}}}"#
        );
        let error = block_on(import(&line)).unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
        assert!(error.to_string().contains("does not belong here"), "{error}");
    }
}
