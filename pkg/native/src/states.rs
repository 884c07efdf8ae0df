//! Durable states.

use actor_journal_binding as binding;
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Uint8Array},
};
use napi_derive::napi;
use serde_json::Value;

use super::{Result, StoredState, begun, failed, options};

/// Opens a durable state store.
#[napi]
pub async fn open_durable_states(open_options: Value) -> Result<DurableStatesHandle> {
    let opened = binding::DurableStatesHandle::open(options(open_options).map_err(failed)?).await;
    opened.map(DurableStatesHandle).map_err(failed)
}

/// An open durable state store.
#[napi]
pub struct DurableStatesHandle(binding::DurableStatesHandle);

#[napi]
impl DurableStatesHandle {
    /// What is held under an id.
    #[napi]
    pub fn load<'env>(&self, env: &'env Env, id: String) -> Result<PromiseRaw<'env, StoredState>> {
        let handle = self.0.clone();
        begun(env, async move { handle.load(&id).await.map(StoredState::from) })
    }

    /// Puts a state, or none, in place of the one that has `revision`.
    #[napi]
    pub fn change<'env>(
        &self,
        env: &'env Env,
        id: String,
        revision: f64,
        state: Option<Uint8Array>,
        manifest: Value,
        token: Uint8Array,
    ) -> Result<PromiseRaw<'env, f64>> {
        let handle = self.0.clone();
        begun(env, async move {
            let manifest = options(manifest)?;
            handle.change(&id, revision, state.as_deref(), manifest, &token).await
        })
    }

    /// One part of a check.
    #[napi]
    pub fn verify_part<'env>(
        &self,
        env: &'env Env,
        cursor: String,
    ) -> Result<PromiseRaw<'env, String>> {
        let handle = self.0.clone();
        begun(env, async move { handle.verify_part(cursor).await })
    }

    /// Closes the store.
    #[napi]
    pub fn close<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.close().await })
    }
}
