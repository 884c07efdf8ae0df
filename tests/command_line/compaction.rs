use actor_journal::{
    Journal, NewState, ReplayRange, SnapshotOptions, SnapshotStore, SqliteSnapshotStore,
};
use serde_json::json;

use super::program::{bad, good};
use crate::{
    place::Place,
    words::{append, batch, id, seqs},
};

/// Streams of ten events: `a` with snapshots at 4 and 8, `b` with one at 10, `c` without.
async fn place() -> Place {
    let place = Place::new();
    let journal = place.open().await;
    let options = SnapshotOptions::new(place.path("events.db"));
    let snapshots = SqliteSnapshotStore::open(options).await.unwrap();
    for (stream, seqs) in [("a", &[4, 8][..]), ("b", &[10]), ("c", &[])] {
        append(&journal, stream, 0, batch(1..=10)).await;
        for &seq in seqs {
            snapshots.save(&id(stream), seq, NewState::json(&seq).unwrap()).await.unwrap();
        }
    }
    journal.close().await.unwrap();
    snapshots.close().await.unwrap();
    place
}

/// The seqs that are left of each stream.
async fn left(place: &Place) -> [Vec<u64>; 3] {
    let journal = place.open().await;
    let mut left = [vec![], vec![], vec![]];
    for (stream, left) in ["a", "b", "c"].into_iter().zip(&mut left) {
        *left = seqs(&journal.read(&id(stream), ReplayRange::from(..)).await.unwrap());
        assert_eq!(journal.highest_seq(&id(stream)).await.unwrap(), 10);
    }
    journal.close().await.unwrap();
    left
}

#[test]
fn what_kept_snapshots_cover_is_deleted() {
    pollster::block_on(async {
        let place = place().await;
        let ran = good(&["compact", &place.path("events.db")]);
        let expected = [
            "a: 4 events up to seq 4",
            "b: 10 events up to seq 10",
            "deleted: 14 events of 2 streams",
        ];
        assert_eq!(ran.lines(), expected);
        assert_eq!(left(&place).await, [(5..=10).collect(), vec![], (1..=10).collect::<Vec<_>>()]);
        let again = good(&["compact", &place.path("events.db")]);
        assert_eq!(again.lines(), ["deleted: 0 events of 0 streams"]);
    });
}

#[test]
fn a_dry_run_says_the_same_and_deletes_nothing() {
    pollster::block_on(async {
        let place = place().await;
        let before = std::fs::read(place.path("events.db")).unwrap();
        let ran = good(&["compact", &place.path("events.db"), "--dry-run"]);
        assert_eq!(ran.lines()[2], "would be deleted: 14 events of 2 streams");
        assert_eq!(std::fs::read(place.path("events.db")).unwrap(), before);
    });
}

#[test]
fn one_stream_is_compacted_to_what_was_asked_for() {
    pollster::block_on(async {
        let place = place().await;
        let file = place.path("events.db");
        good(&["compact", &file, "--id", "a"]);
        let ran = good(&["compact", &file, "--id", "c", "--to", "3", "--json"]);
        assert_eq!(ran.objects(), [json!({ "persistenceId": "c", "toSeq": 3, "events": 3 })]);
        let ran = good(&["compact", &file, "--id", "b", "--to", "99", "--json"]);
        assert_eq!(ran.objects(), [json!({ "persistenceId": "b", "toSeq": 10, "events": 10 })]);
        assert_eq!(left(&place).await, [(5..=10).collect(), vec![], (4..=10).collect::<Vec<_>>()]);
        good(&["compact", &file, "--id", "nobody"]);
    });
}

#[test]
fn nothing_is_deleted_under_a_snapshot_above_the_head() {
    pollster::block_on(async {
        let place = place().await;
        place
            .connect()
            .execute_batch("UPDATE snapshots SET seq = 11, checksum = NULL WHERE seq = 8")
            .unwrap();
        bad(&["compact", &place.path("events.db")], 3, "error [snapshot-integrity]");
        assert_eq!(left(&place).await[0], (1..=10).collect::<Vec<_>>());
    });
}

#[test]
fn a_file_of_an_earlier_version_is_brought_up_to_date() {
    let place = Place::new();
    let file = place.path("events.db");
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/page.db");
    std::fs::copy(fixture, &file).unwrap();
    let first = good(&["info", &file, "--json"]).objects()[0]["formatVersion"].clone();
    let id = pollster::block_on(async {
        let sql = "SELECT pid FROM events LIMIT 1";
        place.connect().query_row(sql, [], |row| row.get::<_, String>(0)).unwrap()
    });
    good(&["compact", &file, "--id", &id, "--to", "1"]);
    let then = good(&["info", &file, "--json"]).objects()[0]["formatVersion"].clone();
    assert_eq!((first, then), (json!(0), json!(4)));
}
