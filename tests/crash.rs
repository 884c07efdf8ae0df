//! A journal in a VFS that it has for itself, on a disk that loses its power after every change in
//! turn, refuses every call in turn, or is full.
//!
//! With `ACTOR_JOURNAL_CRASHES=all` nothing is left out.
#![cfg(not(target_arch = "wasm32"))]

mod crashing;
mod dice;
mod faulty;
mod tables;
mod words;

use actor_journal::{Durability, Journal, SqliteJournal, SqliteOptions};
use crashing::story::{Stores, Story};
use faulty::{Change, DATABASE, Disk, What};
use futures_util::future::join_all;
use pollster::block_on;

crashing::crash_suite! { thread, crate::faulty::Disk::new() }

#[test]
fn an_append_is_one_write_and_one_flush() {
    block_on(async {
        let disk = Disk::new();
        let mut story = Story::default();
        let stores = Stores::open(&disk, Durability::Full).await.unwrap();
        story.go_on(&stores, &disk, 1).await.unwrap();
        let before = disk.moment();
        words::append(&stores.journal, "g", 0, words::batch(1..=100)).await;
        let history = disk.history().split_off(before);
        assert!(matches!(
            history[..],
            [Change { what: What::Write { .. }, .. }, Change { what: What::Sync, .. }]
        ));
        stores.close().await;
    });
}

/// Unused pages at the end of a database disturb nobody.
#[test]
fn a_database_that_grew_in_large_steps_opens_as_a_file() {
    block_on(async {
        let (disk, mut story) = (Disk::new(), Story::default());
        let stores = Stores::open(&disk, Durability::Full).await.unwrap();
        story.grow(&stores, &disk).await.unwrap();
        stores.close().await;
        tables::check(&disk.connect());
        let database = &disk.files()[DATABASE];
        assert!(database.len().is_multiple_of(1 << 20));
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(DATABASE);
        std::fs::write(&path, database).unwrap();
        let journal = SqliteJournal::open(SqliteOptions::new(path.to_str().unwrap())).await;
        let journal = journal.unwrap();
        assert!(words::everything(&journal).await.iter().eq(story.events()));
        journal.close().await.unwrap();
    });
}

/// Of those that wait at the same time one finds the head and the others what that one wrote; then
/// the commit of all fails, and there is nothing that they could be in conflict with.
#[test]
fn who_conflicts_with_a_write_that_is_not_committed_is_told_why_it_is_not() {
    block_on(async {
        let disk = Disk::new();
        let journal = disk.open().await;
        disk.leave_room(0);
        let (journal, stream) = (&journal, words::id("a"));
        let append = |value| journal.append(&stream, 0, words::event(value).into());
        for answer in join_all((0..64).map(append)).await {
            let error = answer.unwrap_err();
            assert!(error.is_full(), "{error}");
        }
        disk.heal();
        words::append(journal, "a", 0, words::event(1)).await;
    });
}
