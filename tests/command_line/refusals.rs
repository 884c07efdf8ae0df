use std::{fs, path::Path, process::Stdio};

use serde_json::{Value, json};

use super::program::{bad, good, program, run};
use crate::{
    place::Place,
    words::{append, batch},
};

/// The commands that need a file and nothing else.
const READING: [&str; 3] = ["info", "ids", "events"];

#[test]
fn a_call_that_cannot_be_meant_is_wrong_usage() {
    let place = pollster::block_on(Place::filled());
    let file = &place.path("events.db");
    for arguments in [
        &[][..],
        &["nothing"],
        &["info"],
        &["events", file, "--from", "3"],
        &["events", file, "--limit", "-1"],
        &["events", file, "--all", "a,b"],
        &["events", file, "--id", "a", "--from", "x"],
        &["events", file, "--id", "a", "--from", "3", "--to", "2"],
        &["ids", file, "--events-table", "a b"],
        &["compact", file, "--to", "3"],
        &["info", ""],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?} said {}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_is_for_people_and_good() {
    let told = good(&["--help"]).out;
    let looking = ["info", "ids", "events", "snapshots", "verify"];
    for command in looking.into_iter().chain(["backup", "restore", "export", "import", "compact"]) {
        assert!(told.contains(&format!("\n  {command} ")), "{told}");
    }
    assert!(told.contains("Exit codes:"), "{told}");
    assert!(good(&["help", "events"]).out.contains("Examples:"));
    assert_eq!(good(&["--version"]).out, format!("actor-journal {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_file_that_is_not_there_is_not_made() {
    let place = Place::new();
    let file = place.path("events.db");
    for command in [&READING[..], &["snapshots", "compact", "verify"]].concat() {
        bad(&[command, &file], 1, "error [not-found]");
        assert!(!Path::new(&file).exists(), "{command}");
    }
}

#[test]
fn a_file_that_is_no_journal_is_refused_and_stays_as_it_is() {
    let text = "This is a letter, not a journal.\n".repeat(100).into_bytes();
    let foreign = Place::new();
    let sql = "CREATE TABLE events (a, b); PRAGMA application_id = 7";
    foreign.connect().execute_batch(sql).unwrap();
    let foreign = fs::read(foreign.path("events.db")).unwrap();
    for bytes in [text, foreign] {
        let place = Place::new();
        let file = place.path("events.db");
        fs::write(&file, &bytes).unwrap();
        for command in [&READING[..], &["snapshots", "compact"]].concat() {
            bad(&[command, &file], 3, "error [corrupt]");
            assert_eq!(fs::read(&file).unwrap(), bytes, "{command}");
        }
    }
}

#[test]
fn tables_that_are_not_there_are_told_with_those_that_are() {
    let place = pollster::block_on(Place::filled());
    let file = &place.path("events.db");
    let before = fs::read(file).unwrap();
    for command in [&["ids"][..], &["events"], &["export"], &["compact"], &["compact", "--dry-run"]]
    {
        let ran = bad(&[command, &[file, "--events-table", "orders"]].concat(), 1, "[not-found]");
        let message = "events.db\" holds no journal \"orders\", but [\"events\"]\n";
        assert!(ran.err.ends_with(message), "{command:?} said {}", ran.err);
    }
    for command in [&["snapshots"][..], &["compact"], &["verify", "--recovery"]] {
        let ran = bad(&[command, &[file]].concat(), 1, "error [not-found]");
        assert!(
            ran.err.ends_with("holds no snapshots \"snapshots\"\n"),
            "{command:?}: {}",
            ran.err
        );
    }
    for (table, kind) in [("events", "journal"), ("snapshots", "snapshots"), ("states", "states")] {
        let ran = bad(&["verify", file, &format!("--{table}-table"), "other"], 1, "[not-found]");
        let message = format!("holds no {kind} \"other\"\n");
        assert!(ran.err.ends_with(&message), "{table}: {}", ran.err);
    }
    assert_eq!(fs::read(file).unwrap(), before);
}

#[test]
fn a_database_without_a_journal_is_none() {
    let place = Place::new();
    place.connect().execute_batch("CREATE TABLE notes (note TEXT)").unwrap();
    let (file, to) = (&place.path("events.db"), &place.path("to"));
    let before = fs::read(file).unwrap();
    for command in [&READING[..], &["snapshots", "compact", "export"]].concat() {
        let ran = bad(&[command, file], 3, "error [corrupt]");
        assert!(ran.err.contains("holds no journal and no store"), "{command}: {}", ran.err);
    }
    bad(&["backup", file, to], 3, "error [corrupt]");
    assert_eq!((fs::read(file).unwrap(), Path::new(to).exists()), (before, false));
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let place = pollster::block_on(Place::filled());
    place.connect().execute_batch("PRAGMA user_version = 99").unwrap();
    for command in READING {
        bad(&[command, &place.path("events.db")], 1, "error [newer-version]");
    }
}

#[test]
fn a_stream_with_a_gap_is_damage() {
    let place = pollster::block_on(Place::filled());
    place.connect().execute_batch("DELETE FROM events WHERE seq = 4").unwrap();
    let ran = bad(&["events", &place.path("events.db"), "--id", "a"], 3, "error [integrity]");
    assert!(ran.err.contains("seq 4"), "{}", ran.err);
}

#[test]
fn a_database_that_is_held_by_another_program_is_busy() {
    let place = pollster::block_on(Place::filled());
    let other = place.connect();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let file = &place.path("events.db");
    bad(&["ids", file, "--busy-timeout", "0"], 1, "error [busy]");
    bad(&["backup", file, &place.path("copy.db"), "--busy-timeout", "0"], 1, "error [busy]");
    bad(&["compact", file, "--id", "a", "--to", "1", "--busy-timeout", "0"], 1, "error [busy]");
}

#[test]
fn a_database_that_is_held_is_waited_for_as_long_as_was_asked() {
    let place = pollster::block_on(Place::filled());
    let other = place.connect();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let file = place.path("events.db");
    let waiting = |ms| {
        let mut program = program(&["ids", &file, "--busy-timeout", ms]);
        program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let (mut patient, mut hasty) = (waiting("600000"), waiting("1500"));
    assert_eq!(hasty.wait().unwrap().code(), Some(1));
    assert_eq!(patient.try_wait().unwrap(), None, "it waits");
    other.execute_batch("ROLLBACK").unwrap();
    assert!(patient.wait().unwrap().success());
}

#[test]
fn for_programs_errors_are_json_too() {
    let told = |ran: super::program::Ran| serde_json::from_str::<Value>(&ran.err).expect("JSON");
    let place = Place::new();
    let file = place.path("events.db");
    let error = told(bad(&["ids", &file, "--json"], 1, "not-found"));
    assert_eq!(error["code"], json!("not-found"));
    assert!(error["message"].as_str().unwrap().contains("events.db"));
    let usage = told(bad(&["ids", "--json", "--nothing"], 2, "invalid-argument"));
    assert!(usage["message"].as_str().unwrap().contains("--nothing"));
    pollster::block_on(async {
        let journal = place.open().await;
        append(&journal, "a", 0, batch([1])).await;
    });
    let table = told(bad(&["ids", &file, "--json", "--events-table", "1"], 2, "invalid-argument"));
    assert!(table["message"].as_str().unwrap().contains("\"1\""));
}

#[test]
fn an_error_names_its_causes_once() {
    let place = Place::new();
    let file = &place.path("events.db");
    let ran = bad(&["import", file, &place.path("none")], 1, "error [not-found]");
    assert!(ran.err.contains("none\" cannot be read\n  because: "), "{}", ran.err);
    fs::write(place.path("text"), "no lines").unwrap();
    let ran = bad(&["import", file, &place.path("text")], 1, "error [invalid-argument]: line 1: ");
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    fs::write(file, [b'x'; 1024]).unwrap();
    let ran = bad(&["ids", file], 3, "error [corrupt]");
    assert_eq!(ran.err.matches("not a database").count(), 1, "{}", ran.err);
}
