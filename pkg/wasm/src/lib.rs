//! The wasm binding of the npm package. It converts and delegates, nothing else; what each method
//! means stands in `pkg/src/binding.ts`.

#![deny(clippy::unwrap_used)]

use actor_journal::{Error, ErrorKind};
use actor_journal_binding as binding;
use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

type Result<T> = std::result::Result<T, JsValue>;

fn failed(error: Error) -> JsValue {
    js_sys::Error::new(&error.to_json()).into()
}

fn options<T: DeserializeOwned>(value: JsValue) -> Result<T> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| failed(Error::new(ErrorKind::InvalidArgument, error.to_string())))
}

/// Opens a journal.
#[wasm_bindgen(js_name = openJournal)]
pub async fn open_journal(open_options: JsValue) -> Result<JournalHandle> {
    let opened = binding::JournalHandle::open(options(open_options)?).await;
    opened.map(JournalHandle).map_err(failed)
}

/// Opens a snapshot store.
#[wasm_bindgen(js_name = openSnapshots)]
pub async fn open_snapshots(open_options: JsValue) -> Result<SnapshotsHandle> {
    let opened = binding::SnapshotsHandle::open(options(open_options)?).await;
    opened.map(SnapshotsHandle).map_err(failed)
}

/// An open journal.
#[wasm_bindgen]
pub struct JournalHandle(binding::JournalHandle);

#[wasm_bindgen]
impl JournalHandle {
    /// Appends packed entries.
    pub async fn append(
        &self,
        id: String,
        expected_seq: f64,
        entries: Vec<u8>,
        token: String,
    ) -> Result<Vec<f64>> {
        self.0.append(&id, expected_seq, &entries, &token).await.map_err(failed)
    }

    /// One packed page of a stream.
    #[wasm_bindgen(js_name = replayPage)]
    pub async fn replay_page(
        &self,
        id: String,
        from_seq: f64,
        to_seq: f64,
        limit: f64,
        continuing: bool,
    ) -> Result<Vec<u8>> {
        self.0.replay_page(&id, from_seq, to_seq, limit, continuing).await.map_err(failed)
    }

    /// One packed page of the whole journal.
    #[wasm_bindgen(js_name = eventsPage)]
    pub async fn events_page(
        &self,
        filter: JsValue,
        after: f64,
        until: f64,
        limit: f64,
    ) -> Result<Vec<u8>> {
        self.0.events_page(options(filter)?, after, until, limit).await.map_err(failed)
    }

    /// The highest seq of a stream.
    #[wasm_bindgen(js_name = highestSeq)]
    pub async fn highest_seq(&self, id: String) -> Result<f64> {
        self.0.highest_seq(&id).await.map_err(failed)
    }

    /// Compacts a stream.
    pub async fn delete(&self, id: String, to_seq: f64) -> Result<()> {
        self.0.delete(&id, to_seq).await.map_err(failed)
    }

    /// Raises a stream's compaction mark.
    #[wasm_bindgen(js_name = raiseCompactionMark)]
    pub async fn raise_compaction_mark(&self, id: String, through_seq: f64) -> Result<()> {
        self.0.raise_compaction_mark(&id, through_seq).await.map_err(failed)
    }

    /// One page of the ids.
    #[wasm_bindgen(js_name = persistenceIds)]
    pub async fn persistence_ids(&self, after: Option<String>, limit: f64) -> Result<Vec<String>> {
        self.0.persistence_ids(after.as_deref(), limit).await.map_err(failed)
    }

    /// Closes the journal.
    pub async fn close(&self) -> Result<()> {
        self.0.close().await.map_err(failed)
    }
}

/// An open snapshot store.
#[wasm_bindgen]
pub struct SnapshotsHandle(binding::SnapshotsHandle);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredSnapshot {
    sequence_nr: f64,
    timestamp: f64,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    state: Uint8Array,
}

#[wasm_bindgen]
impl SnapshotsHandle {
    /// Keeps a state.
    pub async fn save(&self, id: String, seq: f64, state: Vec<u8>) -> Result<()> {
        self.0.save(&id, seq, &state).await.map_err(failed)
    }

    /// The latest snapshot within bounds.
    pub async fn load(&self, id: String, bounds: JsValue) -> Result<JsValue> {
        let Some(snapshot) = self.0.load(&id, options(bounds)?).await.map_err(failed)? else {
            return Ok(JsValue::UNDEFINED);
        };
        let state = Uint8Array::from(&*snapshot.state);
        let binding::StoredSnapshot { sequence_nr, timestamp, .. } = snapshot;
        Ok(serde_wasm_bindgen::to_value(&StoredSnapshot { sequence_nr, timestamp, state })?)
    }

    /// Removes snapshots.
    pub async fn delete(&self, id: String, to_seq: f64) -> Result<()> {
        self.0.delete(&id, to_seq).await.map_err(failed)
    }

    /// Closes the store.
    pub async fn close(&self) -> Result<()> {
        self.0.close().await.map_err(failed)
    }
}
