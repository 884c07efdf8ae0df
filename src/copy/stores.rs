use crate::{journal::Journal, snapshots::SnapshotStore};

/// A journal that is copied, or copied into, and the snapshot store beside it.
///
/// ```
/// use actor_journal::{InMemoryJournal, InMemorySnapshotStore, Stores};
///
/// let (journal, snapshots) = (InMemoryJournal::new(), InMemorySnapshotStore::default());
/// let stores = Stores::of(&journal).snapshots(&snapshots);
/// ```
#[derive(Clone, Copy)]
pub struct Stores<'a> {
    pub(super) journal: &'a dyn Journal,
    pub(super) snapshots: Option<&'a dyn SnapshotStore>,
}

impl<'a> Stores<'a> {
    /// A journal alone.
    pub fn of(journal: &'a dyn Journal) -> Self {
        Self { journal, snapshots: None }
    }

    /// The same journal with its snapshots.
    pub fn snapshots(self, snapshots: &'a dyn SnapshotStore) -> Self {
        Self { snapshots: Some(snapshots), ..self }
    }
}
