use actor_journal::{DurableState, Manifest, Snapshot};

/// `StoredState` in TypeScript.
pub struct StoredState {
    /// Of a snapshot the last event that it contains, of a durable state its revision.
    pub sequence_nr: f64,
    /// When it was written, in milliseconds.
    pub timestamp: f64,
    /// The state as its codec wrote it, where there is one.
    pub state: Option<Vec<u8>>,
    /// The name of its manifest, where it has one.
    pub manifest: Option<String>,
    /// The version of its manifest, where it has one.
    pub version: Option<u32>,
}

impl From<Snapshot> for StoredState {
    fn from(snapshot: Snapshot) -> Self {
        let Snapshot { id, seq, timestamp, state, manifest } = snapshot;
        DurableState { id, revision: seq, state: Some(state), manifest, timestamp }.into()
    }
}

impl From<DurableState> for StoredState {
    fn from(held: DurableState) -> Self {
        let manifest = held.manifest.as_ref();
        Self {
            sequence_nr: held.revision as f64,
            timestamp: held.timestamp as f64,
            state: held.state.map(|state| state.to_vec()),
            manifest: manifest.map(|manifest| manifest.name().into()),
            version: manifest.map(Manifest::version),
        }
    }
}
