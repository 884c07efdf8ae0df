use actor_journal::{
    AppendToken, DurableStateStore, Error, ErrorKind, NewState, PersistenceId, Result,
    SqliteDurableStateStore,
};

use crate::{
    number::whole,
    options::{Manifest, OpenOptions},
    stored::StoredState,
    verification,
};

/// An open durable state store. Clones share it.
#[derive(Clone)]
pub struct DurableStatesHandle(SqliteDurableStateStore);

impl DurableStatesHandle {
    /// Opens the store that `options` name.
    ///
    /// # Errors
    ///
    /// As [`SqliteDurableStateStore::open`].
    pub async fn open(options: OpenOptions) -> Result<Self> {
        Ok(Self(SqliteDurableStateStore::open(options.durable_states()?).await?))
    }

    /// What is held under an id.
    ///
    /// # Errors
    ///
    /// As [`DurableStateStore::load`].
    pub async fn load(&self, id: &str) -> Result<StoredState> {
        Ok(self.0.load(&PersistenceId::new(id)?).await?.into())
    }

    /// Puts a state, or none, in place of the one that has `revision`.
    ///
    /// # Errors
    ///
    /// As [`DurableStateStore::change`].
    pub async fn change(
        &self,
        id: &str,
        revision: f64,
        state: Option<&[u8]>,
        manifest: Manifest,
        token: &[u8],
    ) -> Result<f64> {
        let id = PersistenceId::new(id)?;
        let revision = whole("revision", revision)?;
        let token = token.try_into().map(AppendToken::from_bytes);
        let token = token.map_err(|_| invalid("a token has 16 bytes"))?;
        let state = state.map(|state| manifest.names(NewState::bytes(state))).transpose()?;
        Ok(self.0.change(&id, revision, state, token).await? as f64)
    }

    /// One part of a check, as JSON text.
    ///
    /// # Errors
    ///
    /// As [`SqliteDurableStateStore::verify_part`].
    pub async fn verify_part(&self, cursor: String) -> Result<String> {
        Ok(verification::to_json(&self.0.verify_part(cursor).await?))
    }

    /// Closes the store.
    ///
    /// # Errors
    ///
    /// As [`DurableStateStore::close`].
    pub async fn close(&self) -> Result<()> {
        self.0.close().await
    }
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
