use actor_journal_binding as binding;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::{
    nothing,
    options::{Manifest, OpenOptions},
    promise, stored,
};

/// Opens a durable state store.
#[wasm_bindgen(js_name = openDurableStates)]
pub fn open_durable_states(options: OpenOptions) -> Promise {
    let opening = binding::DurableStatesHandle::open(options.into());
    promise(async { opening.await.map(DurableStatesHandle) })
}

/// An open durable state store.
#[wasm_bindgen]
pub struct DurableStatesHandle(binding::DurableStatesHandle);

#[wasm_bindgen]
impl DurableStatesHandle {
    /// What is held under an id.
    pub fn load(&self, id: String) -> Promise {
        let handle = self.0.clone();
        promise(async move { stored(handle.load(&id).await?) })
    }

    /// Puts a state, or none, in place of the one that has `revision`.
    pub fn change(
        &self,
        id: String,
        revision: f64,
        state: Option<Vec<u8>>,
        manifest: Manifest,
        token: Vec<u8>,
    ) -> Promise {
        let (handle, manifest) = (self.0.clone(), manifest.into());
        promise(
            async move { handle.change(&id, revision, state.as_deref(), manifest, &token).await },
        )
    }

    /// One part of a check.
    #[wasm_bindgen(js_name = verifyPart)]
    pub fn verify_part(&self, cursor: String) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.verify_part(cursor).await })
    }

    /// Closes the store.
    pub fn close(&self) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.close().await) })
    }
}
