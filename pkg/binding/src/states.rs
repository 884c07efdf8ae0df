use actor_journal::{
    AppendToken, DurableStateStore, Error, ErrorKind, NewState, PersistenceId, Result,
    SqliteDurableStateStore,
};

use crate::{number::whole, options::DurableStatesOptions};

/// An open durable state store. Clones share it.
#[derive(Clone)]
pub struct DurableStatesHandle(SqliteDurableStateStore);

/// `StoredState` in TypeScript.
pub struct StoredState {
    /// How often it was changed.
    pub revision: f64,
    /// When it was changed, in milliseconds.
    pub timestamp: f64,
    /// The state as its codec wrote it, where there is one.
    pub state: Option<Vec<u8>>,
}

impl DurableStatesHandle {
    /// Opens the store that `options` name.
    ///
    /// # Errors
    ///
    /// As [`SqliteDurableStateStore::open`].
    pub async fn open(options: DurableStatesOptions) -> Result<Self> {
        Ok(Self(SqliteDurableStateStore::open(options.check()?).await?))
    }

    /// What is held under an id.
    ///
    /// # Errors
    ///
    /// As [`DurableStateStore::load`].
    pub async fn load(&self, id: &str) -> Result<StoredState> {
        let loaded = self.0.load(&PersistenceId::new(id)?).await?;
        Ok(StoredState {
            revision: loaded.revision as f64,
            timestamp: loaded.timestamp as f64,
            state: loaded.state.map(|state| state.to_vec()),
        })
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
        token: &[u8],
    ) -> Result<f64> {
        let id = PersistenceId::new(id)?;
        let revision = whole("revision", revision)?;
        let token = token.try_into().map(AppendToken::from_bytes);
        let token = token.map_err(|_| invalid("a token has 16 bytes"))?;
        Ok(self.0.change(&id, revision, state.map(NewState::bytes), token).await? as f64)
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
