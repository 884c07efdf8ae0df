use std::sync::Arc;

use crate::{
    durable::DurableStateStore,
    journal::{Journal, SnapshotStore},
};

/// Where the actors of a system keep what they must not lose.
pub(super) struct Persistence {
    pub(super) journal: Arc<dyn Journal>,
    /// Without one, recovery replays all events.
    pub(super) snapshots: Option<Arc<dyn SnapshotStore>>,
    /// Without one, there are no actors of durable states.
    pub(super) states: Option<Arc<dyn DurableStateStore>>,
}
