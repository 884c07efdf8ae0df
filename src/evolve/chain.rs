use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    error::{Error, ErrorKind, Result},
    types::{Manifest, PersistenceId, Seq},
};

/// The versions that a kind of event, or a state, has had: what it takes from each to the next.
///
/// A new chain stands for version 1. Each step adds a version and says how the one before it
/// becomes that, so a chain leads from any old version to the current one. Steps see the value as
/// JSON, and are pure: they are run at every reading. What was written as CBOR they see as serde
/// would write it: bytes as arrays of numbers, numbers as keys as text, dates as their numbers. What
/// even so has no JSON, an integer beyond 64 bits or a number that is not finite, is `undecodable`.
///
/// ```
/// use actor_journal::Chain;
/// use serde_json::json;
///
/// let deposited = Chain::new()
///     // 2: `sum` is called `amount`.
///     .upcast(|mut event| {
///         event["amount"] = event["sum"].take();
///         event
///     })
///     // 3: in cents.
///     .upcast(|mut event| {
///         event["amount"] = json!(event["amount"].as_u64().map(|amount| amount * 100));
///         event
///     })
///     // 4: in a currency.
///     .with_defaults(json!({ "currency": "EUR" }));
/// assert_eq!(deposited.version(), 4);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Chain {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Upcast(fn(Value) -> Value),
    Fill(Value),
    Split(fn(Value) -> Vec<OldEvent>),
}

/// An event of some version, as an older program would have stored it.
#[derive(Clone, Debug, PartialEq)]
pub struct OldEvent {
    /// The name of its manifest.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
    /// The event as JSON.
    pub value: Value,
}

/// What a chain makes of a value.
pub(super) enum Upcast {
    Current(Value),
    Split(Vec<OldEvent>),
}

impl OldEvent {
    /// A value as the event `name` in `version`.
    pub fn new(name: &'static str, version: u32, value: Value) -> Self {
        Self { name, version, value }
    }
}

impl Chain {
    /// Version 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// One version more, which `step` makes of the one before it.
    pub fn upcast(self, step: fn(Value) -> Value) -> Self {
        self.then(Step::Upcast(step))
    }

    /// One version more, which fills in what the older one lacks: members of the object, and of
    /// objects in it, at every depth. Anything else stays as the older one has it: `null` and an
    /// array lack nothing.
    ///
    /// ```
    /// use actor_journal::Chain;
    /// use serde_json::json;
    ///
    /// // { limits: { day: 100 } } becomes { limits: { day: 100, week: 500 }, currency: "EUR" }
    /// Chain::new().with_defaults(json!({ "limits": { "week": 500 }, "currency": "EUR" }));
    /// ```
    pub fn with_defaults(self, defaults: Value) -> Self {
        self.then(Step::Fill(defaults))
    }

    /// One version more, in which an event is what `step` makes of one before it: several events,
    /// or other ones. They are upcast in turn; one that leads back to the version it comes from is an
    /// error when it is read (`invalid-argument`).
    pub fn split(self, step: fn(Value) -> Vec<OldEvent>) -> Self {
        self.then(Step::Split(step))
    }

    /// One version more, in which the event is gone: what is stored of it is passed over.
    pub fn retire(self) -> Self {
        self.split(|_| Vec::new())
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The current version.
    pub fn version(&self) -> u32 {
        u32::try_from(self.steps.len()).map_or(u32::MAX, |steps| steps + 1)
    }

    /// Takes a value of `version`, at most the current one, as far as the chain leads.
    pub(super) fn apply(&self, version: u32, mut value: Value) -> Upcast {
        let first = usize::try_from(version.saturating_sub(1)).unwrap_or(usize::MAX);
        for step in self.steps.iter().skip(first) {
            match step {
                Step::Upcast(step) => value = step(value),
                Step::Fill(defaults) => fill(&mut value, defaults),
                Step::Split(step) => return Upcast::Split(step(value)),
            }
        }
        Upcast::Current(value)
    }
}

fn fill(value: &mut Value, defaults: &Value) {
    let (Value::Object(value), Value::Object(defaults)) = (value, defaults) else { return };
    for (name, default) in defaults {
        match value.get_mut(name) {
            Some(value) => fill(value, default),
            None => drop(value.insert(name.clone(), default.clone())),
        }
    }
}

/// Where a stored value stands, for errors.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) what: &'static str,
    pub(super) id: &'a PersistenceId,
    pub(super) seq: Seq,
}

impl At<'_> {
    /// Refuses a version that `chain` does not know yet, and 0.
    pub(super) fn check(self, name: &str, version: u32, chain: &Chain) -> Result<()> {
        let known = chain.version();
        match (1..=known).contains(&version) {
            true => Ok(()),
            false => Err(self.unsupported(
                Manifest::new(name, version).ok(),
                &format!("version {version} of {name:?}; known are versions 1 to {known}"),
            )),
        }
    }

    pub(super) fn unknown(self, name: &str, version: u32) -> Error {
        let manifest = Manifest::new(name, version).ok();
        self.unsupported(manifest, &format!("version {version} of {name:?}, which is unknown"))
    }

    /// Refuses a value that only an adapter can read.
    pub(super) fn expect_none(self, manifest: Option<&Manifest>) -> Result<()> {
        let Some(manifest) = manifest else { return Ok(()) };
        let (name, version) = (manifest.name(), manifest.version());
        let reason = format!("version {version} of {name:?}, and the actor has no adapter for it");
        Err(self.unsupported(Some(manifest.clone()), &reason))
    }

    /// For an event that splits into pieces of which one is it again.
    pub(super) fn circular(self, name: &str, version: u32) -> Error {
        self.misread(&format!("splits into version {version} of {name:?} again and again"))
    }

    /// For a state that meets a step which only events can take.
    pub(super) fn split(self, name: &str, version: u32) -> Error {
        let reason = format!("is version {version} of {name:?}, which is split or retired");
        self.misread(&format!("{reason}: that is for events, and this is a state"))
    }

    /// For migrations that are wrong themselves.
    fn misread(self, reason: &str) -> Error {
        let Self { what, id, seq } = self;
        Error::invalid(format!("{what} {seq} of {id:?} {reason}"))
    }

    pub(super) fn unnamed(self) -> Error {
        self.unsupported(None, "stored without a manifest")
    }

    fn unsupported(self, manifest: Option<Manifest>, reason: &str) -> Error {
        let Self { what, id, seq } = self;
        let kind = ErrorKind::UnsupportedSchema { id: id.clone(), seq, manifest };
        Error::new(kind, format!("{what} {seq} of {id:?} is {reason}"))
    }

    pub(super) fn read<T: DeserializeOwned>(self, value: Value) -> Result<T> {
        let Self { what, id, seq } = self;
        serde_json::from_value(value).map_err(|error| {
            let kind = ErrorKind::Undecodable { id: id.clone(), seq };
            let message = format!("{what} {seq} of {id:?} cannot be read: {error}");
            Error::new(kind, message)
        })
    }
}
