use std::sync::Arc;

use crate::journal::{Journal, SnapshotStore};

/// Where the actors of a system keep their events and snapshots.
pub(super) struct Persistence {
    pub(super) journal: Arc<dyn Journal>,
    /// Without one, recovery replays all events.
    pub(super) snapshots: Option<Arc<dyn SnapshotStore>>,
}
