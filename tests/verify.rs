//! What a check of a file finds, and what it lets pass.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod projecting;
mod words;

use std::fs;

use actor_journal::{
    AppendToken, DurableStateOptions, DurableStateStore, Journal, NewEvent, NewState, Problem,
    Progress, SnapshotOptions, SnapshotStore, SqliteDurableStateStore, SqliteJournal,
    SqliteProjection, SqliteSnapshotStore, Verification, codec,
};
use futures_util::future::{join_all, poll_immediate};
use place::Place;
use projecting::Totals;
use words::{append, batch, event, id, named, tagged};

/// A closed file with streams, tags, a compacted prefix, a stream without events, a projection,
/// snapshots and states.
async fn rich() -> Place {
    let place = Place::new();
    let (journal, snapshots, states) =
        (place.open().await, snapshots(&place).await, states(&place).await);
    let cbor = NewEvent::cbor(&[1, 2, 3]).unwrap();
    append(&journal, "a", 0, vec![tagged(1, &["x", "y"]), cbor, named(3, "counted", 2)]).await;
    append(&journal, "b", 0, batch(1..=5)).await;
    append(&journal, "c", 0, vec![tagged(1, &["x"]), event(2)]).await;
    append(&journal, "a", 3, vec![tagged(4, &["x"])]).await;
    journal.delete(&id("b"), 2).await.unwrap();
    journal.delete(&id("c"), 2).await.unwrap();
    for (stream, seq) in [("a", 2), ("b", 4), ("c", 2)] {
        snapshots.save(&id(stream), seq, NewState::json(&seq).unwrap()).await.unwrap();
    }
    let state = NewState::json(&["book"]).unwrap().named("cart", 1).unwrap();
    states.save(&id("a"), 0, state, AppendToken::random()).await.unwrap();
    states.save(&id("z"), 0, NewState::cbor(&1).unwrap(), AppendToken::random()).await.unwrap();
    states.delete(&id("z"), 1, AppendToken::random()).await.unwrap();
    drop(SqliteProjection::open(&journal, Totals::default()).await.unwrap());
    journal.close().await.unwrap();
    snapshots.close().await.unwrap();
    states.close().await.unwrap();
    place
}

async fn snapshots(place: &Place) -> SqliteSnapshotStore {
    let options = SnapshotOptions::new(place.path("events.db"));
    SqliteSnapshotStore::open(options).await.unwrap()
}

async fn states(place: &Place) -> SqliteDurableStateStore {
    let options = DurableStateOptions::new(place.path("events.db"));
    SqliteDurableStateStore::open(options).await.unwrap()
}

/// What is found in journal, snapshots and states.
async fn check(place: &Place) -> Verification {
    let mut found = place.open().await.verify(|_| ()).await.unwrap();
    found.add(snapshots(place).await.verify(Some("events"), |_| ()).await.unwrap());
    found.add(states(place).await.verify(|_| ()).await.unwrap());
    found
}

/// Asserts that `damage` by SQL to what [`rich`] holds is found, with one of the problems at `stream`
/// and `seq`.
async fn finds(rich: &Place, damage: &str, stream: Option<&str>, seq: Option<u64>) {
    let place = Place::new();
    fs::copy(rich.path("events.db"), place.path("events.db")).unwrap();
    let connection = place.connect();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    connection.execute_batch(damage).unwrap();
    drop(connection);
    let found = check(&place).await;
    let at = |problem: &Problem| {
        problem.id.as_ref().map(|id| id.as_str()) == stream && problem.seq == seq
    };
    assert!(found.problems.iter().any(at), "{damage}: {:#?}", found.problems);
    assert!(!found.is_sound());
}

#[test]
fn a_sound_file_is_found_sound_and_counted() {
    pollster::block_on(async {
        let place = rich().await;
        let journal = place.open().await;
        let found = journal.verify(|_| ()).await.unwrap();
        assert!(found.is_sound(), "{:#?}", found.problems);
        assert_eq!((found.streams, found.events, found.tags), (3, 7, 3));
        assert_eq!((found.unchecked, found.opaque), (0, 0));
        let found = check(&place).await;
        assert!(found.is_sound(), "{:#?}", found.problems);
        assert_eq!(found.states, 5);
    });
}

