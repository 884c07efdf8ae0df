//! Restores.

use actor_journal_binding as binding;
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Uint8Array},
};
use napi_derive::napi;
use serde_json::Value;

use super::{Result, begun, failed, options};

/// Begins a restore, from a file or in pieces.
#[napi]
pub async fn open_restore(open_options: Value, from: Option<String>) -> Result<RestoreHandle> {
    let opening = binding::RestoreHandle::open(options(open_options).map_err(failed)?, from);
    opening.await.map(RestoreHandle).map_err(failed)
}

/// A restore under way.
#[napi]
pub struct RestoreHandle(binding::RestoreHandle);

#[napi]
impl RestoreHandle {
    /// Takes the next piece.
    #[napi]
    pub fn write<'env>(
        &self,
        env: &'env Env,
        offset: f64,
        bytes: Uint8Array,
    ) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.write(offset, &bytes) })
    }

    /// Goes on to check the copy and to put it in its place.
    #[napi]
    pub fn finish<'env>(&self, env: &'env Env, length: f64) -> Result<PromiseRaw<'env, Vec<f64>>> {
        let handle = self.0.clone();
        begun(env, async move { handle.finish(length).await })
    }

    /// Gives it up, unless it is finished.
    #[napi]
    pub fn close<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move {
            handle.close();
            Ok(())
        })
    }
}
