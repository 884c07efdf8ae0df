use std::{collections::BTreeMap, sync::Arc};

use super::shared::Shared;
use crate::{
    durable::{DurableStateStore, next_revision},
    error::Result,
    platform::{BoxFuture, now},
    types::{AppendToken, DurableState, NewState, PersistenceId, Revision},
};

/// A durable state store in memory, gone with its last handle.
///
/// ```
/// use actor_journal::{
///     AppendToken, DurableStateStore, InMemoryDurableStateStore, NewState, PersistenceId,
/// };
///
/// # pollster::block_on(async {
/// let states = InMemoryDurableStateStore::new();
/// let id = PersistenceId::new("cart-7")?;
/// let revision = states.save(&id, 0, NewState::json(&70)?, AppendToken::random()).await?;
/// assert_eq!(states.load(&id).await?.decode::<u64>()?, Some(70));
/// assert_eq!(states.delete(&id, revision, AppendToken::random()).await?, 2);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct InMemoryDurableStateStore {
    states: Arc<Shared<States>>,
}

type States = BTreeMap<PersistenceId, Kept>;

/// A state with the token of the change that made it.
struct Kept {
    state: DurableState,
    token: AppendToken,
}

impl InMemoryDurableStateStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl DurableStateStore for InMemoryDurableStateStore {
    fn load<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<DurableState>> {
        self.states.answer(move |states| {
            let kept = states.get(id).map(|kept| kept.state.clone());
            Ok(kept.unwrap_or_else(|| DurableState::unknown(id)))
        })
    }

    fn change<'a>(
        &'a self,
        id: &'a PersistenceId,
        revision: Revision,
        state: Option<NewState>,
        token: AppendToken,
    ) -> BoxFuture<'a, Result<Revision>> {
        self.states.answer(move |states| {
            let timestamp = state.as_ref().and_then(|state| state.timestamp).unwrap_or_else(now);
            let (state, manifest) = state.map(|state| (state.payload, state.manifest)).unzip();
            let manifest = manifest.flatten();
            let kept = states.get(id);
            let actual = kept.map_or(0, |kept| kept.state.revision);
            let repeats = |kept: &Kept| {
                kept.token == token && kept.state.state == state && kept.state.manifest == manifest
            };
            if Some(actual) == revision.checked_add(1) && kept.is_some_and(repeats) {
                return Ok(actual);
            }
            let revision = next_revision(id, revision, actual)?;
            let state = DurableState { id: id.clone(), revision, state, manifest, timestamp };
            states.insert(id.clone(), Kept { state, token });
            Ok(revision)
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.states.close()
    }
}
