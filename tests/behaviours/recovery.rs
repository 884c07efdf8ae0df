//! How an actor comes to its state.

use actor_journal::{ActorError, AskError, Effect, ErrorKind, NewState};
use futures_util::future::{join, join_all};

use super::{
    account::{Account, Command, Event, code},
    place::Place,
    unreliable::Fault,
};

pub async fn recovers_state_from_its_events(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    place.deposit(&ada, [100, 20, 3]).await;
    let account = ada.spawn(&place.system());
    assert_eq!(account.ask(Command::Balance).await.unwrap(), 123);
    assert_eq!(heard.next().await, "recovered 123");
}

pub async fn recovers_from_the_latest_snapshot_and_the_events_after_it(place: &Place) {
    let ada = Account::unheard("ada");
    place.deposit(&ada, [1, 2, 3, 4]).await;
    // No fold of the events: what comes of it shows what was taken.
    place.snapshots.save(&ada.id, 1, NewState::json(&1000).unwrap()).await.unwrap();
    place.snapshots.save(&ada.id, 3, NewState::json(&5000).unwrap()).await.unwrap();
    let account = ada.spawn(&place.system());
    assert_eq!(account.ask(Command::Balance).await.unwrap(), 5004);
}

pub async fn calls_on_recovery_complete_once_before_the_first_command(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    let account = ada.spawn(&place.system());
    account.tell(Command::Deposit(5)).unwrap();
    assert_eq!(account.ask(Command::Stop).await.unwrap(), 5);
    assert_eq!(heard.next().await, "recovered 0");
    assert_eq!(heard.next().await, "gone");
}

pub async fn a_snapshot_above_the_head_is_a_recovery_failure(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    place.deposit(&ada, [1]).await;
    place.snapshots.save(&ada.id, 9, NewState::json(&9).unwrap()).await.unwrap();
    let account = ada.spawn(&place.system());
    let answer = account.ask(Command::Balance).await.unwrap_err();
    let AskError::Failed(ActorError::NotRecovered(cause)) = answer else { panic!("{answer}") };
    let ActorError::Journal(error) = &*cause else { panic!("{cause}") };
    assert_eq!(*error.kind(), ErrorKind::SnapshotIntegrity { id: ada.id.clone(), seq: 9 });
    assert_eq!(heard.next().await, "unrecovered snapshot-integrity");
}

pub async fn a_gap_is_a_recovery_failure(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    place.deposit(&ada, [1, 2, 3]).await;
    let (journal, system) = place.unreliable();
    for hidden in [2, 3] {
        *journal.hidden.lock().unwrap() = Some(hidden);
        let account = ada.spawn(&system);
        assert_eq!(code(account.ask(Command::Deposit(4)).await), "not-recovered");
        heard.until("unrecovered integrity").await;
    }
    assert_eq!(place.events(&ada).await.len(), 3);
}

pub async fn a_compacted_prefix_without_a_snapshot_is_a_recovery_failure(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    place.deposit(&ada, [1, 2, 3]).await;
    for compacted in [2, 3] {
        place.journal.delete(&ada.id, compacted).await.unwrap();
        let account = ada.spawn(&place.system());
        assert_eq!(code(account.ask(Command::Balance).await), "not-recovered");
        heard.until("unrecovered integrity").await;
    }
}

pub async fn recoveries_are_bounded(place: &Place) {
    let (journal, system) = place.unreliable_with(|builder| builder.max_recoveries(2));
    let mut held = journal.hold_recoveries();
    let names = (0..6).map(|number| format!("account-{number}"));
    let accounts: Vec<_> = names.map(|name| Account::unheard(&name).spawn(&system)).collect();
    held.wait_for(2).await;
    for _ in 2..accounts.len() {
        assert!(!held.has_more(), "more than two recover at once");
        held.let_one_through();
        held.wait_for(1).await;
    }
    assert!(!held.has_more());
    drop(held);
    let answers = join_all(accounts.iter().map(|account| account.ask(Command::Deposit(1)))).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap() == 1));
}

pub async fn recovery_progress_is_observed(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    place.deposit(&ada, std::iter::repeat_n(1, 2500)).await;
    let _account = ada.spawn(&place.system());
    for seq in [1000, 2000] {
        assert_eq!(heard.next().await, format!("at {seq} of 2500"));
    }
    assert_eq!(heard.next().await, "recovered 2500");
}

