use std::{collections::HashMap, iter};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Chain, EventAdapter, OldEvent,
    chain::{At, Upcast},
};
use crate::{
    error::{Error, Result},
    types::{NewEvent, PersistentEvent},
};

/// Stores each event as JSON under the name and the current version of its kind, and reads events
/// of any older version.
///
/// An event of an unknown name, or of a version that is not known yet, is an error that says so
/// (`unsupported-schema`), and so is one whose pieces lead back to it (`invalid-argument`): the actor
/// is not recovered.
///
/// ```
/// use actor_journal::{Chain, EventAdapter, EventMigrations, NewEvent, OldEvent};
/// use serde::{Deserialize, Serialize};
/// use serde_json::json;
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(untagged)]
/// enum Event {
///     Deposited { deposited: u64, currency: String },
///     Withdrawn { withdrawn: u64 },
/// }
///
/// impl Event {
///     fn name(&self) -> &'static str {
///         match self {
///             Self::Deposited { .. } => "deposited",
///             Self::Withdrawn { .. } => "withdrawn",
///         }
///     }
/// }
///
/// let adapter = EventMigrations::new(Event::name)
///     .event("deposited", Chain::new().with_defaults(json!({ "currency": "EUR" })))
///     .event("withdrawn", Chain::new())
///     .event("renamed", Chain::new().retire());
///
/// let new = adapter.to_journal(&Event::Withdrawn { withdrawn: 30 })?;
/// assert_eq!(new.manifest.unwrap().to_string(), "withdrawn version 1");
/// # Ok::<(), actor_journal::Error>(())
/// ```
pub struct EventMigrations<E> {
    name: fn(&E) -> &'static str,
    chains: HashMap<&'static str, Chain>,
    unnamed: Option<fn(Value) -> OldEvent>,
}

impl<E> EventMigrations<E> {
    /// Events that `name` tells the kind of. Each kind is to be made known by
    /// [`event`](Self::event).
    pub fn new(name: fn(&E) -> &'static str) -> Self {
        Self { name, chains: HashMap::new(), unnamed: None }
    }

    /// Makes a kind of event known, with the versions that it has had. Also one that is only read.
    pub fn event(mut self, name: &'static str, chain: Chain) -> Self {
        self.chains.insert(name, chain);
        self
    }

    /// Tells what an event is that was stored without a manifest. Without this, such an event is an
    /// error.
    pub fn unnamed(self, tell: fn(Value) -> OldEvent) -> Self {
        Self { unnamed: Some(tell), ..self }
    }

    fn chain(&self, name: &str, version: u32, at: At<'_>) -> Result<&Chain> {
        let chain = self.chains.get(name).ok_or_else(|| at.unknown(name, version))?;
        at.check(name, version, chain)?;
        Ok(chain)
    }
}

/// An event to be upcast.
struct Piece<'a> {
    name: &'a str,
    version: u32,
    /// What was split into it.
    whole: Option<&'a Piece<'a>>,
}

impl Piece<'_> {
    fn is_piece_of_itself(&self) -> bool {
        let mut wholes = iter::successors(self.whole, |whole| whole.whole);
        wholes.any(|whole| (whole.name, whole.version) == (self.name, self.version))
    }
}

impl<E: DeserializeOwned> EventMigrations<E> {
    fn upcast(
        &self,
        piece: &Piece<'_>,
        value: Value,
        at: At<'_>,
        events: &mut Vec<E>,
    ) -> Result<()> {
        let &Piece { name, version, .. } = piece;
        if piece.is_piece_of_itself() {
            return Err(at.circular(name, version));
        }
        match self.chain(name, version, at)?.apply(version, value) {
            Upcast::Current(value) => events.push(at.read(value)?),
            Upcast::Split(pieces) => {
                for OldEvent { name, version, value } in pieces {
                    self.upcast(&Piece { name, version, whole: Some(piece) }, value, at, events)?;
                }
            }
        }
        Ok(())
    }
}

impl<E: Serialize + DeserializeOwned> EventAdapter<E> for EventMigrations<E> {
    fn to_journal(&self, event: &E) -> Result<NewEvent> {
        let name = (self.name)(event);
        let chain = self.chains.get(name);
        let chain = chain.ok_or_else(|| Error::invalid(format!("event {name:?} is not known")))?;
        NewEvent::json(event)?.named(name, chain.version())
    }

    fn from_journal(&self, stored: &PersistentEvent) -> Result<Vec<E>> {
        let at = At { what: "event", id: &stored.id, seq: stored.seq };
        let mut events = Vec::with_capacity(1);
        let Some(manifest) = &stored.manifest else {
            let tell = self.unnamed.ok_or_else(|| at.unnamed())?;
            let OldEvent { name, version, value } = tell(stored.decode_as_json()?);
            self.upcast(&Piece { name, version, whole: None }, value, at, &mut events)?;
            return Ok(events);
        };
        let (name, version) = (manifest.name(), manifest.version());
        match self.chain(name, version, at)?.version() == version {
            true => events.push(stored.decode()?),
            false => {
                let piece = Piece { name, version, whole: None };
                self.upcast(&piece, stored.decode_as_json()?, at, &mut events)?;
            }
        }
        Ok(events)
    }
}
