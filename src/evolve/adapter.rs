use serde::{Serialize, de::DeserializeOwned};

use super::chain::At;
use crate::{
    error::Result,
    platform::MaybeSend,
    types::{NewEvent, NewState, PersistentEvent, Snapshot},
};

/// Stands between an actor's events and what its journal holds.
#[expect(clippy::wrong_self_convention, reason = "the names are the same in JavaScript")]
pub trait EventAdapter<E>: MaybeSend {
    /// What is stored for `event`.
    ///
    /// # Errors
    ///
    /// `unencodable`, and what the adapter reports: the command is answered with it, and nothing
    /// is stored.
    fn to_journal(&self, event: &E) -> Result<NewEvent>;

    /// The events that a stored one stands for: one, several, or none where it is retired.
    ///
    /// # Errors
    ///
    /// `undecodable`, and what the adapter reports: the actor is not recovered.
    fn from_journal(&self, stored: &PersistentEvent) -> Result<Vec<E>>;
}

/// Stands between an actor's state and what its snapshot store holds.
#[expect(clippy::wrong_self_convention, reason = "the names are the same in JavaScript")]
pub trait SnapshotAdapter<S>: MaybeSend {
    /// What is stored for `state`.
    ///
    /// # Errors
    ///
    /// `unencodable`, and what the adapter reports: no snapshot is saved.
    fn to_journal(&self, state: &S) -> Result<NewState>;

    /// The state that a snapshot stands for.
    ///
    /// # Errors
    ///
    /// `undecodable`, and what the adapter reports: the actor is not recovered.
    fn from_journal(&self, stored: &Snapshot) -> Result<S>;
}

/// Events and states as JSON, without a manifest. An adapter of one's own may lean on it, as in
/// `EventAdapter::from_journal(&Json, stored)`. Reads CBOR as well. What is stored with a manifest
/// was written by another adapter, and is an error that says so (`unsupported-schema`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl<E: Serialize + DeserializeOwned> EventAdapter<E> for Json {
    fn to_journal(&self, event: &E) -> Result<NewEvent> {
        NewEvent::json(event)
    }

    fn from_journal(&self, stored: &PersistentEvent) -> Result<Vec<E>> {
        let at = At { what: "event", id: &stored.id, seq: stored.seq };
        at.expect_none(stored.manifest.as_ref())?;
        Ok(vec![stored.decode()?])
    }
}

impl<S: Serialize + DeserializeOwned> SnapshotAdapter<S> for Json {
    fn to_journal(&self, state: &S) -> Result<NewState> {
        NewState::json(state)
    }

    fn from_journal(&self, stored: &Snapshot) -> Result<S> {
        let at = At { what: "state", id: &stored.id, seq: stored.seq };
        at.expect_none(stored.manifest.as_ref())?;
        stored.decode()
    }
}