pub async fn a_passing_error_does_not_end_an_actor_that_can_recover_later(place: &Place) {
    use ErrorKind::{Busy, Full, Io, Locked, Lost, StorageUnavailable};
    let (ada, mut heard) = Account::new("ada");
    // Passivated behind each command.
    let (journal, system) = place.unreliable_with(|builder| builder.max_active(0));
    let fail = |kind| *journal.unreadable.lock().unwrap() = kind;
    fail(Some(Busy));
    let account = ada.spawn(&system);
    for (balance, passing) in (1..).zip([Busy, Full, Io, Locked, Lost, StorageUnavailable]) {
        fail(Some(passing.clone()));
        let waiting = join(account.ask(Command::Balance), account.ask(Command::Deposit(9))).await;
        assert_eq!((code(waiting.0), code(waiting.1)), ("not-recovered", "not-recovered"));
        heard.until(&format!("unrecovered {}", passing.code())).await;
        fail(None);
        assert_eq!(account.ask(Command::Deposit(1)).await.unwrap(), balance);
        heard.until(&format!("recovered {}", balance - 1)).await;
        heard.until("gone").await;
    }
    // One that is to stop does.
    fail(Some(Busy));
    let mut held = journal.hold_recoveries();
    account.tell(Command::Balance).unwrap();
    held.wait_for(1).await;
    join(system.stop("ada"), async { drop(held) }).await;
    assert_eq!(code(account.ask(Command::Balance).await), "not-recovered");
    fail(None);
    assert_eq!(ada.spawn(&system).ask(Command::Balance).await.unwrap(), 6);
}

pub async fn a_snapshot_that_replaced_the_one_in_hand_is_taken_in_recovery(place: &Place) {
    let ada = Account::unheard("ada");
    place.deposit(&ada, [1, 2, 3, 4]).await;
    let (journal, system) = place.unreliable();
    // With no snapshot in hand, and with one.
    for (seq, expected) in [(2, 2007), (3, 3004)] {
        let mut held = journal.hold_recoveries();
        let account = ada.spawn(&system);
        held.wait_for(1).await;
        // Its owner before goes on meanwhile. No fold of the events: it shows what was taken.
        let state = NewState::json(&(1000 * seq)).unwrap();
        place.snapshots.save(&ada.id, seq, state).await.unwrap();
        place.journal.delete(&ada.id, seq).await.unwrap();
        drop(held);
        assert_eq!(account.ask(Command::Balance).await.unwrap(), expected);
        system.stop("ada").await;
    }
}

pub async fn a_rejection_in_on_recovery_complete_goes_nowhere(place: &Place) {
    let (mut ada, mut heard) = Account::new("ada");
    ada.begin = || Effect::reject("not this one".to_owned());
    let account = ada.spawn(&place.system());
    assert_eq!(account.ask(Command::Deposit(1)).await.unwrap(), 1);
    assert_eq!(heard.next().await, "recovered 0");
    ada.begin = || Effect::reject("not this one".to_owned()).stop();
    account.stop().await;
    let account = ada.spawn(&place.system());
    assert_eq!(code(account.ask(Command::Balance).await), "stopped");
}

pub async fn stop_in_on_recovery_complete_is_heeded_also_where_its_events_are_refused(
    place: &Place,
) {
    let (mut ada, mut heard) = Account::new("ada");
    ada.begin = || Effect::persist(Event::Deposited(1)).stop();
    let (journal, system) = place.unreliable();
    journal.will(&[Fault::Rejected]);
    let account = ada.spawn(&system);
    for _ in 0..2 {
        assert_eq!(code(account.ask(Command::Balance).await), "not-recovered");
    }
    assert_eq!(heard.next().await, "recovered 0");
    assert_eq!(heard.next().await, "unrecovered full");
    assert_eq!(place.events(&ada).await, []);
    // So does what leaves it unknown whether they are stored.
    ada.begin = || Effect::persist(Event::Deposited(1));
    journal.will(&[Fault::LostAfter, Fault::Rejected, Fault::Rejected, Fault::Rejected]);
    let account = ada.spawn(&system);
    for _ in 0..2 {
        assert_eq!(code(account.ask(Command::Balance).await), "not-recovered");
    }
    assert_eq!(place.events(&ada).await, [Event::Deposited(1)]);
}
