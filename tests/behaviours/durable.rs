//! Actors of durable states.

use std::{sync::Arc, time::Duration};

use actor_journal::{
    ActorRef, ActorSystem, AppendToken, AskError, Chain, Durable, DurableStateActor, Effect,
    NewState, PersistenceId, Revision, SnapshotAdapter, StateMigrations,
};
use futures_channel::mpsc;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    account::code,
    place::Place,
    unreliable::{Fault, FaultyStates},
};

/// Holds one note at a time.
#[derive(Default)]
pub struct Notepad {
    /// Ends a channel when it goes.
    _living: Option<mpsc::UnboundedSender<()>>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub text: String,
    /// Is not stored.
    #[serde(skip)]
    pub draft: bool,
}

#[derive(Clone, Debug)]
pub enum Command {
    Look,
    Write(&'static str),
    Tear,
}

impl DurableStateActor for Notepad {
    type Command = Command;
    type State = Note;
    type Reply = String;
    type Error = String;

    fn persistence_id(&self) -> PersistenceId {
        id()
    }

    fn initial_state(&self) -> Note {
        Note::default()
    }

    fn handle(&mut self, note: &Note, command: Command) -> Effect<Durable<Self>> {
        let effect = match command {
            Command::Look => Effect::none(),
            Command::Write("") => return Effect::reject(format!("{:?} stays", note.text)),
            Command::Write(text) => Effect::save(Note { text: text.to_owned(), draft: true }),
            Command::Tear => Effect::delete(),
        };
        effect
            .then_reply(|note: &Note| format!("{}{}", note.text, if note.draft { "?" } else { "" }))
    }

    fn state_adapter(&self) -> Box<dyn SnapshotAdapter<Note>> {
        let text = |state| json!({ "text": state });
        Box::new(StateMigrations::new("note", Chain::new().upcast(text)))
    }
}

pub fn note(text: &str) -> Note {
    Note { text: text.to_owned(), draft: false }
}

pub fn id() -> PersistenceId {
    PersistenceId::stored("notepad")
}

fn spawn(system: &ActorSystem) -> ActorRef<Durable<Notepad>> {
    system.spawn_durable("notepad", Notepad::default).unwrap()
}

async fn write(notepad: &ActorRef<Durable<Notepad>>, text: &'static str) -> String {
    notepad.ask(Command::Write(text)).await.unwrap()
}

async fn look(notepad: &ActorRef<Durable<Notepad>>) -> String {
    notepad.ask(Command::Look).await.unwrap()
}

async fn revision(place: &Place) -> Revision {
    place.states.load(&id()).await.unwrap().revision
}

fn faulty(place: &Place) -> (Arc<FaultyStates>, ActorSystem) {
    let states = Arc::new(FaultyStates::new(place.states.clone()));
    let system = place.builder().states(states.clone()).build().unwrap();
    (states, system)
}

pub async fn a_durable_actor_recovers_the_state_that_it_saved_last(place: &Place) {
    let system = place.system();
    let notepad = spawn(&system);
    assert_eq!(look(&notepad).await, "");
    assert_eq!(write(&notepad, "one").await, "one");
    assert_eq!(write(&notepad, "two").await, "two");
    let refused = notepad.ask(Command::Write("")).await.unwrap_err();
    assert!(matches!(refused, AskError::Rejected(why) if why == "\"two\" stays"));
    notepad.stop().await;
    let notepad = spawn(&system);
    assert_eq!(look(&notepad).await, "two");
    let stored = place.states.load(&id()).await.unwrap();
    assert_eq!(stored.decode::<Note>().unwrap(), Some(note("two")));
    assert_eq!((stored.revision, stored.manifest.unwrap().version()), (2, 2));
}

pub async fn a_durable_actor_s_deleted_state_is_the_initial_one_again(place: &Place) {
    let system = place.system();
    let notepad = spawn(&system);
    write(&notepad, "one").await;
    assert_eq!(notepad.ask(Command::Tear).await.unwrap(), "");
    assert_eq!(place.states.load(&id()).await.unwrap().state, None);
    notepad.stop().await;
    let notepad = spawn(&system);
    assert_eq!(look(&notepad).await, "");
    assert_eq!(write(&notepad, "three").await, "three");
    assert_eq!(revision(place).await, 3);
}

pub async fn a_durable_actor_whose_state_another_writer_changed_is_stopped(place: &Place) {
    let system = place.system();
    let notepad = spawn(&system);
    write(&notepad, "one").await;
    let other = NewState::json(&note("other")).unwrap();
    let other = other.named("note", 2).unwrap();
    place.states.save(&id(), 1, other, AppendToken::random()).await.unwrap();
    assert_eq!(code(notepad.ask(Command::Write("two")).await), "conflict");
    assert_eq!(code(notepad.ask(Command::Look).await), "stopped");
    assert_eq!(look(&spawn(&system)).await, "other");
}

pub async fn a_lost_change_of_a_durable_actor_is_repeated_and_made_once(place: &Place) {
    let (states, system) = faulty(place);
    let notepad = spawn(&system);
    states.will(&[Fault::LostAfter, Fault::LostBefore]);
    assert_eq!(write(&notepad, "one").await, "one");
    states.will(&[Fault::LostBefore]);
    assert_eq!(write(&notepad, "two").await, "two");
    assert_eq!(revision(place).await, 2);
    // What stays unknown stops the actor, whatever the repeats say.
    states.will(&[Fault::LostAfter, Fault::Rejected, Fault::Rejected, Fault::Rejected]);
    assert_eq!(code(notepad.ask(Command::Write("three")).await), "lost");
    assert_eq!(code(notepad.ask(Command::Look).await), "stopped");
    assert_eq!(look(&spawn(&system)).await, "three");
}

pub async fn a_rejected_change_leaves_a_durable_actor_running(place: &Place) {
    let (states, system) = faulty(place);
    let notepad = spawn(&system);
    write(&notepad, "one").await;
    states.will(&[Fault::Rejected]);
    assert_eq!(code(notepad.ask(Command::Write("two")).await), "full");
    assert_eq!(look(&notepad).await, "one");
    assert_eq!(write(&notepad, "three").await, "three");
    assert_eq!(revision(place).await, 2);
}

pub async fn a_durable_actor_s_old_state_is_upcast(place: &Place) {
    let old = |version| NewState::json(&"old").unwrap().named("note", version).unwrap();
    place.states.save(&id(), 0, old(1), AppendToken::random()).await.unwrap();
    let system = place.system();
    let notepad = spawn(&system);
    assert_eq!(look(&notepad).await, "old");
    notepad.stop().await;
    place.states.save(&id(), 1, old(3), AppendToken::random()).await.unwrap();
    let refused = spawn(&system).ask(Command::Look).await.unwrap_err().to_string();
    assert!(refused.contains("version 3 of \"note\""), "{refused}");
}

pub async fn an_idle_durable_actor_is_passivated_and_comes_back(place: &Place) {
    let (lives, mut lived) = mpsc::unbounded();
    let create = move || {
        let (living, life) = mpsc::unbounded();
        lives.unbounded_send(life).unwrap();
        Notepad { _living: Some(living) }
    };
    let system = place.builder().passivate_after(Duration::from_millis(8)).build().unwrap();
    let notepad = system.spawn_durable("notepad", create).unwrap();
    assert_eq!(write(&notepad, "one").await, "one");
    let mut first_life = lived.next().await.unwrap();
    assert_eq!(first_life.next().await, None);
    assert_eq!(look(&notepad).await, "one");
}
