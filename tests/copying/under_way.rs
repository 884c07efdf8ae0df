//! What others are told while a restore is under way, and what it leaves when it is given up.

use std::{
    fs::{self, File},
    io::Write,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Waker},
    thread,
};

use actor_journal::{
    DatabaseInfo, Journal, Progress, Restore, SnapshotOptions, SqliteJournal, SqliteOptions,
    SqliteSnapshotStore, restore,
};
use pollster::block_on;

use super::place::{Place, checked, whole};
use crate::words::{append, batch};

#[test]
fn a_database_that_is_open_here_to_be_read_is_not_restored() {
    block_on(async {
        let place = Place::new();
        let (copy, path) = (place.journal("copy.db", 3).await, place.journal("events.db", 7).await);
        let options = SqliteOptions::new(&path).read_only(true);
        let journal = SqliteJournal::open(options).await.unwrap();
        assert_eq!(restore(&copy, &path, |_| {}).await.unwrap_err().code(), "locked");
        let pieces = Restore::begin(&SqliteOptions::new(&path)).await;
        assert!(pieces.is_err_and(|refused| refused.code() == "locked"));
        journal.close().await.unwrap();
        restore(&copy, &path, |_| {}).await.unwrap();
        assert_eq!(place.head("events.db").await, 3);
    });
}

/// A copy of which the next piece never comes.
#[test]
fn who_opens_a_database_that_is_being_restored_is_told_that_it_is_locked() {
    block_on(async {
        let place = Place::new();
        let (copy, path) = (place.journal("copy.db", 3).await, place.journal("events.db", 7).await);
        let options = SqliteOptions::new(&path);
        let mut stalled = Restore::begin(&options).await.unwrap();
        stalled.write(b"SQLite").unwrap();
        let refused = [
            SqliteJournal::open(options.clone()).await.map(drop),
            SqliteJournal::open(options.clone().read_only(true)).await.map(drop),
            SqliteSnapshotStore::open(SnapshotOptions::new(&path)).await.map(drop),
            DatabaseInfo::read(options.clone()).await.map(drop),
            Restore::begin(&options).await.map(drop),
            restore(&copy, &path, |_| {}).await,
        ];
        for refused in refused {
            let refused = refused.unwrap_err();
            assert_eq!(refused.code(), "locked");
            assert!(refused.to_string().contains("events.db"), "{refused}");
        }
        drop(stalled);
        assert_eq!(place.head("events.db").await, 7);
        assert_eq!(place.files(), ["copy.db", "events.db"]);
    });
}

/// What is left of it ends with the next slice, and is waited for.
#[test]
fn a_restore_that_is_given_up_leaves_the_old_database_and_lets_it_be_opened() {
    let place = Place::new();
    let copy = block_on(place.journal("copy.db", 20_000));
    let path = block_on(place.journal("events.db", 7));
    let told = AtomicBool::new(false);
    {
        let mut restoring = pin!(restore(&copy, &path, |_| told.store(true, Ordering::SeqCst)));
        let mut context = Context::from_waker(Waker::noop());
        while !told.load(Ordering::SeqCst) {
            assert!(restoring.as_mut().poll(&mut context).is_pending());
            thread::yield_now();
        }
    }
    assert_eq!(block_on(place.head("events.db")), 7);
    assert_eq!(place.files(), ["copy.db", "events.db"]);
}

/// It is given up for the swap, and comes again however that ends.
#[test]
fn a_restore_that_is_given_up_in_the_swap_leaves_the_database_its_log() {
    let place = Place::new();
    let copy = block_on(place.journal("copy.db", 60_000));
    let path = place.path("events.db");
    let journal = block_on(SqliteJournal::open(SqliteOptions::new(&path).wal(true))).unwrap();
    block_on(append(&journal, "a", 0, batch(1..=7)));
    block_on(journal.close()).unwrap();
    let is_checked = AtomicBool::new(false);
    let tell = |progress: Progress| {
        is_checked.store(2 * progress.done >= progress.total, Ordering::SeqCst);
    };
    {
        let mut restoring = pin!(restore(&copy, &path, tell));
        let mut context = Context::from_waker(Waker::noop());
        while !is_checked.load(Ordering::SeqCst) {
            let _ = restoring.as_mut().poll(&mut context);
            thread::yield_now();
        }
    }
    assert!(matches!(block_on(place.head("events.db")), 7 | 60_000));
    assert_eq!(checked(&path), ("ok".into(), "wal".into()));
}

#[test]
fn progress_is_whole_when_all_has_taken_place_and_not_before() {
    block_on(async {
        let place = Place::new();
        let (copy, path) =
            (place.journal("copy.db", 20_000).await, place.journal("events.db", 7).await);
        let length = fs::metadata(&copy).unwrap().len();
        for to in [path, place.path("new.db")] {
            let mut told: Vec<Progress> = Vec::new();
            restore(&copy, &to, |progress| told.push(progress)).await.unwrap();
            let done = |progress: &Progress| progress.done;
            assert!(told.len() > 4 && told.is_sorted_by_key(done));
            assert!(told.iter().all(|told| told.total == length));
            assert!(told.iter().any(|told| told.done < length / 2));
            let last = told.pop().unwrap();
            assert_eq!(last.done, length);
            assert!(told.iter().all(|told| told.done < length));
        }
    });
}

#[test]
fn a_database_keeps_its_log_when_it_is_restored() {
    block_on(async {
        let place = Place::new();
        let copy = place.journal("copy.db", 3).await;
        let path = place.path("events.db");
        let journal = SqliteJournal::open(SqliteOptions::new(&path).wal(true)).await.unwrap();
        journal.close().await.unwrap();
        restore(&copy, &path, |_| {}).await.unwrap();
        assert_eq!(checked(&path), ("ok".into(), "wal".into()));
        assert_eq!(place.head("events.db").await, 3);
        restore(&path, place.path("new.db"), |_| {}).await.unwrap();
        assert_eq!(checked(&place.path("new.db")), whole());
    });
}

/// Whichever comes first stays: the file, or the copy.
#[test]
fn a_file_that_comes_meanwhile_is_not_replaced() {
    block_on(async {
        let place = Place::new();
        let copy = place.journal("copy.db", 20_000).await;
        let new = place.path("new.db");
        let mut came = false;
        let come = |progress: Progress| {
            let is_checked = 2 * progress.done >= progress.total;
            if let (true, Ok(mut file)) = (is_checked, File::create_new(&new)) {
                file.write_all(b"a letter").unwrap();
                came = true;
            }
        };
        let restored = restore(&copy, &new, come).await;
        if came {
            // By its content where it came before the copy was checked, else by its name.
            assert!(matches!(restored.unwrap_err().code(), "corrupt" | "invalid-argument"));
            assert_eq!(fs::read(&new).unwrap(), b"a letter");
        } else {
            restored.unwrap();
            assert_eq!(place.head("new.db").await, 20_000);
        }
        assert_eq!(place.files(), ["copy.db", "new.db"]);
    });
}
