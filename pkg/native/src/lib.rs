//! The Node-API binding of the npm package. It converts and delegates, nothing else; what each
//! method means stands in `pkg/src/binding.ts`.

#![deny(clippy::unwrap_used)]

pub mod backups;
pub mod lines;
pub mod projections;
pub mod restores;
pub mod states;

use std::task::{Context, Poll, Waker};

use actor_journal::{Error, ErrorKind};
use actor_journal_binding as binding;
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, ToNapiValue, Uint8Array},
};
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde_json::Value;

type Result<T> = napi::Result<T>;

fn failed(error: Error) -> napi::Error {
    napi::Error::from_reason(error.to_json())
}

fn options<T: DeserializeOwned>(value: Value) -> actor_journal::Result<T> {
    serde_json::from_value(value)
        .map_err(|error| Error::new(ErrorKind::InvalidArgument, error.to_string()))
}

/// Begins `call` on JavaScript's own thread, so that calls take their places in the journal's
/// queue in the order in which they were made, and waits for its answer on another.
fn begun<T: ToNapiValue + Send + 'static>(
    env: &Env,
    call: impl Future<Output = actor_journal::Result<T>> + Send + 'static,
) -> Result<PromiseRaw<'_, T>> {
    let mut call = Box::pin(call);
    let begun = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    env.spawn_future(async move {
        let answer = match begun {
            Poll::Ready(answer) => answer,
            Poll::Pending => call.await,
        };
        answer.map_err(failed)
    })
}

/// Opens a journal.
#[napi]
pub async fn open_journal(open_options: Value) -> Result<JournalHandle> {
    let opened = binding::JournalHandle::open(options(open_options).map_err(failed)?).await;
    opened.map(JournalHandle).map_err(failed)
}

/// Opens a snapshot store.
#[napi]
pub async fn open_snapshots(open_options: Value) -> Result<SnapshotsHandle> {
    let opened = binding::SnapshotsHandle::open(options(open_options).map_err(failed)?).await;
    opened.map(SnapshotsHandle).map_err(failed)
}

/// An open journal.
#[napi]
pub struct JournalHandle(binding::JournalHandle);

#[napi]
impl JournalHandle {
    /// Makes packed appends.
    #[napi]
    pub fn append<'env>(
        &self,
        env: &'env Env,
        appends: Uint8Array,
    ) -> Result<PromiseRaw<'env, Uint8Array>> {
        let handle = self.0.clone();
        begun(env, async move { handle.append(&appends).await.map(Uint8Array::from) })
    }

    /// One packed page of a stream.
    #[napi]
    pub fn replay_page<'env>(
        &self,
        env: &'env Env,
        id: String,
        from_seq: f64,
        to_seq: f64,
        limit: f64,
        continuing: bool,
    ) -> Result<PromiseRaw<'env, Uint8Array>> {
        let handle = self.0.clone();
        begun(env, async move {
            let page = handle.replay_page(&id, from_seq, to_seq, limit, continuing).await;
            page.map(Uint8Array::from)
        })
    }

    /// One packed page of the whole journal.
    #[napi]
    pub fn events_page<'env>(
        &self,
        env: &'env Env,
        filter: Value,
        after: f64,
        until: f64,
        limit: f64,
    ) -> Result<PromiseRaw<'env, Uint8Array>> {
        let handle = self.0.clone();
        begun(env, async move {
            let page = handle.events_page(options(filter)?, after, until, limit).await;
            page.map(Uint8Array::from)
        })
    }

    /// One packed page of a stream, for which this waits.
    #[napi]
    pub fn live_replay_page<'env>(
        &self,
        env: &'env Env,
        id: String,
        from_seq: f64,
        to_seq: f64,
        continuing: bool,
        number: f64,
    ) -> Result<PromiseRaw<'env, Uint8Array>> {
        let handle = self.0.clone();
        begun(env, async move {
            let page = handle.live_replay_page(&id, from_seq, to_seq, continuing, number).await;
            page.map(Uint8Array::from)
        })
    }

    /// One packed page of the whole journal, for which this waits.
    #[napi]
    pub fn live_events_page<'env>(
        &self,
        env: &'env Env,
        filter: Value,
        after: f64,
        number: f64,
    ) -> Result<PromiseRaw<'env, Uint8Array>> {
        let handle = self.0.clone();
        begun(env, async move {
            let page = handle.live_events_page(options(filter)?, after, number).await;
            page.map(Uint8Array::from)
        })
    }

    /// Ends a call that waits for a page.
    #[napi]
    pub fn end_live<'env>(&self, env: &'env Env, number: f64) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.end_live(number) })
    }

    /// The last position.
    #[napi]
    pub fn last_position<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, f64>> {
        let handle = self.0.clone();
        begun(env, async move { handle.last_position().await })
    }

    /// The highest seq of a stream.
    #[napi]
    pub fn highest_seq<'env>(&self, env: &'env Env, id: String) -> Result<PromiseRaw<'env, f64>> {
        let handle = self.0.clone();
        begun(env, async move { handle.highest_seq(&id).await })
    }

    /// Compacts a stream.
    #[napi]
    pub fn delete<'env>(
        &self,
        env: &'env Env,
        id: String,
        to_seq: f64,
    ) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.delete(&id, to_seq).await })
    }

    /// Raises a stream's compaction mark.
    #[napi]
    pub fn raise_compaction_mark<'env>(
        &self,
        env: &'env Env,
        id: String,
        through_seq: f64,
    ) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.raise_compaction_mark(&id, through_seq).await })
    }

    /// One page of the ids.
    #[napi]
    pub fn persistence_ids<'env>(
        &self,
        env: &'env Env,
        after: Option<String>,
        limit: f64,
    ) -> Result<PromiseRaw<'env, Vec<String>>> {
        let handle = self.0.clone();
        begun(env, async move { handle.persistence_ids(after.as_deref(), limit).await })
    }

    /// One page of the ids in the order in which their streams began, for which this waits.
    #[napi]
    pub fn live_persistence_ids_page<'env>(
        &self,
        env: &'env Env,
        skip: f64,
        number: f64,
    ) -> Result<PromiseRaw<'env, Vec<String>>> {
        let handle = self.0.clone();
        begun(env, async move { handle.live_persistence_ids_page(skip, number).await })
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

    /// Closes the journal.
    #[napi]
    pub fn close<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.close().await })
    }
}

