//! Projections.

use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Uint8Array},
};
use napi_derive::napi;
use serde_json::Value;

use super::{JournalHandle, Result, begun, options};

#[napi]
impl JournalHandle {
    /// Begins a build of a projection's tables.
    #[napi]
    pub fn begin_projection<'env>(
        &self,
        env: &'env Env,
        projection: Value,
        create: String,
        anew: bool,
    ) -> Result<PromiseRaw<'env, Vec<f64>>> {
        let handle = self.0.clone();
        begun(env, async move { handle.begin_projection(options(projection)?, create, anew).await })
    }

    /// Applies what events change.
    #[napi]
    pub fn apply_changes<'env>(
        &self,
        env: &'env Env,
        projection: Value,
        build: f64,
        position: f64,
        end: f64,
        changes: Uint8Array,
    ) -> Result<PromiseRaw<'env, Vec<f64>>> {
        let handle = self.0.clone();
        begun(env, async move {
            handle.apply_changes(options(projection)?, build, position, end, &changes).await
        })
    }

    /// Passes over an event.
    #[napi]
    pub fn skip_event<'env>(
        &self,
        env: &'env Env,
        projection: Value,
        build: f64,
        position: f64,
        event: Value,
    ) -> Result<PromiseRaw<'env, Vec<f64>>> {
        let handle = self.0.clone();
        begun(env, async move {
            handle.skip_event(options(projection)?, build, position, options(event)?).await
        })
    }

    /// Refuses a journal of which events were compacted.
    #[napi]
    pub fn check_uncompacted<'env>(
        &self,
        env: &'env Env,
        projection: Value,
    ) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.check_uncompacted(options(projection)?).await })
    }

    /// Puts a build in the place of the one that stands.
    #[napi]
    pub fn swap_projection<'env>(
        &self,
        env: &'env Env,
        projection: Value,
        build: f64,
    ) -> Result<PromiseRaw<'env, bool>> {
        let handle = self.0.clone();
        begun(env, async move { handle.swap_projection(options(projection)?, build).await })
    }

    /// The rows that a statement answers.
    #[napi]
    pub fn query_projection<'env>(
        &self,
        env: &'env Env,
        projection: Value,
        build: Option<f64>,
        sql: String,
        params: Uint8Array,
    ) -> Result<PromiseRaw<'env, Uint8Array>> {
        let handle = self.0.clone();
        begun(env, async move {
            let rows = handle.query_projection(options(projection)?, build, sql, &params).await;
            rows.map(Uint8Array::from)
        })
    }

    /// The events that were passed over.
    #[napi]
    pub fn skipped_events<'env>(
        &self,
        env: &'env Env,
        projection: Value,
        after: f64,
        limit: f64,
    ) -> Result<PromiseRaw<'env, String>> {
        let handle = self.0.clone();
        begun(env, async move { handle.skipped_events(options(projection)?, after, limit).await })
    }
}
