//! Migrations that are wrong themselves, and what they make of CBOR.
#![cfg(not(target_arch = "wasm32"))]

mod words;

use std::collections::BTreeMap;

use actor_journal::{
    Chain, ErrorKind, EventAdapter, EventMigrations, NewEvent, NewState, OldEvent, PersistentEvent,
    Snapshot, SnapshotAdapter, StateMigrations,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

fn event(new: NewEvent) -> PersistentEvent {
    let NewEvent { payload, tags, manifest, .. } = new;
    PersistentEvent {
        id: words::id("a"),
        seq: 7,
        position: 9,
        timestamp: 0,
        payload,
        tags,
        manifest,
    }
}

/// What is said of an event of version 1 of `halved`.
fn refused(migrations: EventMigrations<Value>) -> String {
    let stored = event(words::named(8, "halved", 1));
    let error = migrations.from_journal(&stored).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::InvalidArgument);
    error.to_string()
}

fn migrations() -> EventMigrations<Value> {
    EventMigrations::new(|_| "half").event("half", Chain::new())
}

#[test]
fn an_event_that_splits_into_itself_is_refused() {
    let halve =
        |value: Value| vec![OldEvent::new("half", 1, json!(4)), OldEvent::new("halved", 1, value)];
    let halved = Chain::new().split(halve);
    let message = refused(migrations().event("halved", halved));
    assert!(message.contains("event 7 of \"a\""), "{message}");
    assert!(message.contains("version 1 of \"halved\""), "{message}");
}

#[test]
fn an_event_that_splits_into_itself_by_way_of_others_is_refused() {
    let quartered = Chain::new().split(|value| vec![OldEvent::new("halved", 2, value)]);
    let halved = Chain::new()
        .upcast(|value| value)
        .split(|value| vec![OldEvent::new("quartered", 1, value)]);
    let message = refused(migrations().event("halved", halved).event("quartered", quartered));
    assert!(message.contains("version 1 of \"quartered\""), "{message}");
}

#[test]
fn an_event_may_split_into_a_later_version_of_itself() {
    let halve =
        |_| vec![OldEvent::new("halved", 2, json!(4)), OldEvent::new("halved", 2, json!(4))];
    let halved = Chain::new().split(halve).upcast(|value| json!([value]));
    let stored = event(words::named(8, "halved", 1));
    let events = migrations().event("halved", halved).from_journal(&stored).unwrap();
    assert_eq!(events, [json!([4]), json!([4])]);
}

#[test]
fn a_state_is_neither_split_nor_retired() {
    let split = Chain::new().split(|value| vec![OldEvent::new("sum", 2, value)]);
    for chain in [split, Chain::new().retire()] {
        let migrations = StateMigrations::<u64>::new("sum", chain);
        let NewState { payload: state, manifest, .. } =
            NewState::json(&8).unwrap().named("sum", 1).unwrap();
        let stored = Snapshot { id: words::id("a"), seq: 7, timestamp: 0, state, manifest };
        let error = migrations.from_journal(&stored).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::InvalidArgument);
        let message = error.to_string();
        assert!(message.contains("state 7 of \"a\""), "{message}");
        assert!(message.contains("version 1 of \"sum\", which is split or retired"), "{message}");
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Upload {
    bytes: Vec<u8>,
    sizes: BTreeMap<u64, f64>,
    at: u64,
    by: String,
}

/// As JavaScript writes `{ bytes, sizes: new Map([[1, 2.5]]), at: new Date(3000), big }`.
fn upload(big: &[u8]) -> PersistentEvent {
    let mut cbor = b"\xd9\xd9\xf7\xa4\x65bytes\x43\x01\x02\x03".to_vec();
    cbor.extend(b"\x65sizes\xa1\x01\xf9\x41\x00\x62at\xc1\x03\x63big");
    cbor.extend(big);
    event(NewEvent::bytes(cbor).named("upload", 1).unwrap())
}

fn uploads() -> EventMigrations<Upload> {
    let by = Chain::new().with_defaults(json!({ "by": "nobody" }));
    EventMigrations::new(|_| "upload").event("upload", by)
}

#[cfg(feature = "cbor")]
#[test]
fn an_event_in_cbor_is_upcast() {
    let read = uploads().from_journal(&upload(b"\x05")).unwrap();
    let (bytes, sizes) = (vec![1, 2, 3], BTreeMap::from([(1, 2.5)]));
    assert_eq!(read, [Upload { bytes, sizes, at: 3, by: "nobody".to_owned() }]);
    // 2^64 and infinity.
    for big in [&b"\xc2\x49\x01\0\0\0\0\0\0\0\0"[..], b"\xf9\x7c\x00"] {
        let error = uploads().from_journal(&upload(big)).unwrap_err();
        let kind = ErrorKind::Undecodable { id: words::id("a"), seq: 7 };
        assert_eq!(error.kind(), &kind, "{error}");
    }
}
