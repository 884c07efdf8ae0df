//! A journal in a VFS that it has for itself, on a disk that loses its power after every change in
//! turn, or refuses every call in turn.
#![cfg(not(target_arch = "wasm32"))]

mod crashing;
mod faulty;
mod words;

use actor_journal::{Durability, Journal, SqliteJournal, SqliteOptions};
use crashing::{
    failing::fail_everywhere,
    told::{Told, every_change, kept, some_of_checkpoints, torn},
};
use faulty::{
    Change, DATABASE, Disk, What,
    check::{Promise, check_integrity},
    power::Fate,
    story::{Stores, Story},
};
use futures_util::future::join_all;
use pollster::block_on;
use rsqlite_vfs::VfsErrorCode;

#[test]
fn a_power_cut_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Disk::new(), Durability::Full));
    told.cut(Promise::Answered, every_change, torn);
}

#[test]
fn a_crash_of_the_process_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Disk::new(), Durability::Full));
    told.cut(Promise::Answered, some_of_checkpoints(16), kept);
}

#[test]
fn without_flushes_a_crash_of_the_process_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Disk::new(), Durability::Normal));
    told.cut(Promise::Answered, some_of_checkpoints(16), kept);
}

#[test]
fn without_flushes_a_power_cut_takes_the_last_commits_at_most() {
    let told = block_on(Told::over_checkpoints(Disk::new(), Durability::Normal));
    told.cut(Promise::Order, some_of_checkpoints(8), torn);
}

#[test]
fn a_transaction_larger_than_memory_is_whole_or_not_there() {
    let told = block_on(Told::with_a_large_transaction(Disk::new()));
    let all = |moment| vec![Fate::Kept, Fate::Dropped, Fate::Torn(moment as u64)];
    told.cut(Promise::Answered, every_change, all);
}

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
        check_integrity(&disk);
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

#[test]
fn a_call_that_fails_takes_nothing_that_was_answered() {
    let disk = Disk::new().with_small_pages();
    fail_everywhere(&disk, 12, false, 1000, &[VfsErrorCode::Full, VfsErrorCode::Io]);
}

#[test]
fn a_call_of_a_large_transaction_that_fails_takes_nothing_that_was_answered() {
    fail_everywhere(&Disk::new(), 2, true, 40, &[VfsErrorCode::Full]);
}

/// Of those that wait at the same time one finds the head and the others what that one wrote; then
/// the commit of all fails, and there is nothing that they could be in conflict with.
#[test]
fn who_conflicts_with_a_write_that_is_not_committed_is_told_why_it_is_not() {
    block_on(async {
        let disk = Disk::new();
        let journal = disk.open().await;
        disk.fill();
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
