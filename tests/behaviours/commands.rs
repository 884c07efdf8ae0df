//! What becomes of commands, and of the appends that they lead to.

use std::pin::pin;

use actor_journal::{ActorError, AskError};
use futures_util::future::{Either, join, join_all, select};

use super::{
    account::{Account, Command, Event, code},
    place::Place,
    unreliable::Fault,
};

pub async fn answers_commands_in_the_order_they_came(place: &Place) {
    let account = Account::unheard("ada").spawn(&place.system());
    let answers = join_all((0..100).map(|_| account.ask(Command::Deposit(1)))).await;
    let balances: Vec<u64> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(balances, (1..=100).collect::<Vec<_>>());
}

pub async fn commands_wait_while_events_are_persisted(place: &Place) {
    let (journal, system) = place.unreliable();
    let account = Account::unheard("ada").spawn(&system);
    let mut held = journal.hold_appends();
    let asked = join(account.ask(Command::Deposit(1)), account.ask(Command::Balance));
    let let_through = async {
        held.wait_for(1).await;
        account.tell(Command::Deposit(10)).unwrap();
        assert!(!held.has_more(), "a second command began");
        held.let_one_through();
        held.wait_for(1).await;
        drop(held);
    };
    let ((first, second), ()) = join(asked, let_through).await;
    assert_eq!((first.unwrap(), second.unwrap()), (1, 1));
    assert_eq!(account.ask(Command::Balance).await.unwrap(), 11);
}

pub async fn persists_all_of_a_batch_or_none(place: &Place) {
    let (ada, (journal, system)) = (Account::unheard("ada"), place.unreliable());
    let account = ada.spawn(&system);
    journal.will(&[Fault::Rejected]);
    assert_eq!(code(account.ask(Command::DepositAll(vec![1, 2, 3])).await), "full");
    assert_eq!(place.events(&ada).await, []);
    // The second of two appends would be refused.
    journal.will(&[Fault::None, Fault::Rejected]);
    assert_eq!(account.ask(Command::DepositAll(vec![4, 5])).await.unwrap(), 9);
    assert_eq!(code(account.ask(Command::Deposit(6)).await), "full");
    assert_eq!(place.events(&ada).await, [Event::Deposited(4), Event::Deposited(5)]);
}

pub async fn folds_what_the_journal_stored_and_not_the_caller_s_object(place: &Place) {
    let account = Account::unheard("ada").spawn(&place.system());
    // The adapter stores it without its millions.
    assert_eq!(account.ask(Command::Deposit(5_000_007)).await.unwrap(), 7);
}

pub async fn a_full_mailbox_rejects_with_mailbox_full(place: &Place) {
    let (journal, system) = place.unreliable_with(|builder| builder.mailbox(2));
    let account = Account::unheard("ada").spawn(&system);
    let mut held = journal.hold_appends();
    account.tell(Command::Deposit(1)).unwrap();
    held.wait_for(1).await;
    account.tell(Command::Deposit(10)).unwrap();
    let refused = async {
        assert_eq!(code(account.ask(Command::Deposit(1000)).await), "mailbox-full");
        assert!(matches!(account.tell(Command::Balance), Err(ActorError::MailboxFull)));
        drop(held);
    };
    let (last, ()) = join(account.ask(Command::Deposit(100)), refused).await;
    assert_eq!(last.unwrap(), 111);
}

/// The time-out is the caller's own: whatever comes first.
pub async fn ask_times_out_and_the_command_may_still_be_carried_out(place: &Place) {
    let (journal, system) = place.unreliable();
    let account = Account::unheard("ada").spawn(&system);
    let mut held = journal.hold_appends();
    match select(pin!(account.ask(Command::Deposit(7))), pin!(held.wait_for(1))).await {
        Either::Left(_) => panic!("the answer came before the event was stored"),
        Either::Right(_) => {}
    }
    drop(held);
    assert_eq!(account.ask(Command::Balance).await.unwrap(), 7);
}

pub async fn tell_needs_no_answer(place: &Place) {
    let account = Account::unheard("ada").spawn(&place.system());
    account.tell(Command::Deposit(1)).unwrap();
    account.tell(Command::Withdraw(9)).unwrap();
    account.tell(Command::Deposit(2)).unwrap();
    account.tell(Command::Mute).unwrap();
    assert_eq!(account.ask(Command::Balance).await.unwrap(), 4);
    // Who asks for an answer that does not come is told what is stored.
    assert_eq!(code(account.ask(Command::Mute).await), "stored");
    assert_eq!(account.ask(Command::Balance).await.unwrap(), 5);
}

