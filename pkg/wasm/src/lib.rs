//! The wasm binding of the npm package. It converts and delegates, nothing else; what each method
//! means stands in `pkg/src/binding.ts`.

#![deny(clippy::unwrap_used)]

mod copies;
mod options;
mod projections;
mod states;

use std::pin::Pin;

use actor_journal::{Error, ErrorKind};
use actor_journal_binding as binding;
use js_sys::{Promise, Uint8Array};
use options::{Filter, Manifest, OpenOptions, SnapshotBounds};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

type Result<T> = std::result::Result<T, JsValue>;

fn failed(error: Error) -> JsValue {
    js_sys::Error::new(&error.to_json()).into()
}

/// The promise of an answer. One type of future for all calls keeps the wasm small. Objects are read
/// before: what they throw has nowhere to go from within a future, which would never be answered.
fn promise<T: Into<JsValue> + 'static>(
    call: impl Future<Output = actor_journal::Result<T>> + 'static,
) -> Promise {
    let answer = async { call.await.map(Into::into).map_err(failed) };
    let answer: Pin<Box<dyn Future<Output = Result<JsValue>>>> = Box::pin(answer);
    future_to_promise(answer)
}

/// Opens a journal.
#[wasm_bindgen(js_name = openJournal)]
pub fn open_journal(options: OpenOptions) -> Promise {
    let opening = binding::JournalHandle::open(options.into());
    promise(async { opening.await.map(JournalHandle) })
}

/// Opens a snapshot store.
#[wasm_bindgen(js_name = openSnapshots)]
pub fn open_snapshots(options: OpenOptions) -> Promise {
    let opening = binding::SnapshotsHandle::open(options.into());
    promise(async { opening.await.map(SnapshotsHandle) })
}

/// An open journal.
#[wasm_bindgen]
pub struct JournalHandle(binding::JournalHandle);

#[wasm_bindgen]
impl JournalHandle {
    /// Makes packed appends.
    pub fn append(&self, appends: Vec<u8>) -> Promise {
        let handle = self.0.clone();
        promise(async move { Ok(Uint8Array::from(&*handle.append(&appends).await?)) })
    }

    /// One packed page of a stream.
    #[wasm_bindgen(js_name = replayPage)]
    pub fn replay_page(
        &self,
        id: String,
        from_seq: f64,
        to_seq: f64,
        limit: f64,
        continuing: bool,
    ) -> Promise {
        let handle = self.0.clone();
        promise(async move {
            let page = handle.replay_page(&id, from_seq, to_seq, limit, continuing).await?;
            Ok(Uint8Array::from(&*page))
        })
    }

    /// One packed page of the whole journal.
    #[wasm_bindgen(js_name = eventsPage)]
    pub fn events_page(&self, filter: Filter, after: f64, until: f64, limit: f64) -> Promise {
        let (handle, filter) = (self.0.clone(), filter.into());
        promise(async move {
            let page = handle.events_page(filter, after, until, limit).await?;
            Ok(Uint8Array::from(&*page))
        })
    }

    /// One packed page of a stream, for which this waits.
    #[wasm_bindgen(js_name = liveReplayPage)]
    pub fn live_replay_page(
        &self,
        id: String,
        from_seq: f64,
        to_seq: f64,
        continuing: bool,
        number: f64,
    ) -> Promise {
        let handle = self.0.clone();
        promise(async move {
            let page = handle.live_replay_page(&id, from_seq, to_seq, continuing, number).await?;
            Ok(Uint8Array::from(&*page))
        })
    }

    /// One packed page of the whole journal, for which this waits.
    #[wasm_bindgen(js_name = liveEventsPage)]
    pub fn live_events_page(&self, filter: Filter, after: f64, number: f64) -> Promise {
        let (handle, filter) = (self.0.clone(), filter.into());
        promise(async move {
            let page = handle.live_events_page(filter, after, number).await?;
            Ok(Uint8Array::from(&*page))
        })
    }

