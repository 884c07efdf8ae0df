use actor_journal::{
    ErrorKind, InMemoryJournal, Journal, Manifest, NewState, Seq, Snapshot, SnapshotBounds,
    SnapshotStore,
};

use crate::words::{append, batch, id, read, seqs};

fn state(value: u64) -> NewState {
    NewState::json(&value).unwrap()
}

async fn save(store: &impl SnapshotStore, seq: Seq, value: u64) {
    store.save(&id("a"), seq, state(value)).await.unwrap();
}

fn pair(snapshot: Option<Snapshot>) -> Option<(Seq, u64)> {
    snapshot.map(|snapshot| (snapshot.seq, snapshot.decode().unwrap()))
}

pub async fn the_latest_is_loaded(store: &impl SnapshotStore) {
    assert_eq!(store.load_latest(&id("a")).await.unwrap(), None);
    save(store, 10, 100).await;
    save(store, 20, 200).await;
    save(store, 15, 150).await;
    assert_eq!(pair(store.load_latest(&id("a")).await.unwrap()), Some((20, 200)));
    assert_eq!(pair(store.load_before(&id("a"), 20).await.unwrap()), Some((15, 150)));
    assert_eq!(pair(store.load_before(&id("a"), 10).await.unwrap()), None);
    assert_eq!(store.load_latest(&id("b")).await.unwrap(), None);
}

pub async fn a_save_at_the_same_seq_overwrites(store: &impl SnapshotStore) {
    save(store, 10, 1).await;
    save(store, 10, 2).await;
    assert_eq!(pair(store.load_latest(&id("a")).await.unwrap()), Some((10, 2)));
    assert_eq!(pair(store.load_before(&id("a"), 10).await.unwrap()), None);
}

pub async fn the_manifest_is_kept(store: &impl SnapshotStore) {
    let manifest = async || store.load_latest(&id("a")).await.unwrap().unwrap().manifest;
    for (seq, version) in [(1, 1), (1, 2), (2, 7)] {
        let named = state(1).named("account", version).unwrap();
        store.save(&id("a"), seq, named).await.unwrap();
        assert_eq!(manifest().await, Some(Manifest::new("account", version).unwrap()));
    }
    save(store, 2, 1).await;
    assert_eq!(manifest().await, None, "what is saved over it has none");
}

pub async fn three_are_kept(store: &impl SnapshotStore) {
    for seq in 1..=5 {
        save(store, seq, seq).await;
    }
    store.save(&id("b"), 1, state(1)).await.unwrap();
    let mut kept = Vec::new();
    let mut before = Seq::MAX;
    while let Some((seq, _)) = pair(store.load_before(&id("a"), before).await.unwrap()) {
        kept.push(seq);
        before = seq;
    }
    assert_eq!(kept, [5, 4, 3]);
    assert_eq!(pair(store.load_latest(&id("b")).await.unwrap()), Some((1, 1)));
}

pub async fn bounds_are_inclusive(store: &impl SnapshotStore) {
    save(store, 10, 1).await;
    save(store, 20, 2).await;
    let within = async |bounds| pair(store.load(&id("a"), bounds).await.unwrap());
    let all = SnapshotBounds::default();
    assert_eq!(within(SnapshotBounds { max_seq: 10, ..all }).await, Some((10, 1)));
    assert_eq!(within(SnapshotBounds { min_seq: 20, ..all }).await, Some((20, 2)));
    assert_eq!(within(SnapshotBounds { min_seq: 11, max_seq: 19, ..all }).await, None);
    let timestamp = store.load_before(&id("a"), 20).await.unwrap().unwrap().timestamp;
    let then =
        SnapshotBounds { min_timestamp: timestamp, max_timestamp: timestamp, max_seq: 19, ..all };
    assert_eq!(within(then).await, Some((10, 1)));
    assert_eq!(within(SnapshotBounds { max_timestamp: timestamp - 1, ..all }).await, None);
}

pub async fn deletes_up_to_a_seq(store: &impl SnapshotStore) {
    for seq in 1..=3 {
        save(store, seq, seq).await;
    }
    store.delete(&id("a"), 2).await.unwrap();
    store.delete(&id("nobody"), 2).await.unwrap();
    assert_eq!(pair(store.load_latest(&id("a")).await.unwrap()), Some((3, 3)));
    assert_eq!(store.load_before(&id("a"), 3).await.unwrap(), None);
}

pub async fn compacts_a_journal_of_another_kind(store: &impl SnapshotStore) {
    compacts_what_every_kept_snapshot_covers(store, &InMemoryJournal::new()).await;
}

/// For a store that keeps three, and any journal.
pub async fn compacts_what_every_kept_snapshot_covers(
    store: &impl SnapshotStore,
    journal: &impl Journal,
) {
    let a = id("a");
    append(journal, "a", 0, batch(1..=20)).await;
    append(journal, "b", 0, batch(1..=2)).await;
    save(store, 4, 4).await;
    let left = async || seqs(&read(journal, "a").await);
    for (seq, oldest) in [(6, 4), (9, 4), (12, 6), (12, 6), (20, 9)] {
        store.save_and_compact(&a, seq, state(seq), journal).await.unwrap();
        assert_eq!(left().await, (oldest + 1..=20).collect::<Vec<_>>());
        assert_eq!(pair(store.load_latest(&a).await.unwrap()), Some((seq, seq)));
        assert_eq!(store.load_before(&a, oldest).await.unwrap(), None, "nothing older is kept");
    }
    assert_eq!(seqs(&read(journal, "b").await), [1, 2]);

    let error = store.save_and_compact(&a, 21, state(21), journal).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::SnapshotIntegrity { id: a.clone(), seq: 21 });
    let error = store.save_and_compact(&a, 0, state(0), journal).await.unwrap_err();
    assert_eq!(error.code(), "invalid-argument");
    assert_eq!(pair(store.load_latest(&a).await.unwrap()), Some((20, 20)));
    assert_eq!(left().await.first(), Some(&10));

    save(store, 100, 100).await;
    let error = store.save_and_compact(&a, 20, state(1), journal).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::SnapshotIntegrity { id: a.clone(), seq: 100 });
    assert_eq!(pair(store.load_before(&a, 100).await.unwrap()), Some((20, 20)));
    assert_eq!(left().await.first(), Some(&10));

    journal.close().await.unwrap();
    let error = store.save_and_compact(&a, 20, state(1), journal).await.unwrap_err();
    assert!(error.is_closed());
    assert_eq!(pair(store.load_before(&a, 100).await.unwrap()), Some((20, 20)));
}

pub async fn a_seq_no_event_can_have_is_refused(store: &impl SnapshotStore) {
    for seq in [0, 1 << 53, Seq::MAX] {
        let error = store.save(&id("a"), seq, state(1)).await.unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
    }
    assert_eq!(store.load_latest(&id("a")).await.unwrap(), None);
}

pub async fn closing_ends_every_call(store: &impl SnapshotStore) {
    save(store, 1, 1).await;
    store.close().await.unwrap();
    store.close().await.unwrap();
    let answers = [
        store.save(&id("a"), 2, state(1)).await,
        store.load_latest(&id("a")).await.map(drop),
        store.delete(&id("a"), 1).await,
    ];
    for answer in answers {
        assert!(answer.unwrap_err().is_closed());
    }
}
