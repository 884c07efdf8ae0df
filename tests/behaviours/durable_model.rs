//! Random schedules for an actor of durable state: it is always what its store holds, which is what
//! was acknowledged last.

use std::sync::Arc;

use actor_journal::{
    ActorRef, ActorSystem, AppendToken, AskError, Durable, DurableStateStore,
    InMemoryDurableStateStore, InMemoryJournal, NewState,
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{
    durable::{Command, Note, Notepad, id, note},
    unreliable::{Fault, FaultyStates},
};

#[derive(Clone, Debug)]
enum Step {
    /// A command, and what becomes of its changes.
    Command(Command, Vec<Fault>),
    /// Another writer changes the state.
    Intrude,
    /// Another system takes the place of this one, which does not know of it.
    Crash,
    Stop,
}

fn step() -> impl Strategy<Value = Step> {
    let commands = vec![
        Command::Look,
        Command::Write("one"),
        Command::Write("two"),
        Command::Write(""),
        Command::Tear,
    ];
    let faults = vec![Fault::None, Fault::Rejected, Fault::LostBefore, Fault::LostAfter];
    prop_oneof![
        8 => (select(commands), vec(select(faults), 0..5))
            .prop_map(|(command, faults)| Step::Command(command, faults)),
        1 => Just(Step::Intrude),
        1 => Just(Step::Crash),
        1 => Just(Step::Stop),
    ]
}

struct World {
    states: Arc<FaultyStates>,
    system: ActorSystem,
    notepad: ActorRef<Durable<Notepad>>,
    /// Whether another writer has changed the state behind the actor's back.
    outdated: bool,
}

fn system(states: &Arc<FaultyStates>) -> (ActorSystem, ActorRef<Durable<Notepad>>) {
    let journal = Arc::new(InMemoryJournal::new());
    let system = ActorSystem::builder(journal).states(states.clone()).build().unwrap();
    let notepad = system.spawn_durable("notepad", Notepad::default).unwrap();
    (system, notepad)
}

impl World {
    fn new() -> Self {
        let states = Arc::new(FaultyStates::new(Arc::new(InMemoryDurableStateStore::new())));
        let (system, notepad) = system(&states);
        Self { states, system, notepad, outdated: false }
    }

    /// The text that is stored, and how often it was changed.
    async fn stored(&self) -> (String, u64) {
        let stored = self.states.load(&id()).await.unwrap();
        let note: Option<Note> = stored.decode().unwrap();
        (note.map_or(String::new(), |note| note.text), stored.revision)
    }

    async fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        self.outdated &= matches!(step, Step::Command(..));
        match step {
            Step::Command(command, faults) => return self.give(command, &faults).await,
            Step::Intrude => {
                let (_, revision) = self.stored().await;
                let note = NewState::json(&note("other")).unwrap();
                let note = note.named("note", 2).unwrap();
                self.states.save(&id(), revision, note, AppendToken::random()).await.unwrap();
                self.outdated = true;
            }
            Step::Crash => (self.system, self.notepad) = system(&self.states),
            Step::Stop => self.system.stop("notepad").await,
        }
        Ok(())
    }

    /// Gives a command, and holds its answer against what is stored then.
    async fn give(&mut self, command: Command, faults: &[Fault]) -> Result<(), TestCaseError> {
        if let Ok(notepad) = self.system.spawn_durable("notepad", Notepad::default) {
            self.notepad = notepad;
        }
        let (text, revision) = self.stored().await;
        let changed = match command {
            Command::Look | Command::Write("") => (text.clone(), revision),
            Command::Write(text) => (text.to_owned(), revision + 1),
            Command::Tear => (String::new(), revision + 1),
        };
        self.states.will(faults);
        let answer = self.notepad.ask(command.clone()).await;
        self.states.is_reliable();
        let stored = self.stored().await;
        match answer {
            Ok(_) if self.outdated && matches!(command, Command::Look) => {
                prop_assert_eq!(stored, changed);
            }
            Ok(reply) => prop_assert_eq!((stored, reply), (changed.clone(), changed.0)),
            Err(AskError::Failed(error)) if ["conflict", "lost"].contains(&error.code()) => {
                self.outdated = false;
                prop_assert!(stored == changed || stored == (text, revision), "{stored:?}");
            }
            Err(_) => prop_assert_eq!(stored, (text, revision)),
        }
        Ok(())
    }
}

async fn live(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut world = World::new();
    for step in steps {
        world.take(step.clone()).await?;
        let (_, notepad) = system(&world.states);
        let seen = notepad.ask(Command::Look).await.unwrap();
        prop_assert_eq!(seen, world.stored().await.0, "behind {:?}", step);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_state_is_what_was_acknowledged_last(steps in vec(step(), 1..25)) {
        smol::block_on(live(steps))?;
    }
}
