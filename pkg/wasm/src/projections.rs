use js_sys::{Float64Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{
    JournalHandle, nothing,
    options::{Projection, SkippedEvent},
    promise,
};

#[wasm_bindgen]
impl JournalHandle {
    /// Begins a build of a projection's tables.
    #[wasm_bindgen(js_name = beginProjection)]
    pub fn begin_projection(&self, projection: Projection, create: String, anew: bool) -> Promise {
        let (handle, projection) = (self.0.clone(), projection.into());
        promise(async move {
            let build = handle.begin_projection(projection, create, anew).await?;
            Ok(Float64Array::from(&*build))
        })
    }

    /// Applies what events change.
    #[wasm_bindgen(js_name = applyChanges)]
    pub fn apply_changes(
        &self,
        projection: Projection,
        build: f64,
        position: f64,
        end: f64,
        changes: Vec<u8>,
    ) -> Promise {
        let (handle, projection) = (self.0.clone(), projection.into());
        promise(async move {
            let build = handle.apply_changes(projection, build, position, end, &changes).await?;
            Ok(Float64Array::from(&*build))
        })
    }

    /// Passes over an event.
    #[wasm_bindgen(js_name = skipEvent)]
    pub fn skip_event(
        &self,
        projection: Projection,
        build: f64,
        position: f64,
        event: SkippedEvent,
    ) -> Promise {
        let (handle, projection, event) = (self.0.clone(), projection.into(), event.into());
        promise(async move {
            let build = handle.skip_event(projection, build, position, event).await?;
            Ok(Float64Array::from(&*build))
        })
    }

    /// Refuses a journal of which events were compacted.
    #[wasm_bindgen(js_name = checkUncompacted)]
    pub fn check_uncompacted(&self, projection: Projection) -> Promise {
        let (handle, projection) = (self.0.clone(), projection.into());
        promise(async move { nothing(handle.check_uncompacted(projection).await) })
    }

    /// Puts a build in the place of the one that stands.
    #[wasm_bindgen(js_name = swapProjection)]
    pub fn swap_projection(&self, projection: Projection, build: f64) -> Promise {
        let (handle, projection) = (self.0.clone(), projection.into());
        promise(async move { handle.swap_projection(projection, build).await })
    }

    /// The rows that a statement answers.
    #[wasm_bindgen(js_name = queryProjection)]
    pub fn query_projection(
        &self,
        projection: Projection,
        build: Option<f64>,
        sql: String,
        params: Vec<u8>,
    ) -> Promise {
        let (handle, projection) = (self.0.clone(), projection.into());
        promise(async move {
            let rows = handle.query_projection(projection, build, sql, &params).await?;
            Ok(Uint8Array::from(&*rows))
        })
    }

    /// The events that were passed over.
    #[wasm_bindgen(js_name = skippedEvents)]
    pub fn skipped_events(&self, projection: Projection, after: f64, limit: f64) -> Promise {
        let (handle, projection) = (self.0.clone(), projection.into());
        promise(async move { handle.skipped_events(projection, after, limit).await })
    }
}
