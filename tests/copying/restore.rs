use std::fs;

use actor_journal::{Journal, Restore, SqliteJournal, SqliteOptions, restore};
use pollster::block_on;
use rusqlite::Connection;

use super::place::{Place, checked, whole};
use crate::words::{append, batch, event, id};

#[test]
fn a_copy_takes_the_place_of_a_database() {
    block_on(async {
        let place = Place::new();
        let (copy, path) = (place.journal("copy.db", 3).await, place.journal("events.db", 7).await);
        let mut told = Vec::new();
        restore(&copy, &path, |progress| told.push(progress)).await.unwrap();
        assert!(told.last().is_some_and(|last| last.done == last.total && last.total > 0));
        assert_eq!(checked(&path), whole());
        assert_eq!((place.head("events.db").await, place.head("copy.db").await), (3, 3));
        assert_eq!(place.files(), ["copy.db", "events.db"]);
    });
}

#[test]
fn a_copy_is_restored_where_nothing_stood() {
    block_on(async {
        let place = Place::new();
        restore(place.journal("copy.db", 3).await, place.path("new.db"), |_| {}).await.unwrap();
        assert_eq!(place.head("new.db").await, 3);
        assert_eq!(place.files(), ["copy.db", "new.db"]);
    });
}

/// SQLite would move the log of the database that is gone into the copy.
#[test]
fn nothing_is_put_beside_what_another_database_has_left() {
    block_on(async {
        for suffix in ["-wal", "-journal"] {
            let place = Place::new();
            let copy = place.journal("copy.db", 3).await;
            fs::write(place.path(&format!("new.db{suffix}")), "left").unwrap();
            let refused = restore(&copy, place.path("new.db"), |_| {}).await.unwrap_err();
            assert_eq!(refused.code(), "invalid-argument");
            assert!(refused.to_string().contains(&format!("new.db{suffix}")), "{refused}");
            let journal = place.opened("copy.db").await;
            let refused = journal.backup(place.path("new.db"), |_| {}).await.unwrap_err();
            assert_eq!(refused.code(), "invalid-argument");
            journal.close().await.unwrap();
            assert_eq!(place.files(), ["copy.db".to_owned(), format!("new.db{suffix}")]);
        }
    });
}

#[test]
fn a_copy_with_other_pages_is_restored() {
    block_on(async {
        let place = Place::new();
        let copy = place.journal("copy.db", 3).await;
        Connection::open(&copy).unwrap().execute_batch("PRAGMA page_size = 512; VACUUM").unwrap();
        restore(copy, place.journal("events.db", 900).await, |_| {}).await.unwrap();
        assert_eq!(place.head("events.db").await, 3);
    });
}

#[test]
fn a_copy_comes_in_pieces() {
    block_on(async {
        let place = Place::new();
        let (copy, path) = (place.journal("copy.db", 3).await, place.journal("events.db", 7).await);
        let mut restore = Restore::begin(&SqliteOptions::new(&path)).await.unwrap();
        let early = SqliteOptions::new(&path);
        for piece in fs::read(copy).unwrap().chunks(777) {
            restore.write(piece).unwrap();
        }
        restore.finish(|_| {}).await.unwrap();
        let journal = SqliteJournal::open(early).await.unwrap();
        assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 3);
        journal.close().await.unwrap();
        assert_eq!(place.files(), ["copy.db", "events.db"]);
    });
}

#[test]
fn pieces_that_are_given_up_leave_nothing() {
    block_on(async {
        let place = Place::new();
        let path = place.journal("events.db", 7).await;
        let mut restore = Restore::begin(&SqliteOptions::new(&path)).await.unwrap();
        restore.write(b"SQLite format 3").unwrap();
        assert_eq!(place.files().len(), 2);
        drop(restore);
        assert_eq!(place.files(), ["events.db"]);
        assert_eq!(place.head("events.db").await, 7);
    });
}

/// A database of a later version of this library, or of another program.
fn marked(path: &str, pragmas: &str) {
    Connection::open(path).unwrap().execute_batch(pragmas).unwrap();
}

