//! How actors stop, and how they rest.

use std::time::Duration;

use actor_journal::{ActorError, AskError};
use futures_util::future::{join, join_all};

use super::{
    account::{Account, Command, code},
    place::Place,
};

pub async fn a_stopped_actor_can_be_spawned_again(place: &Place) {
    let ada = Account::unheard("ada");
    let system = place.system();
    let first = ada.spawn(&system);
    first.ask(Command::Deposit(5)).await.unwrap();
    assert!(matches!(ada.try_spawn(&system), Err(ActorError::NameTaken)));
    system.stop("ada").await;
    assert_eq!(code(first.ask(Command::Balance).await), "stopped");
    let second = ada.spawn(&system);
    assert_eq!(second.ask(Command::Stop).await.unwrap(), 5);
    assert_eq!(ada.spawn(&system).ask(Command::Balance).await.unwrap(), 5);
    system.stop("nobody").await;
}

pub async fn stop_waits_for_what_is_in_flight(place: &Place) {
    let ada = Account::unheard("ada");
    let (journal, system) = place.unreliable();
    let account = ada.spawn(&system);
    let mut held = journal.hold_appends();
    account.tell(Command::Deposit(1)).unwrap();
    account.tell(Command::Deposit(2)).unwrap();
    held.wait_for(1).await;
    let open = async {
        assert_eq!(code(account.ask(Command::Deposit(4)).await), "stopped");
        drop(held);
    };
    join(system.stop("ada"), open).await;
    assert_eq!(place.events(&ada).await.len(), 2);
}

pub async fn terminate_stops_all_after_what_is_in_flight(place: &Place) {
    let (ada, bob) = (Account::unheard("ada"), Account::unheard("bob"));
    let (journal, system) = place.unreliable();
    let accounts = [ada.spawn(&system), bob.spawn(&system)];
    let mut held = journal.hold_appends();
    for account in &accounts {
        account.tell(Command::Deposit(1)).unwrap();
    }
    held.wait_for(2).await;
    let open = async { drop(held) };
    join(system.terminate(), open).await;
    assert_eq!((place.events(&ada).await.len(), place.events(&bob).await.len()), (1, 1));
    assert_eq!(code(accounts[0].ask(Command::Balance).await), "terminated");
    assert!(matches!(ada.try_spawn(&system), Err(ActorError::Terminated)));
    system.terminate().await;
}

pub async fn an_idle_actor_is_passivated_and_comes_back(place: &Place) {
    let (ada, mut heard) = Account::new("ada");
    let system = place.builder().passivate_after(Duration::from_millis(8)).build().unwrap();
    let account = ada.spawn(&system);
    assert_eq!(account.ask(Command::Deposit(5)).await.unwrap(), 5);
    heard.until("gone").await;
    assert_eq!(account.ask(Command::Deposit(2)).await.unwrap(), 7);
    heard.until("gone").await;
    system.stop("ada").await;
    assert_eq!(code(account.ask(Command::Balance).await), "stopped");
}

pub async fn the_least_recently_used_is_passivated_beyond_the_bound(place: &Place) {
    let system = place.builder().max_active(2).build().unwrap();
    let (mut accounts, mut heard) = (Vec::new(), Vec::new());
    for name in ["ada", "bob", "eve"] {
        let (account, hears) = Account::new(name);
        accounts.push(account.spawn(&system));
        heard.push(hears);
        accounts[accounts.len() - 1].ask(Command::Deposit(1)).await.unwrap();
    }
    heard[0].until("gone").await;
    // bob is used again, so that eve goes when ada comes back.
    accounts[1].ask(Command::Deposit(1)).await.unwrap();
    assert_eq!(accounts[0].ask(Command::Deposit(1)).await.unwrap(), 2);
    heard[2].until("gone").await;
    accounts[1].ask(Command::Stop).await.unwrap();
    assert_eq!(heard[1].next().await, "recovered 0");
    assert_eq!(heard[1].next().await, "gone");
}

pub async fn commands_that_meet_a_passivation_are_not_lost(place: &Place) {
    let system = place.builder().max_active(1).build().unwrap();
    let accounts = ["ada", "bob", "eve", "joe"].map(|name| Account::unheard(name).spawn(&system));
    for round in 0..25 {
        let asks = accounts.iter().map(|account| account.ask(Command::Deposit(1)));
        for answer in join_all(asks).await {
            assert_eq!(answer.unwrap(), round + 1);
        }
    }
}

pub async fn of_two_actors_in_memory_on_one_id_the_second_is_refused(place: &Place) {
    let ada = Account::unheard("ada");
    let system = place.builder().max_active(2).build().unwrap();
    let spawn = |name: &'static str| {
        let ada = ada.clone();
        system.spawn(name, move || ada.clone()).unwrap()
    };
    let first = spawn("first");
    assert_eq!(first.ask(Command::Deposit(1)).await.unwrap(), 1);
    let refused = spawn("second").ask(Command::Deposit(2)).await.unwrap_err();
    let AskError::Failed(ActorError::NotRecovered(why)) = refused else { panic!("{refused}") };
    assert!(matches!(&*why, ActorError::IdTaken(id) if *id == ada.id), "{why}");
    assert_eq!(first.ask(Command::Deposit(4)).await.unwrap(), 5);
    // A passivated one is not in memory. It goes when others have come to rest behind it.
    let others = ["bob", "eve"].map(|name| Account::unheard(name).spawn(&system));
    let (second, balance) = loop {
        for other in &others {
            other.ask(Command::Deposit(1)).await.unwrap();
        }
        let second = spawn("second");
        if let Ok(balance) = second.ask(Command::Deposit(8)).await {
            break (second, balance);
        }
    };
    assert_eq!(balance, 13);
    for other in &others {
        other.stop().await;
    }
    assert_eq!(second.ask(Command::Deposit(16)).await.unwrap(), 29);
    assert_eq!(code(first.ask(Command::Deposit(1)).await), "not-recovered");
    second.stop().await;
    assert_eq!(spawn("first").ask(Command::Deposit(32)).await.unwrap(), 61);
}