/// What is done to the rows of [`rich`], and the stream and seq it is to be found at, 0 without one.
const DAMAGE: &[(&str, &str, u64)] = &[
    ("DELETE FROM events WHERE pid = 'a' AND seq = 3", "a", 3),
    ("DELETE FROM events WHERE pid = 'a' AND seq = 4", "a", 4),
    ("DELETE FROM events WHERE pid = 'a'", "a", 1),
    ("DELETE FROM events WHERE pid = 'b' AND seq = 3", "b", 3),
    ("UPDATE events SET seq = 99 WHERE pid = 'a' AND seq = 4", "a", 99),
    ("UPDATE events_heads SET head = 3, checksum = NULL WHERE pid = 'a'", "a", 4),
    ("UPDATE events_heads SET head = 5, checksum = NULL WHERE pid = 'a'", "a", 5),
    ("UPDATE events_heads SET compacted = 1, checksum = NULL WHERE pid = 'b'", "b", 2),
    ("UPDATE events_heads SET compacted = 9 WHERE pid = 'b'", "b", 5),
    ("UPDATE events_heads SET head = 7 WHERE pid = 'c'", "c", 8),
    ("DELETE FROM events_heads WHERE pid = 'a'", "a", 1),
    ("DELETE FROM events_begun WHERE pid = 'a'", "b", 0),
    ("UPDATE events_begun SET number = 9 WHERE pid = 'c'", "c", 0),
    ("UPDATE events_begun SET pid = 'd' WHERE pid = 'c'", "d", 0),
    ("UPDATE events_begun SET checksum = checksum + 1 WHERE pid = 'c'", "c", 0),
    ("UPDATE events SET position = 99, checksum = NULL WHERE pid = 'a' AND seq = 1", "a", 2),
    ("UPDATE events SET position = 0 WHERE pid = 'a' AND seq = 1", "a", 1),
    ("UPDATE events SET tags = 'x', checksum = NULL WHERE pid = 'a' AND seq = 1", "a", 1),
    ("UPDATE events SET tags = 'x,y,z', checksum = NULL WHERE pid = 'a' AND seq = 1", "a", 1),
    ("UPDATE events SET tags = 'y,y,x', checksum = NULL WHERE pid = 'a' AND seq = 1", "a", 1),
    ("DELETE FROM events_tags WHERE pid = 'a' AND seq = 4", "a", 4),
    ("INSERT INTO events_tags VALUES ('a', 2, 'x', 2)", "a", 2),
    ("INSERT INTO events_tags VALUES ('b', 1, 'x', 4)", "b", 1),
    ("INSERT INTO events_tags VALUES ('zz', 7, 'x', 4)", "zz", 7),
    ("UPDATE events_tags SET position = 4 WHERE pid = 'a' AND seq = 1", "a", 1),
    ("UPDATE events SET manifest = NULL, checksum = NULL WHERE manifest = 'counted'", "a", 3),
    ("UPDATE events SET version = 0, checksum = NULL WHERE manifest = 'counted'", "a", 3),
    ("UPDATE events SET token = x'00', checksum = NULL WHERE pid = 'a' AND seq = 1", "a", 1),
    ("UPDATE events SET token = 'text' WHERE pid = 'a' AND seq = 1", "a", 1),
    ("UPDATE events SET ts = 'noon' WHERE pid = 'a' AND seq = 2", "a", 2),
    ("UPDATE events SET event = 5 WHERE pid = 'a' AND seq = 2", "a", 2),
    ("UPDATE events SET event = '{', checksum = NULL WHERE pid = 'a' AND seq = 2", "a", 2),
    ("UPDATE events SET event = x'd9d9f782', checksum = NULL WHERE pid = 'a' AND seq = 2", "a", 2),
    ("UPDATE events SET event = '7' WHERE pid = 'a' AND seq = 2", "a", 2),
    ("UPDATE events SET ts = ts + 1 WHERE pid = 'a' AND seq = 2", "a", 2),
    ("UPDATE events SET checksum = checksum + 1 WHERE pid = 'a' AND seq = 2", "a", 2),
    ("UPDATE snapshots SET state = '3' WHERE pid = 'a'", "a", 2),
    ("UPDATE snapshots SET state = '{', checksum = NULL WHERE pid = 'a'", "a", 2),
    ("UPDATE snapshots SET ts = ts + 1 WHERE pid = 'a'", "a", 2),
    ("UPDATE snapshots SET seq = 5, checksum = NULL WHERE pid = 'a'", "a", 5),
    ("UPDATE snapshots SET seq = 0 WHERE pid = 'a'", "a", 0),
    ("DELETE FROM snapshots WHERE pid = 'c'", "c", 2),
    ("UPDATE states SET revision = 7 WHERE pid = 'a'", "a", 7),
    ("UPDATE states SET state = '[]' WHERE pid = 'a'", "a", 1),
    ("UPDATE states SET token = x'00', checksum = NULL WHERE pid = 'a'", "a", 1),
    ("UPDATE states SET version = NULL, checksum = NULL WHERE pid = 'a'", "a", 1),
];

