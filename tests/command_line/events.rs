use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use actor_journal::{Journal, NewEvent};
use serde_json::json;

use super::program::{bad, good, program, run};
use crate::{
    place::Place,
    words::{append, batch, event, named, tagged},
};

/// Two streams whose events carry tags and manifests, at positions 1 to 5, all of one time.
async fn bank() -> Place {
    let place = Place::new();
    let journal = place.open().await;
    let at = |events: Vec<NewEvent>| -> Vec<NewEvent> {
        events.into_iter().map(|event| event.at(951_827_696_789)).collect()
    };
    append(&journal, "ada", 0, at(vec![tagged(1, &["in"]), tagged(2, &["in", "gift"])])).await;
    append(&journal, "bob", 0, at(vec![named(3, "opened", 2), tagged(4, &["out"])])).await;
    append(&journal, "ada", 2, at(vec![event(5)])).await;
    journal.close().await.unwrap();
    place
}

fn values(arguments: &[&str]) -> Vec<serde_json::Value> {
    good(&[&["events", "--json"], arguments].concat()).field("event")
}

#[test]
fn each_event_is_a_line_in_columns_in_commit_order() {
    let place = pollster::block_on(bank());
    let expected = [
        "2000-02-29T12:34:56.789Z  1  ada  1  in       -         1",
        "2000-02-29T12:34:56.789Z  2  ada  2  in,gift  -         2",
        "2000-02-29T12:34:56.789Z  3  bob  1  -        opened@2  3",
        "2000-02-29T12:34:56.789Z  4  bob  2  out      -         4",
        "2000-02-29T12:34:56.789Z  5  ada  3  -        -         5",
    ];
    assert_eq!(good(&["events", &place.path("events.db")]).lines(), expected);
}

#[test]
fn for_programs_each_event_is_an_object_with_the_names_of_javascript() {
    let place = pollster::block_on(bank());
    let ran = good(&["events", &place.path("events.db"), "--json"]);
    let expected = [
        json!({ "persistenceId": "ada", "sequenceNr": 2, "position": 2,
            "timestamp": 951827696789_u64, "tags": ["in", "gift"], "event": 2 }),
        json!({ "persistenceId": "bob", "sequenceNr": 1, "position": 3,
            "timestamp": 951827696789_u64, "manifest": "opened", "version": 2, "event": 3 }),
    ];
    assert_eq!(ran.objects()[1..3], expected);
}

#[test]
fn events_are_chosen_by_stream_seq_tags_position_and_count() {
    let place = pollster::block_on(bank());
    let file = place.path("events.db");
    for (arguments, expected) in [
        (&["--id", "ada"][..], vec![1, 2, 5]),
        (&["--id", "ada", "--from", "2"], vec![2, 5]),
        (&["--id", "ada", "--from", "2", "--to", "2"], vec![2]),
        (&["--id", "ada", "--any", "in"], vec![1, 2]),
        (&["--id", "ada", "--after", "1"], vec![2, 5]),
        (&["--all", "in", "--all", "gift"], vec![2]),
        (&["--any", "gift", "--any", "out"], vec![2, 4]),
        (&["--not", "in", "--not", "out"], vec![3, 5]),
        (&["--all", "in", "--not", "gift"], vec![1]),
        (&["--after", "3"], vec![4, 5]),
        (&["--after", "9"], vec![]),
        (&["--after", "1", "--limit", "2"], vec![2, 3]),
        (&["--limit", "0"], vec![]),
    ] {
        let all = [&[file.as_str()], arguments].concat();
        assert_eq!(values(&all), expected, "{arguments:?}");
    }
    bad(&["events", &file, "--id", "nobody"], 1, "error [not-found]");
}

#[test]
fn many_pages_are_one_list() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        append(&journal, "a", 0, batch(1..=5000)).await;
        journal.close().await.unwrap();
        let file = place.path("events.db");
        let expected: Vec<_> = (1..=5000).collect();
        assert_eq!(values(&[&file]), expected);
        assert_eq!(values(&[&file, "--id", "a"]), expected);
    });
}

