//! What an import makes of lines that an export does not write.

use actor_journal::{
    Export, Import, InMemoryJournal, Journal, NewEvent, NewState, PersistentEvent, Result,
    SnapshotStore, Stores,
};
use pollster::block_on;

use crate::words::{append, everything, id};

const FIRST: &str = r#"{"format":"actor-journal","version":1}"#;
const END: &str = r#"{"end":0}"#;

async fn import(lines: &[&str]) -> Result<Vec<PersistentEvent>> {
    let journal = InMemoryJournal::new();
    let mut import = Import::into(Stores::of(&journal));
    import.page(&lines.join("\n")).await?;
    import.finish()?;
    Ok(everything(&journal).await)
}

fn refused(lines: &[&str]) -> (&'static str, String) {
    let error = block_on(import(lines)).unwrap_err();
    (error.code(), error.to_string())
}

const EVENT: &str = r#"{"persistenceId":"a","sequenceNr":1,"position":4,"timestamp":7,"event":1}"#;

#[test]
fn lines_that_somebody_wrote_are_imported() {
    let events = block_on(import(&[FIRST, EVENT, r#"{"end":1}"#])).unwrap();
    assert_eq!((events[0].timestamp, &*events[0].payload), (7, &b"1"[..]));
    let odd = r#"{"tags":["x","y"],"payload":"/wAB","version":2,"manifest":"m","timestamp":-1,
        "position":4,"sequenceNr":1,"persistenceId":"\u0061"}"#
        .replace('\n', "");
    let events = block_on(import(&[FIRST, &odd, r#" { "end" : 1 } "#])).unwrap();
    assert_eq!((events[0].id.as_str(), &*events[0].payload), ("a", &[255, 0, 1][..]));
    assert_eq!(events[0].tags.len(), 2);
}

#[test]
fn a_wrong_line_is_told_with_its_number() {
    let cases = [
        ("7", "no object"),
        ("[]", "no object"),
        (r#"{"end":0,"end":0}"#, r#""end" does not belong"#),
        ("{}", "missing"),
        (r#"{"unknown":1}"#, "missing"),
        (r#"{"end":0,"unknown":1}"#, "unknown"),
        (r#"{"end":1}"#, "0 events"),
        (r#"{"stream":"a"}"#, "compacted"),
        (r#"{"stream":"a/b","compacted":0}"#, "a/b"),
        (r#"{"stream":"a","compacted":-1}"#, "-1"),
        (r#"{"stream":"a","compacted":9007199254740992}"#, "9007199254740992"),
        (r#"{"stream":"a","compacted":0,"event":1}"#, "event"),
        (r#"{"persistenceId":"a"}"#, "sequenceNr"),
        (
            r#"{"persistenceId":"a","sequenceNr":"1","position":1,"timestamp":1,"event":1}"#,
            r#""sequenceNr" is "1""#,
        ),
        (r#"{"persistenceId":"a","sequenceNr":0,"position":1,"timestamp":1,"event":1}"#, "is 0"),
        (r#"{"persistenceId":"a","sequenceNr":1.5,"position":1,"timestamp":1,"event":1}"#, "1.5"),
        (r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1}"#, "missing"),
        (
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1,"event":1,"payload":""}"#,
            r#""payload" does not belong"#,
        ),
        (
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1,"payload":"/w"}"#,
            "Base64",
        ),
        (
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1,"payload":"/x=="}"#,
            "Base64",
        ),
        (
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1,"event":1,"tags":["a,b"]}"#,
            "comma",
        ),
        (
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1,"event":1,"version":1}"#,
            "manifest",
        ),
        (
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1,"event":1,"manifest":"m","version":0}"#,
            "version 0",
        ),
        (
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":1,"event":{]}"#,
            "line 2: key must be a string at column 73",
        ),
    ];
    for (line, what) in cases {
        let (code, message) = refused(&[FIRST, line]);
        assert_eq!(code, "invalid-argument", "{line}: {message}");
        assert!(message.starts_with("line 2: ") && message.contains(what), "{line}: {message}");
    }
}

#[test]
fn a_text_that_is_something_else_is_refused() {
    for first in
        ["", "{}", EVENT, r#"{"format":"other","version":1}"#, r#"{"format":"actor-journal"}"#]
    {
        let (code, message) = refused(&[first, EVENT, r#"{"end":1}"#]);
        assert_eq!(code, "invalid-argument");
        assert!(message.starts_with("line 1: "), "{message}");
    }
    let (code, message) = refused(&[r#"{"format":"actor-journal","version":2}"#, END]);
    assert_eq!((code, message.starts_with("line 1: ")), ("newer-version", true));
}

#[test]
fn a_text_that_is_cut_short_is_refused() {
    for lines in [&[FIRST][..], &[FIRST, EVENT], &[]] {
        let (code, message) = refused(lines);
        assert_eq!(code, "invalid-argument");
        assert!(message.contains(&format!("line {}", lines.len())), "{message}");
    }
    let (_, message) = refused(&[FIRST, END, EVENT]);
    assert!(message.contains("line 3: something stands behind the last line"), "{message}");
}

#[test]
fn a_byte_order_mark_and_blank_lines_are_passed_over() {
    let marked = format!("\u{feff}{FIRST}");
    for lines in [
        &[&marked, "", EVENT, " \t", r#"{"end":1}"#, "", " \r"][..],
        &[&marked, &format!("\r\n{EVENT}\r\n\r\n{{\"end\":1}}\r\n\r\n\r\n")],
    ] {
        assert_eq!(block_on(import(lines)).unwrap().len(), 1, "{lines:?}");
    }
    let (_, message) = refused(&[FIRST, "", EVENT, "", "wrong"]);
    assert!(message.starts_with("line 5: "), "{message}");
    let third = r#"{"persistenceId":"a","sequenceNr":3,"position":5,"timestamp":7,"event":1}"#;
    let (code, message) = refused(&[FIRST, "", EVENT, "", third]);
    assert!(code == "integrity" && message.starts_with("line 5: "), "{message}");
    for first in ["", "\u{feff}", &format!("\u{feff}\u{feff}{FIRST}")] {
        let (code, message) = refused(&[first, FIRST, END]);
        assert!(code == "invalid-argument" && message.starts_with("line 1: "), "{message}");
    }
}

#[test]
fn a_snapshot_without_a_store_is_refused_before_anything_is_written() {
    block_on(async {
        let journal = InMemoryJournal::new();
        let mut import = Import::into(Stores::of(&journal));
        let snapshot = r#"{"snapshot":"a","sequenceNr":1,"timestamp":9,"state":5}"#;
        let page = [FIRST, r#"{"stream":"a","compacted":1}"#, "", snapshot].join("\n");
        let error = import.page(&page).await.unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
        assert!(error.to_string().starts_with("line 4: a snapshot is to be copied"), "{error}");
        assert_eq!(journal.persistence_ids(None, 1).await.unwrap(), []);
    });
}

#[test]
fn lines_in_another_order_are_refused() {
    let same = r#"{"persistenceId":"b","sequenceNr":1,"position":4,"timestamp":7,"event":1}"#;
    let (_, message) = refused(&[FIRST, EVENT, same]);
    assert!(message.contains("line 3: position 4"), "{message}");
    let (_, message) = refused(&[FIRST, EVENT, r#"{"stream":"b","compacted":1}"#]);
    assert!(message.contains("line 3: streams"), "{message}");
}

#[test]
fn an_event_that_is_missing_is_told_with_its_stream_and_line() {
    let third = r#"{"persistenceId":"a","sequenceNr":3,"position":5,"timestamp":7,"event":1}"#;
    for lines in [&[FIRST, EVENT, third][..], &[FIRST, third]] {
        let error = block_on(import(lines)).unwrap_err();
        assert_eq!(error.code(), "integrity");
        let message = error.to_string();
        assert!(message.contains(&format!("line {}: stream \"a\"", lines.len())), "{message}");
    }
}

#[test]
fn nothing_of_a_page_with_a_wrong_line_is_written() {
    block_on(async {
        let journal = InMemoryJournal::new();
        let mut import = Import::into(Stores::of(&journal));
        assert!(import.page(&[FIRST, EVENT, "wrong"].join("\n")).await.is_err());
        assert_eq!(everything(&journal).await, []);
        import.page(&[FIRST, EVENT, r#"{"end":1}"#].join("\n")).await.unwrap();
        import.finish().unwrap();
        assert_eq!(import.events(), 1);
    });
}

#[test]
fn an_export_has_the_lines_that_are_written_down() {
    block_on(async {
        let journal = InMemoryJournal::new();
        let snapshots = actor_journal::InMemorySnapshotStore::new(3);
        let deposit = NewEvent::bytes(*br#"{"deposited": 5.0}"#).at(7);
        append(&journal, "a", 0, deposit.tagged(["money"]).unwrap().named("d", 2).unwrap()).await;
        append(&journal, "a", 1, NewEvent::bytes([255, 0]).at(8)).await;
        snapshots.save(&id("a"), 1, NewState::json(&5).unwrap().at(9)).await.unwrap();
        journal.raise_compaction_mark(&id("moved"), 3).await.unwrap();
        let mut export = Export::of(Stores::of(&journal).snapshots(&snapshots));
        let mut text = String::new();
        while let Some(lines) = export.page().await.unwrap() {
            text += &lines;
        }
        let lines = [
            FIRST,
            r#"{"stream":"a","compacted":0}"#,
            r#"{"snapshot":"a","sequenceNr":1,"timestamp":9,"state":5}"#,
            r#"{"stream":"moved","compacted":3}"#,
            r#"{"persistenceId":"a","sequenceNr":1,"position":1,"timestamp":7,"tags":["money"],"manifest":"d","version":2,"event":{"deposited": 5.0}}"#,
            r#"{"persistenceId":"a","sequenceNr":2,"position":2,"timestamp":8,"payload":"/wA="}"#,
            r#"{"end":2}"#,
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    });
}
