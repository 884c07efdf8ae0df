//! What a file holds, told without a change to it.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::fs;

use actor_journal::{
    DatabaseInfo, Journal, NewState, SnapshotOptions, SnapshotStore, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore,
};
use place::Place;
use words::{append, batch, id};

#[test]
fn journals_are_found_under_every_stem_and_counted_by_their_heads() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let other = SqliteJournal::open(place.options().events_table("other")).await.unwrap();
        append(&other, "a", 0, batch(1..=5)).await;
        append(&other, "b", 0, batch(1..=5)).await;
        other.delete(&id("b"), 5).await.unwrap();
        other.close().await.unwrap();
        let before = fs::read(place.path("events.db")).unwrap();
        let info = DatabaseInfo::read(place.options()).await.unwrap();
        let [events, other] = &info.journals[..] else { panic!("{info:?}") };
        assert_eq!((events.streams, events.events, events.head_position), (1, 10, 10));
        assert_eq!((other.streams, other.events, other.head_position), (2, 5, 10));
        assert!(other.first_timestamp.is_some());
        assert_eq!(info.bytes, before.len() as u64);
        assert_eq!(fs::read(place.path("events.db")).unwrap(), before);
    });
}

#[test]
fn a_file_that_is_none_of_ours_is_told_from_one_that_is() {
    pollster::block_on(async {
        let place = Place::new();
        let error = DatabaseInfo::read(place.options()).await.unwrap_err();
        assert_eq!(error.code(), "not-found");
        place
            .connect()
            .execute_batch("CREATE TABLE \"a\"\"b\" (x); CREATE TABLE events (x)")
            .unwrap();
        let info = DatabaseInfo::read(place.options()).await.unwrap();
        assert_eq!((info.application_id, info.journals), (0, vec![]));
        place.connect().execute_batch("PRAGMA application_id = 7").unwrap();
        let error = DatabaseInfo::read(place.options()).await.unwrap_err();
        assert_eq!(error.code(), "corrupt");
        let memory = DatabaseInfo::read(SqliteOptions::default()).await.unwrap_err();
        assert_eq!(memory.code(), "invalid-argument");
    });
}

#[test]
fn a_journal_of_which_a_table_is_missing_is_corrupt() {
    pollster::block_on(async {
        let place = Place::filled().await;
        place.connect().execute_batch("DROP TABLE events_heads").unwrap();
        let error = DatabaseInfo::read(place.options()).await.unwrap_err();
        assert_eq!(error.code(), "corrupt");
        assert!(error.to_string().contains("events_heads"), "{error}");
    });
}

#[test]
fn all_snapshots_are_read_page_by_page() {
    pollster::block_on(async {
        let place = Place::new();
        let store = SqliteSnapshotStore::open(SnapshotOptions::new(place.path("events.db")));
        let store = store.await.unwrap();
        let mut expected = Vec::new();
        for stream in ["a", "b", "ö"] {
            for seq in 1..=3 {
                store.save(&id(stream), seq, NewState::json(&seq).unwrap()).await.unwrap();
                expected.push((id(stream), seq));
            }
        }
        let (mut read, mut after) = (Vec::new(), None);
        loop {
            let page = store.snapshots_page(after.as_ref(), 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.id.clone(), last.seq));
            read.extend(page.iter().map(|snapshot| (snapshot.id.clone(), snapshot.seq)));
        }
        assert_eq!(read, expected);

        let sql = "UPDATE snapshots SET seq = -1 WHERE pid = 'a' AND seq = 1";
        place.connect().execute_batch(sql).unwrap();
        let error = store.snapshots_page(None, 2).await.unwrap_err();
        assert_eq!(error.code(), "snapshot-integrity");
        let error = store.snapshots_page(Some(&(id("a"), 0)), 2).await.unwrap_err();
        assert_eq!(error.code(), "snapshot-integrity");
    });
}
