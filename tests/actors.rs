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
    use actor_journal::{InMemoryDurableStateStore, InMemoryJournal, InMemorySnapshotStore};

    use crate::behaviours::{self, place::Place};

    async fn place() -> Place {
        Place::new(
            InMemoryJournal::new(),
            InMemorySnapshotStore::default(),
            InMemoryDurableStateStore::new(),
            |builder| builder,
            (),
        )
    }

    behaviours::every! { tests_by! { pollster::block_on, self::place; } }
}

mod in_a_file {
    use actor_journal::{
        ActorSystemBuilder, DurableStateOptions, SnapshotOptions, SqliteDurableStateStore,
        SqliteJournal, SqliteOptions, SqliteSnapshotStore,
    };

    use crate::behaviours::place::Place;

    async fn place(spawner: fn(ActorSystemBuilder) -> ActorSystemBuilder) -> Place {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("events.db").to_str().unwrap().to_owned();
        let journal = SqliteJournal::open(SqliteOptions::new(&path).wal(true)).await.unwrap();
        let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&path)).await.unwrap();
        let states = SqliteDurableStateStore::open(DurableStateOptions::new(&path)).await.unwrap();
        Place::new(journal, snapshots, states, spawner, directory)
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