#[test]
fn what_no_journal_would_have_written_is_found() {
    pollster::block_on(async {
        let rich = rich().await;
        for &(damage, stream, seq) in DAMAGE {
            finds(&rich, damage, Some(stream), (seq > 0).then_some(seq)).await;
        }
        let names = [
            "INSERT INTO events_heads VALUES ('a/b', 0, 0, NULL)",
            "UPDATE states SET pid = 'a/b', checksum = NULL WHERE pid = 'z'",
        ];
        for (damage, seq) in names.iter().zip([None, Some(2)]) {
            finds(&rich, damage, Some("a/b"), seq).await;
        }
        let last = "DELETE FROM events_begun WHERE number = (SELECT max(number) FROM events_begun)";
        finds(&rich, last, None, None).await;
        for note in ["value = -1", "value = 3", "key = 'first_position'", "value = 'none'"] {
            let noted = format!("UPDATE events_meta SET {note} WHERE key = 'last_position'");
            finds(&rich, &noted, None, None).await;
        }
        for build in ["position = 7", "stands = 0", "name = 'sums'", "tables = 'sums'", "build = 2"]
        {
            let noted = format!("UPDATE events_projections SET {build}");
            finds(&rich, &noted, None, None).await;
        }
    });
}

#[test]
fn damage_to_pages_is_found() {
    pollster::block_on(async {
        let loose = "CREATE TABLE loose (a); PRAGMA writable_schema = ON;
                     DELETE FROM sqlite_schema WHERE name = 'loose'";
        finds(&rich().await, loose, None, None).await;
    });
}

#[test]
fn a_payload_of_a_codec_of_ones_own_is_counted_and_not_judged() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        let own = || NewEvent::bytes(*b"\x0a\x03own");
        append(&journal, "a", 0, vec![event(1), own(), own()]).await;
        let found = journal.verify(|_| ()).await.unwrap();
        assert!(found.is_sound(), "{:?}", found.problems);
        assert_eq!((found.events, found.opaque), (3, 2));

        let mut broken = codec::CBOR_PREFIX.to_vec();
        broken.push(0x1c);
        append(&journal, "a", 3, vec![NewEvent::bytes(*b"{\"a\":"), NewEvent::bytes(broken)]).await;
        let found = journal.verify(|_| ()).await.unwrap();
        let seqs: Vec<_> = found.problems.iter().map(|problem| problem.seq).collect();
        assert_eq!(seqs, [Some(4), Some(5)], "{:?}", found.problems);
    });
}

