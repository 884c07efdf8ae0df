use actor_journal_binding as binding;
use js_sys::{Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::{Result, nothing, object, options, promise};

/// Opens a durable state store.
#[wasm_bindgen(js_name = openDurableStates)]
pub fn open_durable_states(open_options: JsValue) -> Result<Promise> {
    let opening = binding::DurableStatesHandle::open(options(open_options)?);
    Ok(promise(async { opening.await.map(DurableStatesHandle) }))
}

/// An open durable state store.
#[wasm_bindgen]
pub struct DurableStatesHandle(binding::DurableStatesHandle);

#[derive(Serialize)]
struct StoredState {
    revision: f64,
    timestamp: f64,
    /// Bytes, or undefined.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    state: JsValue,
}

#[wasm_bindgen]
impl DurableStatesHandle {
    /// What is held under an id.
    pub fn load(&self, id: String) -> Promise {
        let handle = self.0.clone();
        promise(async move {
            let binding::StoredState { revision, timestamp, state } = handle.load(&id).await?;
            let state = state.as_deref().map(Uint8Array::from).into();
            object(&StoredState { revision, timestamp, state })
        })
    }

    /// Puts a state, or none, in place of the one that has `revision`.
    pub fn change(
        &self,
        id: String,
        revision: f64,
        state: Option<Vec<u8>>,
        token: Vec<u8>,
    ) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.change(&id, revision, state.as_deref(), &token).await })
    }

    /// Closes the store.
    pub fn close(&self) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.close().await) })
    }
}
