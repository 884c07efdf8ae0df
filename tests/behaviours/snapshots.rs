//! When states are kept, and what that lets go of.

use std::sync::{Arc, Mutex};

use actor_journal::{ActorSystem, Retention};

use super::{
    account::{Account, Command, code},
    place::Place,
    unreliable::FullSnapshots,
};

pub async fn snapshots_by_policy(place: &Place) {
    let mut ada = Account::unheard("ada");
    ada.snapshot_every = 3;
    let account = ada.spawn(&place.system());
    for _ in 0..7 {
        account.ask(Command::Deposit(1)).await.unwrap();
    }
    assert_eq!(place.snapshot_seqs(&ada).await, [6, 3]);
    // One that becomes due within a batch holds the state behind the batch.
    account.ask(Command::DepositAll(vec![1; 3])).await.unwrap();
    let latest = place.snapshots.load_latest(&ada.id).await.unwrap().unwrap();
    assert_eq!((latest.seq, latest.decode::<u64>().unwrap()), (10, 10));
}

pub async fn a_snapshot_on_demand(place: &Place) {
    let (mut ada, mut heard) = Account::new("ada");
    // By policy alone, not on demand.
    ada.retention = Retention::Compact;
    let system = place.system();
    let account = ada.spawn(&system);
    // Before the first event there is nothing to save, which is no failure.
    account.ask(Command::Snapshot).await.unwrap();
    assert!(place.snapshot_seqs(&ada).await.is_empty());
    account.ask(Command::DepositAll(vec![1, 2])).await.unwrap();
    account.ask(Command::Snapshot).await.unwrap();
    assert_eq!(place.snapshot_seqs(&ada).await, [2]);
    assert_eq!(place.events(&ada).await.len(), 2);
    system.stop("ada").await;
    assert_eq!((&*heard.next().await, &*heard.next().await), ("recovered 0", "gone"));
    assert_eq!(ada.spawn(&system).ask(Command::Balance).await.unwrap(), 3);
}

pub async fn a_failing_snapshot_is_reported_and_changes_nothing_else(place: &Place) {
    let (mut ada, mut heard) = Account::new("ada");
    ada.snapshot_every = 1;
    let store = FullSnapshots { store: place.snapshots.clone(), is_full: Mutex::new(true) };
    let store = Arc::new(store);
    let account = ada.spawn(&place.builder().snapshots(store.clone()).build().unwrap());
    assert_eq!(account.ask(Command::Deposit(1)).await.unwrap(), 1);
    heard.until("unsaved full").await;
    *store.is_full.lock().unwrap() = false;
    assert_eq!(account.ask(Command::Deposit(2)).await.unwrap(), 3);
    assert_eq!(place.snapshot_seqs(&ada).await, [2]);
    let (bob, mut heard) = Account::new("bob");
    let system = ActorSystem::builder(place.journal.clone());
    let account = bob.spawn(&place.in_executor(system).build().unwrap());
    account.tell(Command::Deposit(1)).unwrap();
    assert_eq!(account.ask(Command::Snapshot).await.unwrap(), 1);
    heard.until("unsaved no-snapshot-store").await;
}

pub async fn retention_compacts_what_kept_snapshots_cover(place: &Place) {
    let mut ada = Account::unheard("ada");
    (ada.snapshot_every, ada.retention) = (2, Retention::Compact);
    let system = place.system();
    let account = ada.spawn(&system);
    for _ in 0..11 {
        account.ask(Command::Deposit(1)).await.unwrap();
    }
    let kept = place.snapshot_seqs(&ada).await;
    assert_eq!(kept, [10, 8, 6]);
    let seqs: Vec<u64> = place.stored(&ada.id).await.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, [7, 8, 9, 10, 11]);
    system.stop("ada").await;
    assert_eq!(ada.spawn(&system).ask(Command::Deposit(1)).await.unwrap(), 12);
}

pub async fn delete_history_is_refused_where_no_snapshot_covers_it(place: &Place) {
    let ada = Account::unheard("ada");
    let account = ada.spawn(&place.system());
    assert_eq!(account.ask(Command::DeleteHistory(1)).await.unwrap(), 0, "there is none");
    account.ask(Command::DepositAll(vec![1, 2])).await.unwrap();
    assert_eq!(code(account.ask(Command::DeleteHistory(1)).await), "not-covered");
    account.ask(Command::Snapshot).await.unwrap();
    account.ask(Command::Deposit(4)).await.unwrap();
    assert_eq!(code(account.ask(Command::DeleteHistory(3)).await), "not-covered");
    assert_eq!(place.events(&ada).await.len(), 3);
    assert_eq!(account.ask(Command::DeleteHistory(2)).await.unwrap(), 7);
    assert_eq!(place.stored(&ada.id).await[0].seq, 3);
}
