use std::sync::Arc;

use super::ids::Ids;
use crate::{durable::DurableStateStore, journal::Journal, snapshots::SnapshotStore};

/// Where the actors of a system keep what they must not lose.
pub(super) struct Persistence {
    pub(super) journal: Arc<dyn Journal>,
    /// Without one, recovery replays all events.
    pub(super) snapshots: Option<Arc<dyn SnapshotStore>>,
    /// Without one, there are no actors of durable states.
    pub(super) states: Option<Arc<dyn DurableStateStore>>,
    pub(super) ids_in_journal: Arc<Ids>,
    pub(super) ids_in_states: Arc<Ids>,
}

impl Persistence {
    pub(super) fn new(
        journal: Arc<dyn Journal>,
        snapshots: Option<Arc<dyn SnapshotStore>>,
        states: Option<Arc<dyn DurableStateStore>>,
    ) -> Arc<Self> {
        let [ids_in_journal, ids_in_states] = Default::default();
        Arc::new(Self { journal, snapshots, states, ids_in_journal, ids_in_states })
    }
}
