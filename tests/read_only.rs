//! Files that are opened for reading only: nothing of them changes, whatever is done.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod words;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use actor_journal::{
    AppendToken, DurableStateOptions, DurableStateStore, Journal, NewState, SnapshotOptions,
    SnapshotStore, SqliteDurableStateStore, SqliteJournal, SqliteOptions, SqliteSnapshotStore,
    TagFilter,
};
use place::{Place, failure};
use words::{append, batch, event, everything, id, read, tagged, tagged_with, values};

async fn open(path: &str) -> SqliteJournal {
    SqliteJournal::open(SqliteOptions::new(path).read_only(true)).await.unwrap()
}

/// What stands in the directory of a place beside what SQLite needs to read it.
fn files(place: &Place) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(place.path(".")).unwrap().map(|entry| entry.unwrap().path());
    let kept = entries.filter(|path| !path.to_str().unwrap().ends_with("-shm"));
    kept.map(|path| (path.clone(), fs::read(path).unwrap()))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect()
}

#[test]
fn a_path_without_a_file_is_not_found_and_stays_so() {
    pollster::block_on(async {
        let place = Place::new();
        let path = place.path("events.db");
        assert_eq!(failure(place.options().read_only(true)).await.code(), "not-found");
        let snapshots = SnapshotOptions::new(&path).read_only(true);
        assert_eq!(SqliteSnapshotStore::open(snapshots).await.err().unwrap().code(), "not-found");
        let states = DurableStateOptions::new(&path).read_only(true);
        assert_eq!(SqliteDurableStateStore::open(states).await.err().unwrap().code(), "not-found");
        assert_eq!(
            failure(SqliteOptions::default().read_only(true)).await.code(),
            "invalid-argument"
        );
        let named = place.options().vfs("unix").read_only(true);
        assert_eq!(failure(named).await.code(), "invalid-argument");
        assert!(files(&place).is_empty());
    });
}

#[test]
fn everything_is_read_and_every_write_is_refused() {
    pollster::block_on(async {
        for wal in [false, true] {
            let place = Place::new();
            let path = place.path("events.db");
            let journal = SqliteJournal::open(place.options().wal(wal)).await.unwrap();
            let stored = append(&journal, "a", 0, vec![tagged(1, &["x"]), event(2)]).await;
            let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&path)).await.unwrap();
            let states =
                SqliteDurableStateStore::open(DurableStateOptions::new(&path)).await.unwrap();
            let (state, token) = (NewState::json(&3).unwrap(), AppendToken::random());
            snapshots.save(&id("a"), 2, state.clone()).await.unwrap();
            states.save(&id("a"), 0, state.clone(), token).await.unwrap();
            journal.close().await.unwrap();
            snapshots.close().await.unwrap();
            states.close().await.unwrap();
            let before = files(&place);

            let journal = open(&path).await;
            let snapshots = SnapshotOptions::new(&path).read_only(true);
            let snapshots = SqliteSnapshotStore::open(snapshots).await.unwrap();
            let states = DurableStateOptions::new(&path).read_only(true);
            let states = SqliteDurableStateStore::open(states).await.unwrap();
            assert_eq!(read(&journal, "a").await, stored);
            assert_eq!(tagged_with(&journal, TagFilter::one("x").unwrap()).await, [1]);
            assert_eq!(snapshots.load_latest(&id("a")).await.unwrap().unwrap().seq, 2);
            assert_eq!(states.load(&id("a")).await.unwrap().revision, 1);
            assert!(journal.verify(|_| ()).await.unwrap().is_sound());
            assert!(snapshots.verify(Some("events"), |_| ()).await.unwrap().is_sound());
            assert!(states.verify(|_| ()).await.unwrap().is_sound());

            let a = id("a");
            let refused = [
                journal.append(&a, 2, batch([3])).await.unwrap_err(),
                journal.append(&a, 7, batch([3])).await.unwrap_err(),
                journal.delete(&a, 0).await.unwrap_err(),
                journal.delete(&a, 1).await.unwrap_err(),
                journal.raise_compaction_mark(&a, 1).await.unwrap_err(),
                snapshots.save(&a, 1, state.clone()).await.unwrap_err(),
                snapshots.save_and_compact(&a, 2, state.clone(), &journal).await.unwrap_err(),
                snapshots.delete(&a, 2).await.unwrap_err(),
                states.save(&a, 1, state.clone(), AppendToken::random()).await.unwrap_err(),
                states.delete(&a, 1, AppendToken::random()).await.unwrap_err(),
            ];
            assert!(refused.iter().all(|error| error.code() == "read-only"), "{refused:?}");
            journal.close().await.unwrap();
            snapshots.close().await.unwrap();
            states.close().await.unwrap();
            assert_eq!(files(&place), before);
        }
    });
}

#[test]
fn nothing_is_made_in_a_file_without_tables() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let before = files(&place);
        let others = place.options().events_table("orders").read_only(true);
        let error = failure(others).await;
        assert_eq!(error.code(), "read-only");
        assert!(error.to_string().contains("open it once where it can be written"), "{error}");
        fs::write(place.path("empty.db"), "").unwrap();
        let empty = SqliteOptions::new(place.path("empty.db")).read_only(true);
        assert_eq!(failure(empty).await.code(), "read-only");
        assert_eq!(files(&place), before);
    });
}