    /// Ends a call that waits for a page.
    #[wasm_bindgen(js_name = endLive)]
    pub fn end_live(&self, number: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.end_live(number)) })
    }

    /// The last position.
    #[wasm_bindgen(js_name = lastPosition)]
    pub fn last_position(&self) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.last_position().await })
    }

    /// The highest seq of a stream.
    #[wasm_bindgen(js_name = highestSeq)]
    pub fn highest_seq(&self, id: String) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.highest_seq(&id).await })
    }

    /// Compacts a stream.
    pub fn delete(&self, id: String, to_seq: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.delete(&id, to_seq).await) })
    }

    /// Raises a stream's compaction mark.
    #[wasm_bindgen(js_name = raiseCompactionMark)]
    pub fn raise_compaction_mark(&self, id: String, through_seq: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.raise_compaction_mark(&id, through_seq).await) })
    }

    /// One page of the ids.
    #[wasm_bindgen(js_name = persistenceIds)]
    pub fn persistence_ids(&self, after: Option<String>, limit: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.persistence_ids(after.as_deref(), limit).await })
    }

    /// One page of the ids in the order in which their streams began, for which this waits.
    #[wasm_bindgen(js_name = livePersistenceIdsPage)]
    pub fn live_persistence_ids_page(&self, skip: f64, number: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.live_persistence_ids_page(skip, number).await })
    }

    /// One part of a check.
    #[wasm_bindgen(js_name = verifyPart)]
    pub fn verify_part(&self, cursor: String) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.verify_part(cursor).await })
    }

    /// Closes the journal.
    pub fn close(&self) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.close().await) })
    }
}

/// The answer of a call that has none.
fn nothing(answer: actor_journal::Result<()>) -> actor_journal::Result<JsValue> {
    answer.map(|()| JsValue::UNDEFINED)
}

/// An open snapshot store.
#[wasm_bindgen]
pub struct SnapshotsHandle(binding::SnapshotsHandle);

#[wasm_bindgen]
impl SnapshotsHandle {
    /// Keeps a state.
    pub fn save(&self, id: String, seq: f64, state: Vec<u8>, manifest: Manifest) -> Promise {
        let (handle, manifest) = (self.0.clone(), manifest.into());
        promise(async move { nothing(handle.save(&id, seq, &state, manifest).await) })
    }

    /// Keeps a state and removes the events that are covered.
    #[wasm_bindgen(js_name = saveAndCompact)]
    pub fn save_and_compact(
        &self,
        id: String,
        seq: f64,
        state: Vec<u8>,
        manifest: Manifest,
        events_table: String,
    ) -> Promise {
        let (handle, manifest) = (self.0.clone(), manifest.into());
        promise(async move {
            nothing(handle.save_and_compact(&id, seq, &state, manifest, &events_table).await)
        })
    }

    /// The latest snapshot within bounds.
    pub fn load(&self, id: String, bounds: SnapshotBounds) -> Promise {
        let (handle, bounds) = (self.0.clone(), bounds.into());
        promise(async move { handle.load(&id, bounds).await?.map(stored).transpose() })
    }

    /// Removes snapshots.
    pub fn delete(&self, id: String, to_seq: f64) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.delete(&id, to_seq).await) })
    }

    /// One part of a check.
    #[wasm_bindgen(js_name = verifyPart)]
    pub fn verify_part(&self, cursor: String, events_table: Option<String>) -> Promise {
        let handle = self.0.clone();
        promise(async move { handle.verify_part(cursor, events_table.as_deref()).await })
    }

    /// Closes the store.
    pub fn close(&self) -> Promise {
        let handle = self.0.clone();
        promise(async move { nothing(handle.close().await) })
    }
}

/// `StoredState` in TypeScript.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredState {
    sequence_nr: f64,
    timestamp: f64,
    /// Bytes, or undefined.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    state: JsValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
}

fn stored(found: binding::StoredState) -> actor_journal::Result<JsValue> {
    let binding::StoredState { sequence_nr, timestamp, state, manifest, version } = found;
    let state = state.as_deref().map(Uint8Array::from).into();
    let found = StoredState { sequence_nr, timestamp, state, manifest, version };
    serde_wasm_bindgen::to_value(&found)
        .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))
}
