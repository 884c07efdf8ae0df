use std::{
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStdout, Command, Stdio},
};

use actor_journal::SqliteJournal;
use serde_json::{Value, json};

use super::program::program;
use crate::{
    place::Place,
    words::{append, event, tagged},
};

/// A program that follows a journal, and is ended with it.
struct Follower {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Follower {
    /// That of events.
    fn of(place: &Place, arguments: &[&str]) -> Self {
        Self::running("events", place, arguments)
    }

    fn running(command: &str, place: &Place, arguments: &[&str]) -> Self {
        let file = place.path("events.db");
        let always = [command, &file, "--follow", "--json"];
        let mut program = program(&[&always, arguments].concat());
        let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The value of the next event that it sees.
    fn next(&mut self) -> Value {
        self.next_line()["event"].take()
    }

    fn next_line(&mut self) -> Value {
        let line = self.lines.next().expect("it goes on").unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn journal(place: &Place) -> SqliteJournal {
    SqliteJournal::open(place.options().wal(true)).await.unwrap()
}

#[test]
fn events_that_another_process_appends_are_seen_once_and_in_order() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = journal(&place).await;
        append(&journal, "a", 0, vec![event(1), event(2)]).await;
        let mut follower = Follower::of(&place, &[]);
        assert_eq!([follower.next(), follower.next()], [1, 2]);
        for value in 3..20 {
            append(&journal, "a", value - 1, event(value)).await;
            assert_eq!(follower.next(), value);
        }
    });
}

#[test]
fn one_stream_and_some_tags_are_followed() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = journal(&place).await;
        append(&journal, "a", 0, tagged(1, &["in"])).await;
        let mut stream = Follower::of(&place, &["--id", "a"]);
        let mut tag = Follower::of(&place, &["--any", "in"]);
        let mut later = Follower::of(&place, &["--after", "3"]);
        assert_eq!([stream.next(), tag.next()], [1, 1]);
        append(&journal, "b", 0, tagged(2, &["in"])).await;
        append(&journal, "a", 1, event(3)).await;
        append(&journal, "a", 2, tagged(4, &["in"])).await;
        assert_eq!([stream.next(), stream.next()], [3, 4]);
        assert_eq!([tag.next(), tag.next()], [2, 4]);
        assert_eq!(later.next(), 4);
    });
}

#[test]
fn ids_are_followed_in_the_order_in_which_streams_begin() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = journal(&place).await;
        append(&journal, "b", 0, vec![event(1), event(2)]).await;
        append(&journal, "a", 0, event(3)).await;
        let mut ids = Follower::running("ids", &place, &["--heads"]);
        assert_eq!(ids.next_line(), json!({ "persistenceId": "b", "highestSeq": 2 }));
        assert_eq!(ids.next_line(), json!({ "persistenceId": "a", "highestSeq": 1 }));
        append(&journal, "b", 2, event(4)).await;
        append(&journal, "A", 0, event(5)).await;
        assert_eq!(ids.next_line()["persistenceId"], "A");
        let mut counted = Follower::running("ids", &place, &["--limit", "3"]);
        let streams = [(); 3].map(|()| counted.next_line()["persistenceId"].take());
        assert_eq!(streams, ["b", "a", "A"]);
        assert_eq!(counted.child.wait().unwrap().code(), Some(0));
    });
}

#[test]
fn following_ends_at_a_count_and_with_a_signal() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = journal(&place).await;
        append(&journal, "a", 0, event(1)).await;
        let mut counted = Follower::of(&place, &["--limit", "2"]);
        let mut bounded = Follower::of(&place, &["--id", "a", "--to", "2"]);
        let mut endless = Follower::of(&place, &[]);
        assert_eq!([counted.next(), bounded.next(), endless.next()], [1, 1, 1]);
        append(&journal, "a", 1, event(2)).await;
        assert_eq!([counted.next(), bounded.next()], [2, 2]);
        assert_eq!(counted.child.wait().unwrap().code(), Some(0));
        assert_eq!(bounded.child.wait().unwrap().code(), Some(0));

        assert_eq!(endless.next(), 2);
        let id = endless.child.id().to_string();
        // Not that of Ctrl-C, which the background jobs of a shell ignore.
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert_eq!(endless.child.wait().unwrap().signal(), Some(15));
    });
}
