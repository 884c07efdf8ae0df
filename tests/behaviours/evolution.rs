//! How what an older program stored is read.

use actor_journal::{
    ActorError, ActorRef, ActorSystem, AskError, Chain, Effect, EventAdapter, EventMigrations,
    Json, Manifest, NewEvent, NewState, OldEvent, PersistenceId, PersistentActor, Seq,
    SnapshotAdapter, StateMigrations,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::place::Place;

/// Keeps every event that it sees.
struct Ledger {
    has_adapters: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Event {
    Deposited { amount: u64, currency: String },
    Fee { fee: u64 },
    Opened { opened: Value },
}

impl Event {
    fn name(&self) -> &'static str {
        match self {
            Self::Deposited { .. } => "deposited",
            Self::Fee { .. } => "fee",
            Self::Opened { .. } => "opened",
        }
    }

    fn deposited(amount: u64, currency: &str) -> Self {
        Self::Deposited { amount, currency: currency.to_owned() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct State {
    entries: Vec<Event>,
}

impl PersistentActor for Ledger {
    /// Stored, where there is one.
    type Command = Option<Event>;
    type Event = Event;
    type State = State;
    type Reply = Vec<Event>;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        id()
    }

    fn initial_state(&self) -> State {
        State { entries: Vec::new() }
    }

    fn apply(&self, state: &mut State, event: &Event) {
        state.entries.push(event.clone());
    }

    fn handle(&mut self, _: &State, event: Option<Event>) -> Effect<Self> {
        Effect::persist_all(event).snapshot().then_reply(|state: &State| state.entries.clone())
    }

    fn event_adapter(&self) -> Box<dyn EventAdapter<Event>> {
        if !self.has_adapters {
            return Box::new(Json);
        }
        // 1: { sum }, 2: { amount }, 3: { amount in cents }, 4: { amount, currency }.
        let deposited = Chain::new()
            .upcast(|event| json!({ "amount": event["sum"] }))
            .upcast(|event| json!({ "amount": event["amount"].as_u64().unwrap_or(0) * 100 }))
            .with_defaults(json!({ "currency": "EUR" }));
        let charged = Chain::new().split(|event| {
            let deposit = json!({ "amount": event["net"] });
            let fee = json!({ "fee": event["fee"] });
            vec![OldEvent::new("deposited", 2, deposit), OldEvent::new("fee", 1, fee)]
        });
        let opened = Chain::new().with_defaults(json!({ "opened": defaults() }));
        let migrations = EventMigrations::new(Event::name)
            .event("deposited", deposited)
            .event("fee", Chain::new())
            .event("opened", opened)
            .event("charged", charged)
            .event("renamed", Chain::new().retire())
            .unnamed(|event| OldEvent::new("deposited", 1, event));
        Box::new(migrations)
    }

    fn snapshot_adapter(&self) -> Box<dyn SnapshotAdapter<State>> {
        if !self.has_adapters {
            return Box::new(Json);
        }
        let entries = Chain::new().upcast(|entries| json!({ "entries": entries }));
        Box::new(StateMigrations::new("ledger", entries))
    }
}

fn id() -> PersistenceId {
    PersistenceId::new("ledger").unwrap()
}

/// What an account is opened with.
fn defaults() -> Value {
    json!({
        "owner": "nobody",
        "limits": { "day": 10, "abroad": { "day": 1 } },
        "rates": [{ "from": 0 }, { "from": 100 }],
    })
}

fn old(name: &str, version: u32, value: Value) -> NewEvent {
    NewEvent::json(&value).unwrap().named(name, version).unwrap()
}

fn spawn(system: &ActorSystem) -> ActorRef<Ledger> {
    system.spawn("ledger", || Ledger { has_adapters: true }).unwrap()
}

/// The events that a ledger sees in what older programs have stored.
async fn seen(place: &Place, stored: Vec<NewEvent>) -> Vec<Event> {
    place.append(&id(), stored).await;
    spawn(&place.system()).ask(None).await.unwrap()
}

/// What keeps a ledger from being recovered whose second event this is.
async fn refused(place: &Place, stored: NewEvent) -> String {
    place.append(&id(), vec![old("fee", 1, json!({ "fee": 1 })), stored]).await;
    refusal(place, 2).await
}

/// What of `seq` keeps the ledger from being recovered; other languages are told where it stands.
async fn refusal(place: &Place, seq: Seq) -> String {
    let refused = spawn(&place.system()).ask(None).await.unwrap_err();
    let AskError::Failed(ActorError::NotRecovered(cause)) = refused else { panic!("{refused}") };
    let ActorError::Journal(error) = &*cause else { panic!("{cause}") };
    let told: Value = serde_json::from_str(&error.to_json()).unwrap();
    let found = (&told["code"], &told["persistenceId"], &told["sequenceNr"]);
    assert_eq!(found, (&json!("unsupported-schema"), &json!("ledger"), &json!(seq)));
    error.to_string()
}

pub async fn an_adapter_stores_manifest_and_version(place: &Place) {
    let ledger = spawn(&place.system());
    ledger.ask(Some(Event::deposited(500, "CHF"))).await.unwrap();
    ledger.ask(Some(Event::Fee { fee: 2 })).await.unwrap();
    let manifests = place.stored(&id()).await.into_iter().map(|event| event.manifest.unwrap());
    let expected = [("deposited", 4), ("fee", 1)].map(|(name, version)| manifest(name, version));
    assert_eq!(manifests.collect::<Vec<_>>(), expected);
    let snapshot = place.snapshots.load_latest(&id()).await.unwrap().unwrap();
    assert_eq!(snapshot.manifest, Some(manifest("ledger", 2)));
}

fn manifest(name: &str, version: u32) -> Manifest {
    Manifest::new(name, version).unwrap()
}

pub async fn old_events_are_upcast_through_every_version(place: &Place) {
    let stored = vec![
        NewEvent::json(&json!({ "sum": 1 })).unwrap(),
        old("deposited", 1, json!({ "sum": 2 })),
        old("deposited", 2, json!({ "amount": 3 })),
        old("deposited", 3, json!({ "amount": 400 })),
        old("deposited", 4, json!({ "amount": 500, "currency": "EUR" })),
    ];
    let expected = [100, 200, 300, 400, 500].map(|amount| Event::deposited(amount, "EUR"));
    assert_eq!(seen(place, stored.clone()).await, expected);
    // They are not rewritten.
    let kept = place.stored(&id()).await.into_iter().map(|event| event.payload);
    assert!(kept.eq(stored.into_iter().map(|event| event.payload)));
}

pub async fn defaults_fill_what_an_old_event_lacks(place: &Place) {
    let stored = vec![
        old("deposited", 3, json!({ "amount": 1 })),
        old("deposited", 3, json!({ "amount": 2, "currency": "CHF" })),
    ];
    let expected = [Event::deposited(1, "EUR"), Event::deposited(2, "CHF")];
    assert_eq!(seen(place, stored).await, expected);
}

pub async fn defaults_fill_objects_in_objects_and_nothing_else(place: &Place) {
    let some = json!({ "limits": { "day": 0, "abroad": { "week": 5 } }, "rates": [{}] });
    let other = json!({ "owner": { "name": "me" }, "limits": null, "rates": { "first": 1 } });
    let current = json!({ "limits": {} });
    let stored = [(1, json!({})), (1, some), (1, other.clone()), (2, current.clone())];
    let stored = stored.map(|(version, value)| old("opened", version, json!({ "opened": value })));
    let limits = json!({ "day": 0, "abroad": { "day": 1, "week": 5 } });
    let filled = json!({ "owner": "nobody", "limits": limits, "rates": [{}] });
    let expected = [defaults(), filled, other, current].map(|opened| Event::Opened { opened });
    assert_eq!(seen(place, stored.into()).await, expected);
}

pub async fn one_old_event_becomes_many(place: &Place) {
    let stored = vec![old("charged", 1, json!({ "net": 5, "fee": 2 }))];
    let expected = [Event::deposited(500, "EUR"), Event::Fee { fee: 2 }];
    assert_eq!(seen(place, stored).await, expected);
    // The next event goes behind the one that is stored.
    let ledger = spawn(&place.system());
    assert_eq!(ledger.ask(Some(Event::Fee { fee: 3 })).await.unwrap().len(), 3);
    assert_eq!(place.journal.highest_seq(&id()).await.unwrap(), 2);
}

pub async fn a_retired_event_is_dropped(place: &Place) {
    let stored = vec![
        old("fee", 1, json!({ "fee": 1 })),
        old("renamed", 1, json!({ "to": "savings" })),
        old("fee", 1, json!({ "fee": 2 })),
    ];
    assert_eq!(seen(place, stored).await, [Event::Fee { fee: 1 }, Event::Fee { fee: 2 }]);
}

pub async fn an_unknown_manifest_is_refused_by_name(place: &Place) {
    let refused = refused(place, old("closed", 1, json!({}))).await;
    assert!(refused.contains("version 1 of \"closed\""), "{refused}");
}

pub async fn a_version_from_the_future_is_refused_by_name(place: &Place) {
    let refused = refused(place, old("deposited", 5, json!({ "amount": 1 }))).await;
    assert!(refused.contains("version 5 of \"deposited\""), "{refused}");
    // There is no version before the first.
    place.snapshots.save(&id(), 1, NewState::json(&7).unwrap()).await.unwrap();
    let snapshot = place.snapshots.load_latest(&id()).await.unwrap().unwrap();
    let from_zero = StateMigrations::<u64>::new("balance", Chain::new()).unnamed(0);
    let refused = from_zero.from_journal(&snapshot).unwrap_err().to_string();
    assert!(refused.contains("version 0 of \"balance\""), "{refused}");
}

pub async fn a_snapshot_is_upcast(place: &Place) {
    place.append(&id(), vec![old("fee", 1, json!({ "fee": 1 })); 2]).await;
    let entries = NewState::json(&json!([{ "fee": 7 }])).unwrap().named("ledger", 1).unwrap();
    place.snapshots.save(&id(), 1, entries).await.unwrap();
    let expected = [Event::Fee { fee: 7 }, Event::Fee { fee: 1 }];
    assert_eq!(spawn(&place.system()).ask(None).await.unwrap(), expected);
    let entries = NewState::json(&json!({})).unwrap().named("ledger", 3).unwrap();
    place.snapshots.save(&id(), 2, entries).await.unwrap();
    let refused = refusal(place, 2).await;
    assert!(refused.contains("version 3 of \"ledger\""), "{refused}");
}

pub async fn without_an_adapter_a_manifest_is_refused_by_name(place: &Place) {
    let system = place.system();
    let refused = async || {
        let plain = system.spawn("ledger", || Ledger { has_adapters: false }).unwrap();
        plain.ask(None).await.unwrap_err().to_string()
    };
    let fee = NewEvent::json(&json!({ "fee": 1 })).unwrap();
    place.append(&id(), vec![fee.clone(), fee.named("fee", 2).unwrap()]).await;
    let message = refused().await;
    assert!(message.contains("event 2") && message.contains("version 2 of \"fee\""), "{message}");
    let state = NewState::json(&State { entries: Vec::new() }).unwrap();
    place.snapshots.save(&id(), 1, state.named("ledger", 3).unwrap()).await.unwrap();
    let message = refused().await;
    assert!(message.contains("state 1 of"), "{message}");
    assert!(message.contains("version 3 of \"ledger\""), "{message}");
}
