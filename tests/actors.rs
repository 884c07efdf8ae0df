//! Persistent actors natively: the same behaviours under each executor, over each journal.
#![cfg(not(target_arch = "wasm32"))]

mod behaviours;

/// Those of the list that both languages run.
#[test]
fn the_behaviours_are_those_of_the_list() {
    let spelled = |name: &str| name.replace(|letter: char| !letter.is_alphanumeric(), "_");
    let mut listed: Vec<String> = include_str!("behaviours.txt").lines().map(spelled).collect();
    let mut tested = behaviours::every!(names! {}).to_vec();
    listed.sort_unstable();
    tested.sort_unstable();
    assert_eq!(tested, listed);
}

mod on_threads_in_memory {
    use actor_journal::{InMemoryJournal, InMemorySnapshotStore};

    use crate::behaviours::{self, place::Place};

    async fn place() -> Place {
        Place::new(InMemoryJournal::new(), InMemorySnapshotStore::default(), |builder| builder, ())
    }

    behaviours::every! { tests_by! { pollster::block_on, self::place; } }
}

mod in_a_file {
    use actor_journal::{
        ActorSystemBuilder, SnapshotOptions, SqliteJournal, SqliteOptions, SqliteSnapshotStore,
    };

    use crate::behaviours::place::Place;

    async fn place(spawner: fn(ActorSystemBuilder) -> ActorSystemBuilder) -> Place {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.db").to_str().unwrap().to_owned();
        let journal = SqliteJournal::open(SqliteOptions::new(&path).wal(true)).await.unwrap();
        let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&path));
        Place::new(journal, snapshots.await.unwrap(), spawner, directory)
    }

    mod on_threads {
        use crate::behaviours::{self, place::Place};

        async fn place() -> Place {
            super::place(|builder| builder).await
        }

        behaviours::every! { tests_by! { pollster::block_on, self::place; } }
    }

    mod under_tokio {
        use crate::behaviours::{self, place::Place};

        async fn place() -> Place {
            super::place(|builder| builder.spawner(|actor| drop(tokio::spawn(actor)))).await
        }

        fn run(test: impl Future<Output = ()>) {
            tokio::runtime::Builder::new_multi_thread().build().unwrap().block_on(test);
        }

        behaviours::every! { tests_by! { self::run, self::place; } }
    }

    mod under_smol {
        use crate::behaviours::{self, place::Place};

        async fn place() -> Place {
            super::place(|builder| builder.spawner(|actor| smol::spawn(actor).detach())).await
        }

        behaviours::every! { tests_by! { smol::block_on, self::place; } }
    }
}

/// What an executor does to its tasks when it shuts down.
#[test]
fn a_command_in_whose_middle_its_actor_is_dropped_is_lost() {
    use std::{
        mem,
        sync::{Arc, Mutex},
    };

    use actor_journal::{ActorSystem, InMemoryJournal};
    use behaviours::{
        account::{Account, Command, code},
        unreliable::Unreliable,
    };
    use futures_util::future::join3;

    smol::block_on(async {
        let journal = Arc::new(Unreliable::new(Arc::new(InMemoryJournal::new())));
        let runs: Arc<Mutex<Vec<smol::Task<()>>>> = Arc::default();
        let taken = runs.clone();
        let spawner = move |actor| taken.lock().unwrap().push(smol::spawn(actor));
        let system = ActorSystem::builder(journal.clone()).spawner(spawner).build().unwrap();
        let account = Account::unheard("ada").spawn(&system);
        let mut held = journal.hold_appends();
        let drop_all = async {
            held.wait_for(1).await;
            let dropped = mem::take(&mut *runs.lock().unwrap());
            for run in dropped {
                run.cancel().await;
            }
        };
        let [begun, waiting] = [1, 2].map(|amount| account.ask(Command::Deposit(amount)));
        let (begun, waiting, ()) = join3(begun, waiting, drop_all).await;
        assert_eq!((code(begun), code(waiting)), ("lost", "stopped"));
    });
}