#[test]
fn a_copy_that_is_damaged_or_foreign_is_refused() {
    block_on(async {
        let place = Place::new();
        let path = place.journal("events.db", 7).await;
        let whole = fs::read(place.journal("whole.db", 900).await).unwrap();
        let mut damaged = whole.clone();
        // The page behind the one in the middle, which is the middle of a table or an index.
        let middle = damaged.len() / 2 / 4096 * 4096;
        damaged[middle..middle + 2048].fill(0xa5);
        fs::write(place.path("damaged"), damaged).unwrap();
        fs::write(place.path("cut"), &whole[..whole.len() - 4096]).unwrap();
        fs::write(place.path("cut within"), &whole[..whole.len() - 100]).unwrap();
        fs::write(place.path("text"), "no database at all".repeat(100)).unwrap();
        fs::write(place.path("empty"), "").unwrap();
        marked(&place.path("foreign"), "PRAGMA application_id = 7; CREATE TABLE t (x)");
        marked(&place.path("unmarked"), "CREATE TABLE t (x)");
        for name in ["damaged", "cut", "cut within", "text", "empty", "foreign", "unmarked"] {
            let refused = restore(place.path(name), &path, |_| {}).await.unwrap_err();
            assert_eq!(refused.code(), "corrupt", "{name}: {refused}");
            let mut pieces = Restore::begin(&SqliteOptions::new(&path)).await.unwrap();
            pieces.write(&fs::read(place.path(name)).unwrap()).unwrap();
            let refused = pieces.finish(|_| {}).await.unwrap_err();
            assert_eq!(refused.code(), "corrupt", "{name}: {refused}");
        }
        let newer = place.journal("newer", 1).await;
        marked(&newer, "PRAGMA user_version = 99");
        let refused = restore(newer, &path, |_| {}).await.unwrap_err();
        assert_eq!(refused.code(), "newer-version");
        let missing = restore(place.path("missing"), &path, |_| {}).await.unwrap_err();
        assert_eq!(missing.code(), "not-found");
        assert_eq!(place.head("events.db").await, 7);
    });
}

#[test]
fn nothing_of_somebody_else_s_is_overwritten() {
    block_on(async {
        let place = Place::new();
        let copy = place.journal("copy.db", 3).await;
        fs::write(place.path("letter"), "Dear Zoë, ".repeat(100)).unwrap();
        marked(&place.path("foreign"), "PRAGMA application_id = 7; CREATE TABLE t (x)");
        for name in ["letter", "foreign"] {
            let before = fs::read(place.path(name)).unwrap();
            let refused = restore(&copy, place.path(name), |_| {}).await.unwrap_err();
            assert_eq!(refused.code(), "corrupt", "{refused}");
            assert_eq!(fs::read(place.path(name)).unwrap(), before);
        }
    });
}

#[test]
fn a_damaged_database_is_restored() {
    block_on(async {
        let place = Place::new();
        let (copy, path) =
            (place.journal("copy.db", 3).await, place.journal("events.db", 900).await);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..8192]).unwrap();
        restore(copy, &path, |_| {}).await.unwrap();
        assert_eq!(checked(&path), self::whole());
        assert_eq!(place.head("events.db").await, 3);
    });
}

#[test]
fn a_database_that_is_open_here_is_not_restored() {
    block_on(async {
        let place = Place::new();
        let (copy, path) = (place.journal("copy.db", 3).await, place.journal("events.db", 7).await);
        let journal = place.opened("events.db").await;
        let refused = restore(&copy, &path, |_| {}).await.unwrap_err();
        assert_eq!(refused.code(), "locked");
        append(&journal, "a", 7, event(8)).await;
        journal.close().await.unwrap();
        restore(&copy, &path, |_| {}).await.unwrap();
        assert_eq!(place.head("events.db").await, 3);
    });
}

/// SQLite's own connections stand for those of another process.
#[test]
fn a_database_that_another_program_uses_is_not_restored() {
    block_on(async {
        let place = Place::new();
        let copy = place.journal("copy.db", 3).await;
        let path = place.path("events.db");
        let journal = SqliteJournal::open(SqliteOptions::new(&path).wal(true)).await.unwrap();
        append(&journal, "a", 0, batch(1..=7)).await;
        let other = Connection::open(&path).unwrap();
        let count =
            || other.query_row("SELECT count(*) FROM events", [], |row| row.get::<_, i64>(0));
        assert_eq!(count().unwrap(), 7);
        journal.close().await.unwrap();
        let refused = restore(&copy, &path, |_| {}).await.unwrap_err();
        assert!(refused.is_busy(), "{refused}");
        assert_eq!(count().unwrap(), 7);
        drop(other);
        restore(&copy, &path, |_| {}).await.unwrap();
        assert_eq!(place.head("events.db").await, 3);
    });
}

/// Without a log a connection that rests locks nothing; it finds the new database the next time.
#[test]
fn a_program_that_rests_goes_on_with_what_was_restored() {
    block_on(async {
        let place = Place::new();
        let (copy, path) = (place.journal("copy.db", 3).await, place.journal("events.db", 7).await);
        let other = Connection::open(&path).unwrap();
        let count =
            || other.query_row("SELECT count(*) FROM events", [], |row| row.get::<_, i64>(0));
        assert_eq!(count().unwrap(), 7);
        restore(&copy, &path, |_| {}).await.unwrap();
        assert_eq!(count().unwrap(), 3);
    });
}
