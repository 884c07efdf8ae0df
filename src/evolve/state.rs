use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Chain, SnapshotAdapter,
    chain::{At, Upcast},
};
use crate::{
    error::Result,
    types::{NewState, Snapshot},
};

/// Stores a state as JSON under a name and its current version, and reads states of any older
/// version.
///
/// ```
/// use actor_journal::{Chain, SnapshotAdapter, StateMigrations};
/// use serde_json::json;
///
/// let adapter = StateMigrations::<u64>::new("balance", Chain::new().upcast(|state| {
///     json!(state.as_u64().map(|euros| euros * 100))
/// }));
/// assert_eq!(adapter.to_journal(&7000)?.manifest.unwrap().version(), 2);
/// # Ok::<(), actor_journal::Error>(())
/// ```
pub struct StateMigrations<S> {
    name: &'static str,
    chain: Chain,
    unnamed: Option<u32>,
    state: PhantomData<fn(S) -> S>,
}

impl<S> StateMigrations<S> {
    /// A state called `name`, with the versions that it has had. A state cannot be split or
    /// retired: one that meets such a step is an error when it is read (`invalid-argument`).
    pub fn new(name: &'static str, chain: Chain) -> Self {
        Self { name, chain, unnamed: None, state: PhantomData }
    }

    /// The version of a state that was stored without a manifest. Without this, such a state is an
    /// error.
    pub fn unnamed(self, version: u32) -> Self {
        Self { unnamed: Some(version), ..self }
    }
}

impl<S: Serialize + DeserializeOwned> SnapshotAdapter<S> for StateMigrations<S> {
    fn to_journal(&self, state: &S) -> Result<NewState> {
        NewState::json(state)?.named(self.name, self.chain.version())
    }

    fn from_journal(&self, stored: &Snapshot) -> Result<S> {
        let at = At { what: "state", id: &stored.id, seq: stored.seq };
        let version = match &stored.manifest {
            Some(manifest) if manifest.name() == self.name => manifest.version(),
            Some(manifest) => return Err(at.unknown(manifest.name(), manifest.version())),
            None => self.unnamed.ok_or_else(|| at.unnamed())?,
        };
        at.check(self.name, version, &self.chain)?;
        if version == self.chain.version() {
            return stored.decode();
        }
        match self.chain.apply(version, stored.decode_as_json()?) {
            Upcast::Current(value) => at.read(value),
            Upcast::Split(_) => Err(at.split(self.name, version)),
        }
    }
}
