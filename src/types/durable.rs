use super::{Manifest, Payload, PersistenceId, Revision, Timestamp};

/// What a durable state store holds under an id.
///
/// ```
/// use actor_journal::{DurableStateStore, InMemoryDurableStateStore, PersistenceId};
///
/// # pollster::block_on(async {
/// let states = InMemoryDurableStateStore::new();
/// let unknown = states.load(&PersistenceId::new("cart-7")?).await?;
/// assert_eq!((unknown.revision, unknown.state), (0, None));
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurableState {
    /// What the state is the state of.
    pub id: PersistenceId,
    /// How often it was changed; 0 for an unknown id.
    pub revision: Revision,
    /// The state as its codec wrote it; `None` where there is none: it was never saved, or deleted.
    pub state: Option<Payload>,
    /// What the state says it is, if anything.
    pub manifest: Option<Manifest>,
    /// When it was changed, 0 for an unknown id; information only.
    pub timestamp: Timestamp,
}

impl DurableState {
    /// Of an id that was never saved.
    pub(crate) fn unknown(id: &PersistenceId) -> Self {
        Self { id: id.clone(), revision: 0, state: None, manifest: None, timestamp: 0 }
    }
}
