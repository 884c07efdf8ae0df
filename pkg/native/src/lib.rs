//! The Node-API binding of the npm package. It converts and delegates, nothing else; what each
//! method means stands in `pkg/src/binding.ts`.

#![deny(clippy::unwrap_used)]

use actor_journal::{Error, ErrorKind};
use actor_journal_binding as binding;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde_json::Value;

type Result<T> = napi::Result<T>;

fn failed(error: Error) -> napi::Error {
    napi::Error::from_reason(error.to_json())
}

fn options<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value)
        .map_err(|error| failed(Error::new(ErrorKind::InvalidArgument, error.to_string())))
}

/// Opens a journal.
#[napi]
pub async fn open_journal(open_options: Value) -> Result<JournalHandle> {
    let opened = binding::JournalHandle::open(options(open_options)?).await;
    opened.map(JournalHandle).map_err(failed)
}

/// Opens a snapshot store.
#[napi]
pub async fn open_snapshots(open_options: Value) -> Result<SnapshotsHandle> {
    let opened = binding::SnapshotsHandle::open(options(open_options)?).await;
    opened.map(SnapshotsHandle).map_err(failed)
}

/// An open journal.
#[napi]
pub struct JournalHandle(binding::JournalHandle);

#[napi]
impl JournalHandle {
    /// Appends packed entries.
    #[napi]
    pub async fn append(
        &self,
        id: String,
        expected_seq: f64,
        entries: Uint8Array,
        token: String,
    ) -> Result<Vec<f64>> {
        self.0.append(&id, expected_seq, &entries, &token).await.map_err(failed)
    }

    /// One packed page of a stream.
    #[napi]
    pub async fn replay_page(
        &self,
        id: String,
        from_seq: f64,
        to_seq: f64,
        limit: f64,
        continuing: bool,
    ) -> Result<Uint8Array> {
        let page = self.0.replay_page(&id, from_seq, to_seq, limit, continuing).await;
        page.map(Uint8Array::from).map_err(failed)
    }

    /// One packed page of the whole journal.
    #[napi]
    pub async fn events_page(
        &self,
        filter: Value,
        after: f64,
        until: f64,
        limit: f64,
    ) -> Result<Uint8Array> {
        let page = self.0.events_page(options(filter)?, after, until, limit).await;
        page.map(Uint8Array::from).map_err(failed)
    }

    /// The highest seq of a stream.
    #[napi]
    pub async fn highest_seq(&self, id: String) -> Result<f64> {
        self.0.highest_seq(&id).await.map_err(failed)
    }

    /// Compacts a stream.
    #[napi]
    pub async fn delete(&self, id: String, to_seq: f64) -> Result<()> {
        self.0.delete(&id, to_seq).await.map_err(failed)
    }

    /// Raises a stream's compaction mark.
    #[napi]
    pub async fn raise_compaction_mark(&self, id: String, through_seq: f64) -> Result<()> {
        self.0.raise_compaction_mark(&id, through_seq).await.map_err(failed)
    }

    /// One page of the ids.
    #[napi]
    pub async fn persistence_ids(&self, after: Option<String>, limit: f64) -> Result<Vec<String>> {
        self.0.persistence_ids(after.as_deref(), limit).await.map_err(failed)
    }

    /// Closes the journal.
    #[napi]
    pub async fn close(&self) -> Result<()> {
        self.0.close().await.map_err(failed)
    }
}

/// An open snapshot store.
#[napi]
pub struct SnapshotsHandle(binding::SnapshotsHandle);

/// `StoredSnapshot` in TypeScript.
#[napi(object)]
pub struct StoredSnapshot {
    /// The last event that the state contains.
    pub sequence_nr: f64,
    /// When it was written, in milliseconds.
    pub timestamp: f64,
    /// The state as its codec wrote it.
    pub state: Uint8Array,
}

#[napi]
impl SnapshotsHandle {
    /// Keeps a state.
    #[napi]
    pub async fn save(&self, id: String, seq: f64, state: Uint8Array) -> Result<()> {
        self.0.save(&id, seq, &state).await.map_err(failed)
    }

    /// The latest snapshot within bounds.
    #[napi]
    pub async fn load(&self, id: String, bounds: Value) -> Result<Option<StoredSnapshot>> {
        let loaded = self.0.load(&id, options(bounds)?).await.map_err(failed)?;
        Ok(loaded.map(|snapshot| StoredSnapshot {
            sequence_nr: snapshot.sequence_nr,
            timestamp: snapshot.timestamp,
            state: snapshot.state.into(),
        }))
    }

    /// Removes snapshots.
    #[napi]
    pub async fn delete(&self, id: String, to_seq: f64) -> Result<()> {
        self.0.delete(&id, to_seq).await.map_err(failed)
    }

    /// Closes the store.
    #[napi]
    pub async fn close(&self) -> Result<()> {
        self.0.close().await.map_err(failed)
    }
}
