//! What becomes of an actor whose own code panics: a failing command is one whose handler does.

use actor_journal::{ActorError, AskError, FailurePolicy};

use super::{
    account::{Account, Command, Event, code},
    place::Place,
};

pub async fn a_failing_command_restarts_the_actor_and_keeps_what_was_stored(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    let account = ada.spawn(&place.system());
    account.ask(Command::Deposit(5)).await.unwrap();
    assert_eq!(heard.next().await, "recovered 0");
    let failed = account.ask(Command::Panic).await.unwrap_err();
    let AskError::Failed(ActorError::Panicked(why)) = failed else { panic!("{failed}") };
    assert_eq!(&*why, "a bad command");
    for what in ["gone", "recovered 5"] {
        assert_eq!(heard.next().await, what);
    }
    assert_eq!(account.ask(Command::Deposit(1)).await.unwrap(), 6);
    assert_eq!(place.events(&ada).await, [Event::Deposited(5), Event::Deposited(1)]);
}

pub async fn a_failing_command_resumes_where_the_policy_says_so(place: &Place) {
    let (mut ada, mut heard) = Account::new("ada");
    ada.policy = FailurePolicy::Resume;
    let account = ada.spawn(&place.system());
    account.ask(Command::Deposit(5)).await.unwrap();
    assert_eq!(code(account.ask(Command::Panic).await), "failed");
    assert_eq!(account.ask(Command::Stop).await.unwrap(), 5);
    assert_eq!(heard.next().await, "recovered 0");
    assert_eq!(heard.next().await, "gone");
}

pub async fn a_failing_command_stops_the_actor_where_the_policy_says_so(place: &Place) {
    let mut ada = Account::unheard("ada");
    ada.policy = FailurePolicy::Stop;
    let (journal, system) = place.unreliable();
    let account = ada.spawn(&system);
    let mut held = journal.hold_appends();
    account.tell(Command::Deposit(5)).unwrap();
    held.wait_for(1).await;
    let waiting = async {
        let panics = account.ask(Command::Panic);
        let waits = account.ask(Command::Balance);
        let opens = async { drop(held) };
        futures_util::future::join3(panics, waits, opens).await
    };
    let (failed, waited, ()) = waiting.await;
    assert_eq!((code(failed), code(waited)), ("failed", "stopped"));
    assert_eq!(ada.spawn(&system).ask(Command::Balance).await.unwrap(), 5);
}

pub async fn a_failing_fold_restarts_and_then_reports_recovery_failure(place: &Place) {
    for policy in [FailurePolicy::Resume, FailurePolicy::Restart] {
        let (mut ada, mut heard) = Account::new(&format!("{policy:?}"));
        ada.policy = policy;
        let account = ada.spawn(&place.system());
        let failed = account.ask(Command::Poison).await.unwrap_err();
        let AskError::Failed(ActorError::Stored(_)) = failed else { panic!("{failed}") };
        for what in ["recovered 0", "gone", "unrecovered failed", "gone"] {
            assert_eq!(heard.next().await, what);
        }
        assert_eq!(code(account.ask(Command::Balance).await), "not-recovered");
        assert_eq!(place.events(&ada).await, [Event::Poisoned]);
    }
}
