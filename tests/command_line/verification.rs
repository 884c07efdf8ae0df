use actor_journal::{
    Journal, NewState, SnapshotOptions, SnapshotStore, SqliteJournal, SqliteSnapshotStore,
};
use serde_json::json;

use super::program::{bad, good, run};
use crate::{
    place::Place,
    words::{append, batch, event, id, tagged},
};

/// A journal `events` with a snapshot, and a journal `orders`.
async fn place() -> Place {
    let place = Place::new();
    let journal = place.open().await;
    append(&journal, "a", 0, vec![event(1), tagged(2, &["x", "y"])]).await;
    append(&journal, "b", 0, batch([3])).await;
    let options = SnapshotOptions::new(place.path("events.db"));
    let snapshots = SqliteSnapshotStore::open(options).await.unwrap();
    snapshots.save(&id("a"), 2, NewState::json(&3).unwrap()).await.unwrap();
    let orders = SqliteJournal::open(place.options().events_table("orders")).await.unwrap();
    append(&orders, "o", 0, batch([9])).await;
    for journal in [journal, orders] {
        journal.close().await.unwrap();
    }
    snapshots.close().await.unwrap();
    place
}

#[test]
fn a_sound_file_is_found_sound() {
    let place = pollster::block_on(place());
    let file = place.path("events.db");
    let expected = [
        "journal events: 2 streams, 3 events, 2 tags",
        "journal orders: 1 streams, 1 events",
        "snapshots snapshots: 1 states",
        "sound",
    ];
    assert_eq!(good(&["verify", &file]).lines(), expected);
    let object = &good(&["verify", &file, "--json"]).objects()[0];
    assert_eq!(object["isSound"], json!(true));
    assert_eq!(object["checked"][0]["tags"], json!(2));
    assert_eq!(object["checked"][2]["kind"], json!("snapshots"));
}

#[test]
fn what_is_wrong_is_named_wherever_it_is() {
    for (damage, table, id, seq) in [
        ("DELETE FROM events WHERE pid = 'a' AND seq = 1", "events", json!("a"), json!(1)),
        ("UPDATE events SET event = '4' WHERE pid = 'b'", "events", json!("b"), json!(1)),
        ("UPDATE orders SET ts = 0", "orders", json!("o"), json!(1)),
        ("UPDATE snapshots SET state = '4'", "snapshots", json!("a"), json!(2)),
        ("ALTER TABLE snapshots RENAME state TO stat", "snapshots", json!(null), json!(null)),
    ] {
        let place = pollster::block_on(place());
        place.connect().execute_batch(damage).unwrap();
        let ran = run(&["verify", &place.path("events.db"), "--json"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(3), ""), "{damage}: {}", ran.out);
        let object = &ran.objects()[0];
        assert_eq!(object["isSound"], json!(false), "{damage}");
        let checked = object["checked"].as_array().unwrap();
        let broken: Vec<_> =
            checked.iter().filter(|checked| checked["found"] != json!(0)).collect();
        assert_eq!(broken[0]["table"], json!(table), "{damage}");
        let problem = &broken[0]["problems"][0];
        assert_eq!((&problem["persistenceId"], &problem["sequenceNr"]), (&id, &seq), "{damage}");
        assert!(problem["message"].is_string(), "{damage}");
    }
}

#[test]
fn a_journal_of_which_a_table_is_missing_is_not_overlooked() {
    for table in ["orders", "orders_tags", "orders_heads", "orders_begun", "orders_meta"] {
        let place = pollster::block_on(place());
        let sql = format!("PRAGMA foreign_keys = OFF; DROP TABLE {table}");
        place.connect().execute_batch(&sql).unwrap();
        let ran = run(&["verify", &place.path("events.db"), "--json"]);
        assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
        let broken = &ran.objects()[0]["checked"][0];
        assert_eq!((&broken["kind"], &broken["found"]), (&json!("database"), &json!(1)));
        assert!(broken["problems"][0]["message"].as_str().unwrap().contains("orders"));
    }
}

#[test]
fn problems_are_told_to_people_line_by_line() {
    let place = pollster::block_on(place());
    let damage = "UPDATE events SET event = '4' || char(27) WHERE pid = 'b'";
    place.connect().execute_batch(damage).unwrap();
    let ran = run(&["verify", &place.path("events.db")]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.lines()[1].starts_with("  b 1: "), "{}", ran.out);
    assert!(ran.lines().last().unwrap().starts_with("problems: "), "{}", ran.out);
}

#[test]
fn a_file_without_a_journal_is_not_sound() {
    let place = Place::new();
    place.connect().execute_batch("CREATE TABLE notes (note TEXT)").unwrap();
    let ran = run(&["verify", &place.path("events.db")]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(3), ""));
    assert!(ran.lines()[1].contains("holds no journal and no store"), "{}", ran.out);
}

#[test]
fn a_stream_whose_states_are_elsewhere_is_sound_and_told_where_recovery_is_asked_for() {
    let place = pollster::block_on(async {
        let place = place().await;
        let journal = place.open().await;
        journal.delete(&id("b"), 1).await.unwrap();
        journal.close().await.unwrap();
        place
    });
    let file = &place.path("events.db");
    assert_eq!(good(&["verify", file]).lines().last(), Some(&"sound"));
    bad_recovery(file, "  b 1: the events up to here were compacted");
    let covers = "INSERT INTO snapshots (pid, seq, state, ts) VALUES ('b', 1, '3', 0)";
    place.connect().execute_batch(covers).unwrap();
    good(&["verify", file, "--recovery"]);
    place.connect().execute_batch("UPDATE snapshots SET seq = 9 WHERE pid = 'b'").unwrap();
    bad_recovery(file, "lies above the head");
    bad(&["verify", file, "--recovery", "--events-table", "none"], 1, "error [not-found]");
}

fn bad_recovery(file: &str, what: &str) {
    let ran = run(&["verify", file, "--recovery"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(what), "{}", ran.out);
}

#[test]
fn a_file_with_any_page_damaged_is_never_found_sound() {
    let place = pollster::block_on(place());
    let file = place.path("events.db");
    let whole = std::fs::read(&file).unwrap();
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        // The page's header, which on the first page stands behind the file's.
        let at = page * 4096 + if page == 0 { 100 } else { 0 };
        damaged[at..at + 8].fill(0xff);
        std::fs::write(&file, damaged).unwrap();
        let ran = run(&["verify", &file]);
        assert_eq!(ran.code, Some(3), "page {page}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_file_of_the_first_format_is_to_be_brought_up_to_date_first() {
    let place = Place::new();
    let file = place.path("events.db");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/page.db"), &file).unwrap();
    bad(&["verify", &file], 1, "error [read-only]");
    let ran = bad(&["events", &file], 1, "error [read-only]");
    assert!(ran.err.contains("open it once where it can be written"), "{}", ran.err);
}