#[test]
fn cbor_is_shown_as_what_it_is() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        // {"b": h'00ff', "t": 0("2026-11-23T00:00:00Z"), "n": NaN}
        let mut cbor = b"\xd9\xd9\xf7\xa3\x61b\x42\x00\xff\x61t\xc0\x74".to_vec();
        cbor.extend(b"2026-11-23T00:00:00Z\x61n\xf9\x7e\x00");
        append(&journal, "a", 0, NewEvent::bytes(cbor)).await;
        journal.close().await.unwrap();
        let file = place.path("events.db");
        let shown = r#"{"b":h'00ff',"t":0("2026-11-23T00:00:00Z"),"n":NaN}"#;
        assert!(good(&["events", &file]).out.trim_end().ends_with(shown));
        let json = json!({ "b": "AP8", "t": "2026-11-23T00:00:00Z", "n": null });
        assert_eq!(values(&[&file]), [json]);
    });
}

#[test]
fn a_payload_that_cannot_be_decoded_is_shown_as_such_and_hides_no_other() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        let broken = NewEvent::bytes(&b"{\xff"[..]);
        append(&journal, "a", 0, vec![event(1), broken, event(3)]).await;
        journal.close().await.unwrap();
        let file = place.path("events.db");

        let ran = run(&["events", &file]);
        assert_eq!(ran.code, Some(3));
        assert!(ran.lines()[1].ends_with("<undecodable, 2 bytes: 7bff>"), "{}", ran.out);
        assert_eq!(ran.lines().len(), 3);
        assert!(ran.err.starts_with("error [undecodable]: seq 2 of \"a\""), "{}", ran.err);

        let ran = run(&["events", &file, "--json"]);
        assert_eq!(ran.code, Some(3));
        assert_eq!(ran.field("event"), [json!(1), json!(null), json!(3)]);
        let error = &ran.objects()[1]["error"];
        assert_eq!((&error["code"], &error["sequenceNr"]), (&json!("undecodable"), &json!(2)));
        let told: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        assert_eq!(&told, error);
    });
}

#[test]
fn what_a_terminal_would_obey_is_written_out() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        append(&journal, "a", 0, NewEvent::bytes("\"\u{9b}2J\"".as_bytes())).await;
        journal.close().await.unwrap();
        let sql = "UPDATE events_heads SET pid = 'a' || char(27) || '[2J';
            UPDATE events SET pid = 'a' || char(27) || '[2J', tags = 'b' || char(10),
            checksum = NULL";
        place.connect().execute_batch(sql).unwrap();
        let file = place.path("events.db");

        let ran = good(&["events", &file]);
        assert_eq!(ran.lines().len(), 1);
        for shown in [r"a\u001b[2J", r"b\u000a", r#""\u009b2J""#] {
            assert!(ran.out.contains(shown), "{}", ran.out);
        }
        assert!(!ran.out.trim_end().contains(char::is_control));
        assert_eq!(good(&["ids", &file]).lines(), [r"a\u001b[2J"]);

        let ran = good(&["events", &file, "--json"]);
        assert!(!ran.out.trim_end().contains(char::is_control));
        assert_eq!(ran.field("persistenceId"), ["a\u{1b}[2J"]);
        assert_eq!(ran.field("event"), ["\u{9b}2J"]);
    });
}

#[test]
fn it_ends_quietly_when_nobody_reads_any_more() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        // More than a pipe holds.
        append(&journal, "a", 0, batch(1..=5000)).await;
        journal.close().await.unwrap();
        let mut program = program(&["events", &place.path("events.db")]);
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.contains("  a  "), "{first}");
        let mut complaints = String::new();
        child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
        assert_eq!((child.wait().unwrap().code(), complaints.as_str()), (Some(0), ""));
    });
}
