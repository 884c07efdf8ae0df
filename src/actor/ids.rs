use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use super::ActorError;
use crate::{lock::lock, types::PersistenceId};

/// The ids in one store of the actors that are in memory.
#[derive(Default)]
pub(super) struct Ids(Mutex<HashSet<PersistenceId>>);

/// An id that no other actor has, until it is dropped.
pub(super) struct Claim {
    id: PersistenceId,
    ids: Arc<Ids>,
}

impl Ids {
    /// Fails with [`IdTaken`](ActorError::IdTaken) where another actor has it.
    pub(super) fn claim(self: &Arc<Self>, id: PersistenceId) -> Result<Claim, ActorError> {
        match lock(&self.0).insert(id.clone()) {
            true => Ok(Claim { id, ids: self.clone() }),
            false => Err(ActorError::IdTaken(id)),
        }
    }
}

impl Claim {
    pub(super) fn id(&self) -> &PersistenceId {
        &self.id
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        lock(&self.ids.0).remove(&self.id);
    }
}