#[test]
fn the_problems_that_are_named_are_bounded_and_all_are_counted() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = place.open().await;
        append(&journal, "a", 0, batch(0..5000)).await;
        place.connect().execute_batch("UPDATE events SET ts = ts + 1").unwrap();
        let found = journal.verify(|_| ()).await.unwrap();
        assert_eq!((found.found, found.events), (5000, 5000));
        assert_eq!(found.problems.len(), Verification::MAX_PROBLEMS);
        assert_eq!(found.problems[99].seq, Some(100));
    });
}

/// A journal of more than a page, with long streams and short ones.
async fn long(place: &Place) -> SqliteJournal {
    let journal = SqliteJournal::open(place.options().wal(true)).await.unwrap();
    for stream in ["a", "b"] {
        append(&journal, stream, 0, (0..3000).map(|n| tagged(n, &["x"])).collect::<Vec<_>>()).await;
    }
    let short = (0..2100).map(|stream| {
        let journal = &journal;
        async move { append(journal, &format!("short-{stream}"), 0, event(stream)).await }
    });
    join_all(short).await;
    journal
}

#[test]
fn progress_rises_to_its_total() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = long(&place).await;
        let mut steps: Vec<Progress> = Vec::new();
        let found = journal.verify(|progress| steps.push(progress)).await.unwrap();
        assert!(found.is_sound(), "{:?}", found.problems);
        assert_eq!((found.streams, found.events, found.tags), (2102, 8100, 6000));
        assert!(steps.len() > 6, "{steps:?}");
        assert!(steps.is_sorted_by_key(|progress| progress.done));
        let last = steps.last().unwrap();
        assert_eq!((last.done, last.total), (2 * 12_304, 2 * 12_304));
    });
}

#[test]
fn what_is_written_and_compacted_meanwhile_is_no_problem() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = long(&place).await;
        let (mut next, mut turn) = (Some(String::new()), 0);
        while let Some(cursor) = next {
            let part = journal.verify_part(cursor).await.unwrap();
            assert!(part.found.is_sound(), "{:?}", part.found.problems);
            append(&journal, "a", 3000 + turn, tagged(1, &["y"])).await;
            append(&journal, &format!("new-{turn}"), 0, event(1)).await;
            journal.delete(&id("a"), 500 * turn).await.unwrap();
            journal.delete(&id("b"), 2900 + turn).await.unwrap();
            (next, turn) = (part.next, turn + 1);
        }
        assert!(turn > 6);
        assert!(journal.verify(|_| ()).await.unwrap().is_sound());
    });
}

#[test]
fn a_check_goes_on_where_another_handle_began_it() {
    pollster::block_on(async {
        let place = Place::new();
        let mut journal = long(&place).await;
        let mut whole = Verification::default();
        let mut next = Some(String::new());
        while let Some(cursor) = next {
            let part = journal.verify_part(cursor).await.unwrap();
            whole.add(part.found);
            next = part.next;
            journal.close().await.unwrap();
            journal = place.open().await;
        }
        assert_eq!((whole.events, whole.found), (8100, 0));
        for nowhere in ["x", "9 0 0 0 0 ", "1 2", "1 a 0 0 0 a"] {
            let error = journal.verify_part(nowhere.into()).await.unwrap_err();
            assert_eq!(error.code(), "invalid-argument", "{nowhere}");
        }
    });
}

#[test]
fn a_check_that_is_dropped_ends() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = long(&place).await;
        let mut parts = 0;
        let mut check = Box::pin(journal.verify(|_| parts += 1));
        assert!(poll_immediate(&mut check).await.is_none());
        drop(check);
        assert!(parts < 2, "{parts}");
        append(&journal, "a", 3000, event(1)).await;
        journal.close().await.unwrap();
        assert!(journal.verify(|_| ()).await.unwrap_err().is_closed());
    });
}

#[test]
fn a_snapshot_store_asks_for_a_journal_that_is_there() {
    pollster::block_on(async {
        let place = rich().await;
        let store = snapshots(&place).await;
        assert!(store.verify(None, |_| ()).await.unwrap().is_sound());
        let error = store.verify(Some("orders"), |_| ()).await.unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
    });
}
