use std::{fs, time::SystemTime};

use actor_journal::{
    Journal, NewState, SnapshotOptions, SnapshotStore, SqliteJournal, SqliteSnapshotStore,
};

use super::program::good;
use crate::{
    place::Place,
    words::{append, batch, id},
};

/// The bytes of a file and when it was last written; nothing where there is none.
fn state(file: &str) -> Option<(Vec<u8>, SystemTime)> {
    Some((fs::read(file).ok()?, fs::metadata(file).ok()?.modified().ok()?))
}

/// Runs every command that only reads, and holds that it sees all and changes nothing.
fn look(place: &Place, events: usize) {
    let file = &place.path("events.db");
    let log = &place.path("events.db-wal");
    let copy = &place.path("copy.db");
    let (file_before, log_before) = (state(file), state(log).filter(|(log, _)| !log.is_empty()));
    for arguments in [
        &["info", file][..],
        &["ids", file],
        &["events", file],
        &["events", file, "--id", "a"],
        &["snapshots", file],
        &["compact", file, "--dry-run"],
        &["verify", file],
        &["backup", file, copy],
        &["export", file],
    ] {
        let ran = good(arguments);
        if arguments[0] == "events" {
            assert_eq!(ran.lines().len(), events, "{arguments:?}");
        }
        assert!(state(file) == file_before, "{arguments:?} changed the file");
        let log = state(log).filter(|(log, _)| !log.is_empty());
        assert!(log == log_before, "{arguments:?} changed the log");
    }
}

/// A journal of ten events with a snapshot, open as long as the handles are.
async fn open(place: &Place, wal: bool) -> (SqliteJournal, SqliteSnapshotStore) {
    let journal = SqliteJournal::open(place.options().wal(wal)).await.unwrap();
    append(&journal, "a", 0, batch(1..=10)).await;
    let options = SnapshotOptions::new(place.path("events.db"));
    let snapshots = SqliteSnapshotStore::open(options).await.unwrap();
    snapshots.save(&id("a"), 5, NewState::json(&1).unwrap()).await.unwrap();
    (journal, snapshots)
}

#[test]
fn looking_at_a_file_changes_nothing() {
    for wal in [false, true] {
        pollster::block_on(async {
            let place = Place::new();
            let (journal, snapshots) = open(&place, wal).await;
            journal.close().await.unwrap();
            snapshots.close().await.unwrap();
            look(&place, 10);
        });
    }
}

#[test]
fn looking_at_a_file_that_another_process_has_open_changes_nothing() {
    for wal in [false, true] {
        pollster::block_on(async {
            let place = Place::new();
            let (journal, _snapshots) = open(&place, wal).await;
            look(&place, 10);
            append(&journal, "a", 10, batch([11])).await;
        });
    }
}

#[test]
fn looking_at_a_file_with_the_log_of_a_crash_changes_nothing() {
    pollster::block_on(async {
        let (crashed, found) = (Place::new(), Place::new());
        let _open = open(&crashed, true).await;
        for file in ["events.db", "events.db-wal"] {
            fs::copy(crashed.path(file), found.path(file)).unwrap();
        }
        assert!(fs::metadata(found.path("events.db-wal")).unwrap().len() > 0);
        look(&found, 10);
    });
}