pub async fn a_rejection_changes_nothing(place: &Place) {
    let ada = Account::unheard("ada");
    let account = ada.spawn(&place.system());
    account.ask(Command::Deposit(5)).await.unwrap();
    let refused = account.ask(Command::Withdraw(6)).await.unwrap_err();
    assert!(matches!(refused, AskError::Rejected(why) if why == "only 5 left"));
    assert_eq!(account.ask(Command::Balance).await.unwrap(), 5);
    assert_eq!(place.events(&ada).await, [Event::Deposited(5)]);
    // Its effect asked for a snapshot as well.
    assert!(place.snapshot_seqs(&ada).await.is_empty());
    assert_eq!(code(account.ask(Command::Leave).await), "rejected");
    assert_eq!(code(account.ask(Command::Balance).await), "stopped");
}

pub async fn a_rejected_append_leaves_the_actor_running(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    let (journal, system) = place.unreliable();
    let account = ada.spawn(&system);
    account.ask(Command::Deposit(1)).await.unwrap();
    journal.will(&[Fault::Rejected]);
    assert_eq!(code(account.ask(Command::Deposit(2)).await), "full");
    assert_eq!(account.ask(Command::Deposit(4)).await.unwrap(), 5);
    assert_eq!(place.events(&ada).await, [Event::Deposited(1), Event::Deposited(4)]);
    // One that is to stop behind its command does.
    journal.will(&[Fault::Rejected]);
    assert_eq!(code(account.ask(Command::Close(8)).await), "full");
    assert_eq!(code(account.ask(Command::Balance).await), "stopped");
    assert_eq!(heard.next().await, "recovered 0");
    assert_eq!(heard.next().await, "gone");
}

pub async fn a_lost_append_is_repeated_and_written_once(place: &Place) {
    let (ada, (journal, system)) = (Account::unheard("ada"), place.unreliable());
    let account = ada.spawn(&system);
    journal.will(&[Fault::LostAfter, Fault::LostBefore]);
    assert_eq!(account.ask(Command::DepositAll(vec![1, 2])).await.unwrap(), 3);
    journal.will(&[Fault::LostBefore]);
    assert_eq!(account.ask(Command::Deposit(4)).await.unwrap(), 7);
    assert_eq!(place.events(&ada).await.len(), 3);
    // What stays unknown stops the actor, whatever the repeats say.
    journal.will(&[Fault::LostAfter, Fault::Rejected, Fault::Rejected, Fault::Rejected]);
    assert_eq!(code(account.ask(Command::Deposit(8)).await), "lost");
    assert_eq!(code(account.ask(Command::Balance).await), "stopped");
    assert_eq!(ada.spawn(&system).ask(Command::Balance).await.unwrap(), 15);
    for (deleted, expected) in [(0, "conflict"), (1, "lost")] {
        assert_eq!(overtaken(place, deleted).await, expected);
    }
}

/// What an append comes to that is lost, and repeated when another writer has appended, and has
/// deleted events.
async fn overtaken(place: &Place, deleted: u64) -> &'static str {
    let (bob, (journal, system)) =
        (Account::unheard(&format!("bob-{deleted}")), place.unreliable());
    let account = bob.spawn(&system);
    let mut held = journal.hold_appends();
    journal.will(&[Fault::LostBefore]);
    let overtake = async {
        held.wait_for(1).await;
        held.let_one_through();
        held.wait_for(1).await;
        place.deposit(&bob, [1]).await;
        place.journal.delete(&bob.id, deleted).await.unwrap();
        drop(held);
    };
    let (answer, ()) = join(account.ask(Command::Deposit(1)), overtake).await;
    code(answer)
}

pub async fn a_conflict_stops_the_actor(place: &Place) {
    let ada = Account::unheard("ada");
    let system = place.system();
    let account = ada.spawn(&system);
    account.ask(Command::Deposit(1)).await.unwrap();
    place.deposit(&ada, [10]).await;
    let conflict = account.ask(Command::Deposit(100)).await.unwrap_err();
    assert!(conflict.to_string().contains("another writer owns the stream"), "{conflict}");
    let AskError::Failed(ActorError::Journal(error)) = conflict else { panic!("{conflict}") };
    assert!(error.is_conflict());
    assert_eq!(code(account.ask(Command::Balance).await), "stopped");
    assert_eq!(ada.spawn(&system).ask(Command::Balance).await.unwrap(), 11);
}

pub async fn tags_are_stored_with_events(place: &Place) {
    let ada = Account::unheard("ada");
    let account = ada.spawn(&place.system());
    account.ask(Command::DepositAll(vec![1, 1000])).await.unwrap();
    let tags: Vec<Vec<String>> = place
        .stored(&ada.id)
        .await
        .iter()
        .map(|event| event.tags.iter().map(ToString::to_string).collect())
        .collect();
    assert_eq!(tags, [vec![], vec!["large".to_owned()]]);
}