#[test]
fn files_of_earlier_versions_are_read_as_they_are() {
    pollster::block_on(async {
        for version in [1, 2, 3, 4] {
            let place = Place::new();
            let path = place.path("events.db");
            let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
            fs::copy(fixtures.join(format!("version-{version}.db")), &path).unwrap();
            let before = files(&place);
            let journal = open(&path).await;
            assert_eq!(read(&journal, "account-1").await.len(), 3);
            assert_eq!(everything(&journal).await.len(), 4);
            let snapshots = SnapshotOptions::new(&path).read_only(true);
            let snapshots = SqliteSnapshotStore::open(snapshots).await.unwrap();
            let latest = snapshots.load_latest(&id("account-1")).await.unwrap().unwrap();
            assert_eq!(latest.decode::<u64>().unwrap(), 70);
            let beside = SqliteSnapshotStore::beside(&journal, "snapshots").await.unwrap();
            assert_eq!(beside.load_latest(&id("account-1")).await.unwrap(), Some(latest));
            let missing = SqliteSnapshotStore::beside(&journal, "others").await.err().unwrap();
            assert_eq!(missing.code(), "read-only");
            let begun = journal.persistence_ids_begun(0, 10).await;
            match version {
                4 => assert_eq!(begun.unwrap(), [id("account-2"), id("account-1")]),
                _ => assert_eq!(begun.unwrap_err().code(), "read-only"),
            }
            let mut found = journal.verify(|_| ()).await.unwrap();
            found.add(snapshots.verify(Some("events"), |_| ()).await.unwrap());
            assert!(found.is_sound(), "{:?}", found.problems);
            assert_eq!(found.unchecked, if version < 3 { 5 } else { 0 });
            journal.close().await.unwrap();
            snapshots.close().await.unwrap();
            assert_eq!(files(&place), before, "version {version}");
        }
        let place = Place::new();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        fs::copy(fixtures.join("page.db"), place.path("events.db")).unwrap();
        assert_eq!(failure(place.options().read_only(true)).await.code(), "read-only");
    });
}

#[test]
fn a_reader_sees_what_a_writer_beside_it_writes_and_lets_it_work() {
    pollster::block_on(async {
        for wal in [false, true] {
            let place = Place::new();
            let writer = SqliteJournal::open(place.options().wal(wal)).await.unwrap();
            append(&writer, "a", 0, event(1)).await;
            let reader = open(&place.path("events.db")).await;
            for count in 1..20 {
                assert_eq!(read(&reader, "a").await.len() as u64, count);
                assert_eq!(reader.highest_seq(&id("a")).await.unwrap(), count);
                append(&writer, "a", count, event(count + 1)).await;
            }
            assert!(reader.append(&id("a"), 20, batch([1])).await.is_err());
            // It goes on when the other has ended, either way round.
            writer.close().await.unwrap();
            assert_eq!(values(&read(&reader, "a").await), (1..=20).collect::<Vec<_>>());
            let writer = place.open().await;
            reader.close().await.unwrap();
            append(&writer, "a", 20, event(21)).await;
        }
    });
}

#[test]
fn what_a_crash_has_left_in_the_log_is_read_and_left_there() {
    pollster::block_on(async {
        let place = Place::new();
        let journal = SqliteJournal::open(place.options().wal(true)).await.unwrap();
        append(&journal, "a", 0, batch(1..=10)).await;
        let crashed = Place::new();
        for file in ["events.db", "events.db-wal"] {
            fs::copy(place.path(file), crashed.path(file)).unwrap();
        }
        let before = files(&crashed);
        assert!(before.values().all(|bytes| !bytes.is_empty()) && before.len() == 2);
        for _ in 0..2 {
            let reader = open(&crashed.path("events.db")).await;
            assert_eq!(values(&read(&reader, "a").await), (1..=10).collect::<Vec<_>>());
            reader.close().await.unwrap();
            assert_eq!(files(&crashed), before);
        }
        let writer = crashed.open().await;
        append(&writer, "a", 10, event(11)).await;
    });
}

#[test]
fn a_transaction_that_is_to_be_rolled_back_is_left_to_who_may_write() {
    pollster::block_on(async {
        let place = Place::filled().await;
        let other = place.connect();
        other
            .execute_batch("PRAGMA cache_size = 1; BEGIN; UPDATE events SET event = zeroblob(9000)")
            .unwrap();
        let crashed = Place::new();
        for file in ["events.db", "events.db-journal"] {
            fs::copy(place.path(file), crashed.path(file)).unwrap();
        }
        let before = files(&crashed);
        let error = failure(crashed.options().read_only(true)).await;
        assert_eq!(error.code(), "read-only", "{error}");
        assert_eq!(files(&crashed), before);
        assert_eq!(values(&read(&crashed.open().await, "a").await), (1..=10).collect::<Vec<_>>());
    });
}