/// An open snapshot store.
#[napi]
pub struct SnapshotsHandle(binding::SnapshotsHandle);

#[napi]
impl SnapshotsHandle {
    /// Keeps a state.
    #[napi]
    pub fn save<'env>(
        &self,
        env: &'env Env,
        id: String,
        seq: f64,
        state: Uint8Array,
        manifest: Value,
    ) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.save(&id, seq, &state, options(manifest)?).await })
    }

    /// Keeps a state and removes the events that are covered.
    #[napi]
    pub fn save_and_compact<'env>(
        &self,
        env: &'env Env,
        id: String,
        seq: f64,
        state: Uint8Array,
        manifest: Value,
        events_table: String,
    ) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move {
            let manifest = options(manifest)?;
            handle.save_and_compact(&id, seq, &state, manifest, &events_table).await
        })
    }

    /// The latest snapshot within bounds.
    #[napi]
    pub fn load<'env>(
        &self,
        env: &'env Env,
        id: String,
        bounds: Value,
    ) -> Result<PromiseRaw<'env, Option<StoredState>>> {
        let handle = self.0.clone();
        begun(env, async move {
            let loaded = handle.load(&id, options(bounds)?).await?;
            Ok(loaded.map(StoredState::from))
        })
    }

    /// Removes snapshots.
    #[napi]
    pub fn delete<'env>(
        &self,
        env: &'env Env,
        id: String,
        to_seq: f64,
    ) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.delete(&id, to_seq).await })
    }

    /// One part of a check.
    #[napi]
    pub fn verify_part<'env>(
        &self,
        env: &'env Env,
        cursor: String,
        events_table: Option<String>,
    ) -> Result<PromiseRaw<'env, String>> {
        let handle = self.0.clone();
        begun(env, async move { handle.verify_part(cursor, events_table.as_deref()).await })
    }

    /// Closes the store.
    #[napi]
    pub fn close<'env>(&self, env: &'env Env) -> Result<PromiseRaw<'env, ()>> {
        let handle = self.0.clone();
        begun(env, async move { handle.close().await })
    }
}

/// `StoredState` in TypeScript.
#[napi(object)]
pub struct StoredState {
    /// Of a snapshot the last event that it contains, of a durable state its revision.
    pub sequence_nr: f64,
    /// When it was written, in milliseconds.
    pub timestamp: f64,
    /// The state as its codec wrote it, where there is one.
    pub state: Option<Uint8Array>,
    /// The name of its manifest, where it has one.
    pub manifest: Option<String>,
    /// The version of its manifest, where it has one.
    pub version: Option<u32>,
}

impl From<binding::StoredState> for StoredState {
    fn from(found: binding::StoredState) -> Self {
        let binding::StoredState { sequence_nr, timestamp, state, manifest, version } = found;
        Self { sequence_nr, timestamp, state: state.map(Uint8Array::from), manifest, version }
    }
}
