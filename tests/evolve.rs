//! Migrations that are wrong themselves.
#![cfg(not(target_arch = "wasm32"))]

mod words;

use actor_journal::{
    Chain, ErrorKind, EventAdapter, EventMigrations, NewEvent, NewState, OldEvent, PersistentEvent,
    Snapshot, SnapshotAdapter, StateMigrations,
};
use serde_json::{Value, json};

fn event(new: NewEvent) -> PersistentEvent {
    let NewEvent { payload, tags, manifest } = new;
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
    assert!(message.contains("event 7 of stream \"a\""), "{message}");
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
        let NewState { payload: state, manifest } =
            NewState::json(&8).unwrap().named("sum", 1).unwrap();
        let stored = Snapshot { id: words::id("a"), seq: 7, timestamp: 0, state, manifest };
        let error = migrations.from_journal(&stored).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::InvalidArgument);
        let message = error.to_string();
        assert!(message.contains("the snapshot at seq 7 of stream \"a\""), "{message}");
        assert!(message.contains("version 1 of \"sum\", which is split or retired"), "{message}");
    }
}
