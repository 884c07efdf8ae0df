use actor_journal::{
    AppendToken, DurableStateOptions, DurableStateStore, Journal, NewState, SnapshotOptions,
    SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore,
};
use serde_json::json;

use super::program::{good, run};
use crate::{
    place::Place,
    words::{append, batch, event, id},
};

/// Two journals, a snapshot table and a table of states in one file.
async fn shared_file() -> Place {
    let place = Place::new();
    let path = place.path("events.db");
    let journal = place.open().await;
    let at = |seq: u64| event(seq).at(951_827_696_000 + seq as i64);
    append(&journal, "a", 0, (1..=3).map(at).collect::<Vec<_>>()).await;
    append(&journal, "b", 0, batch(4..=5)).await;
    journal.delete(&id("b"), 2).await.unwrap();
    let orders = SqliteJournal::open(place.options().events_table("orders")).await.unwrap();
    append(&orders, "o", 0, batch([9])).await;
    let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&path)).await.unwrap();
    for (stream, seq) in [("b", 2), ("a", 3), ("a", 1)] {
        let state = NewState::json(&seq).unwrap().named("sum", 1).unwrap().at(0);
        snapshots.save(&id(stream), seq, state).await.unwrap();
    }
    let states = DurableStateOptions::new(&path).states_table("carts");
    let states = SqliteDurableStateStore::open(states).await.unwrap();
    let state = NewState::json("a book").unwrap();
    states.save(&id("cart"), 0, state, AppendToken::random()).await.unwrap();
    for journal in [journal, orders] {
        journal.close().await.unwrap();
    }
    snapshots.close().await.unwrap();
    states.close().await.unwrap();
    place
}

#[test]
fn info_tells_what_a_file_is_and_holds() {
    let place = pollster::block_on(shared_file());
    let file = place.path("events.db");
    let bytes = std::fs::metadata(&file).unwrap().len();
    let told = good(&["info", &file]);
    let expected = [
        &format!("file            {file}"),
        &format!("size            {bytes} bytes, pages of 4096"),
        "journal mode    delete",
        "application     0x61636a6e",
        "format version  4",
        "journal         events",
        "  streams       2",
        "  events        3",
        "  position      5",
        "  first event   2000-02-29T12:34:56.001Z",
        "  last event    2000-02-29T12:34:56.003Z",
        "journal         orders",
    ];
    assert_eq!(told.lines()[..expected.len()], expected);
    let tables = ["snapshots       snapshots, 3 rows", "states          carts, 1 rows"];
    assert_eq!(told.lines()[told.lines().len() - 2..], tables);

    let object = &good(&["info", &file, "--json"]).objects()[0];
    assert_eq!(object["path"], json!(file));
    assert_eq!((&object["bytes"], &object["pageSize"]), (&json!(bytes), &json!(4096)));
    assert_eq!((&object["formatVersion"], &object["journalMode"]), (&json!(4), &json!("delete")));
    let events = json!({ "eventsTable": "events", "streams": 2, "events": 3, "headPosition": 5,
        "firstTimestamp": 951827696001_u64, "lastTimestamp": 951827696003_u64 });
    assert_eq!(object["journals"][0], events);
    assert_eq!(object["journals"][1]["eventsTable"], json!("orders"));
    assert_eq!(object["states"], json!([{ "table": "carts", "rows": 1 }]));
}

#[test]
fn info_tells_of_files_of_every_version() {
    for (fixture, version, events) in [
        ("page.db", 0, 5),
        ("page-without-tag-table.db", 0, 2),
        ("version-1.db", 1, 4),
        ("version-2.db", 2, 4),
        ("version-3.db", 3, 4),
        ("version-4.db", 4, 4),
    ] {
        let place = Place::new();
        let file = place.path("events.db");
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/");
        std::fs::copy(format!("{fixtures}{fixture}"), &file).unwrap();
        let object = &good(&["info", &file, "--json"]).objects()[0];
        assert_eq!(object["formatVersion"], json!(version), "{fixture}");
        assert_eq!(object["journals"][0]["events"], json!(events), "{fixture}");
    }
}

#[test]
fn ids_are_listed_in_order_with_their_heads() {
    let place = pollster::block_on(shared_file());
    let file = place.path("events.db");
    assert_eq!(good(&["ids", &file]).lines(), ["a", "b"]);
    assert_eq!(good(&["ids", &file, "--heads"]).lines(), ["3  a", "2  b"]);
    assert_eq!(good(&["ids", &file, "--after", "a"]).lines(), ["b"]);
    assert_eq!(good(&["ids", &file, "--limit", "1"]).lines(), ["a"]);
    assert_eq!(good(&["ids", &file, "--events-table", "orders"]).lines(), ["o"]);
    let objects = good(&["ids", &file, "--heads", "--json"]).objects();
    assert_eq!(objects[0], json!({ "persistenceId": "a", "highestSeq": 3 }));
    assert_eq!(good(&["ids", &file, "--json"]).objects()[1], json!({ "persistenceId": "b" }));
}

#[test]
fn thousands_of_ids_are_one_list() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        let ids: Vec<_> = (0..2500).map(|number| format!("id-{number:04}")).collect();
        for id in &ids {
            journal.raise_compaction_mark(&crate::words::id(id), 1).await.unwrap();
        }
        journal.close().await.unwrap();
        assert_eq!(good(&["ids", &place.path("events.db")]).lines(), ids);
    });
}

#[test]
fn snapshots_are_listed_by_id_and_seq() {
    let place = pollster::block_on(shared_file());
    let file = place.path("events.db");
    let expected = [
        "1970-01-01T00:00:00.000Z  a  1  sum@1  1",
        "1970-01-01T00:00:00.000Z  a  3  sum@1  3",
        "1970-01-01T00:00:00.000Z  b  2  sum@1  2",
    ];
    assert_eq!(good(&["snapshots", &file]).lines(), expected);
    assert_eq!(good(&["snapshots", &file, "--id", "a"]).lines(), expected[..2]);
    assert_eq!(good(&["snapshots", &file, "--id", "c"]).lines(), [""; 0]);
    assert_eq!(good(&["snapshots", &file, "--limit", "1"]).lines(), expected[..1]);
    let object = json!({ "persistenceId": "b", "sequenceNr": 2, "timestamp": 0, "manifest": "sum",
        "version": 1, "state": 2 });
    assert_eq!(good(&["snapshots", &file, "--json"]).objects()[2], object);
}

#[test]
fn a_state_that_cannot_be_decoded_is_shown_as_such() {
    let place = pollster::block_on(shared_file());
    let file = place.path("events.db");
    let sql = "UPDATE snapshots SET state = 'x', checksum = NULL WHERE seq = 1";
    place.connect().execute_batch(sql).unwrap();
    let ran = run(&["snapshots", &file]);
    assert_eq!((ran.code, ran.lines().len()), (Some(3), 3));
    assert!(ran.lines()[0].ends_with("<undecodable, 1 bytes: 78>"), "{}", ran.out);
    assert!(ran.err.starts_with("error [undecodable]: state 1 of \"a\""), "{}", ran.err);
}
