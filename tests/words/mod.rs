//! What scenarios are written with.

// Each test file uses some of the words.
#![allow(dead_code, unused_macros, unused_imports)]

use actor_journal::{
    Batch, Journal, NewEvent, PersistenceId, PersistentEvent, ReplayRange, Seq, TagFilter,
};
use futures_util::TryStreamExt;

/// Makes a test of a future: on a thread natively, on the event loop in wasm.
macro_rules! test_in {
    (thread, $name:ident, $body:expr) => {
        #[test]
        fn $name() {
            pollster::block_on($body);
        }
    };
    (event_loop, $name:ident, $body:expr) => {
        #[wasm_bindgen_test::wasm_bindgen_test]
        async fn $name() {
            $body.await;
        }
    };
}

pub(crate) use test_in;

pub fn id(id: &str) -> PersistenceId {
    PersistenceId::new(id).expect("a valid id")
}

pub fn event(value: u64) -> NewEvent {
    NewEvent::json(&value).expect("a number is JSON")
}

pub fn tagged(value: u64, tags: &[&str]) -> NewEvent {
    event(value).tagged(tags).expect("valid tags")
}

pub fn named(value: u64, manifest: &str, version: u32) -> NewEvent {
    event(value).named(manifest, version).expect("a valid manifest")
}

/// Events whose values are `values`.
pub fn batch(values: impl IntoIterator<Item = u64>) -> Batch {
    values.into_iter().map(event).collect::<Vec<_>>().into()
}

pub fn values(events: &[PersistentEvent]) -> Vec<u64> {
    events.iter().map(|event| event.json().expect("a number")).collect()
}

pub fn seqs(events: &[PersistentEvent]) -> Vec<Seq> {
    events.iter().map(|event| event.seq).collect()
}

pub async fn append(
    journal: &impl Journal,
    stream: &str,
    expected: Seq,
    batch: impl Into<Batch>,
) -> Vec<PersistentEvent> {
    journal.append(&id(stream), expected, batch.into()).await.expect("an append")
}

pub async fn read(journal: &impl Journal, stream: &str) -> Vec<PersistentEvent> {
    journal.read(&id(stream), ReplayRange::from(..)).await.expect("a replay")
}

pub async fn tagged_with(journal: &impl Journal, filter: TagFilter) -> Vec<u64> {
    let events: Vec<_> = journal.events_by_tag(filter, 0).try_collect().await.expect("a query");
    values(&events)
}

pub async fn everything(journal: &impl Journal) -> Vec<PersistentEvent> {
    journal.all_events(0).try_collect().await.expect("a query")
}
