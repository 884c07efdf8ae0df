//! Restores on a disk that loses its power after every change in turn, or refuses every call in turn:
//! the old database is there, or the new one.
#![cfg(not(target_arch = "wasm32"))]

mod crashing;
mod dice;
mod faulty;
mod tables;
mod words;

use actor_journal::{Durability, Error, Journal, Restore, SqliteJournal};
use crashing::{
    Share,
    power::{Fate, Power},
    share,
};
use faulty::{Change, DATABASE, Disk, Fault, Image};
use pollster::block_on;
use rsqlite_vfs::VfsErrorCode;

/// What is found in a database.
#[derive(Debug, PartialEq)]
struct Content(Vec<u64>);

async fn content(journal: &SqliteJournal) -> Content {
    Content(words::values(&words::everything(journal).await))
}

/// A database, as it is while its journal is open, with its log, or closed.
struct Database {
    files: Image,
    content: Content,
}

impl Database {
    async fn with(disk: &Disk, events: std::ops::Range<u64>, is_open: bool) -> Self {
        let disk = disk.another();
        let journal = disk.open().await;
        for value in events {
            let head = journal.highest_seq(&words::id("a")).await.unwrap();
            words::append(&journal, "a", head, words::tagged(value, &["some", "tags"])).await;
        }
        let (content, open) = (content(&journal).await, disk.files());
        journal.close().await.unwrap();
        Self { files: if is_open { open } else { disk.files() }, content }
    }

    fn bytes(&self) -> &[u8] {
        &self.files[DATABASE]
    }
}

async fn restore(disk: &Disk, copy: &[u8]) -> Result<(), Error> {
    let mut restore = Restore::begin(&disk.journal(Durability::Full)).await?;
    for piece in copy.chunks(5000) {
        restore.write(piece)?;
    }
    restore.finish(|_| {}).await
}

/// Opens what is found on the disk, which is one of these.
async fn found(disk: &Disk, may_be: &[&Content]) {
    let journal = disk.open().await;
    let found = content(&journal).await;
    assert!(may_be.contains(&&found), "{} events", found.0.len());
    let head = journal.highest_seq(&words::id("a")).await.unwrap();
    words::append(&journal, "a", head, words::event(7)).await;
    journal.close().await.unwrap();
    tables::check(&disk.connect());
}

fn cut_everywhere(disk: &Disk, old: &Database, new: &Database) {
    disk.load(old.files.clone());
    block_on(restore(disk, new.bytes())).unwrap();
    let history = disk.history();
    block_on(share(|part| cut_some(part, disk, &history, old, new)));
}

async fn cut_some(part: Share, disk: &Disk, history: &[Change], old: &Database, new: &Database) {
    let (disk, mut power) = (disk.another(), Power::on(old.files.clone()));
    for (moment, change) in (1..).zip(history) {
        power.advance(change);
        if !part.has(moment) {
            continue;
        }
        for fate in [Fate::Kept, Fate::Dropped, Fate::Torn(moment as u64)] {
            disk.load(power.cut(fate));
            let may_be = [&new.content, &old.content];
            let may_be = if moment == history.len() { &may_be[..1] } else { &may_be };
            found(&disk, may_be).await;
        }
    }
}

fn fail_everywhere(disk: &Disk, old: &Database, new: &Database) {
    for code in [VfsErrorCode::Full, VfsErrorCode::Io] {
        for call in 0.. {
            let disk = disk.another();
            disk.load(old.files.clone());
            disk.fail(Fault { call, code, lasting: call % 2 == 0, written: call % 3 == 0 });
            let restored = block_on(restore(&disk, new.bytes()));
            let calls = disk.calls();
            disk.heal();
            let may_be = [&new.content, &old.content];
            let may_be = if restored.is_ok() { &may_be[..1] } else { &may_be };
            block_on(found(&disk, may_be));
            if calls <= call {
                restored.unwrap();
                break;
            }
        }
    }
}

/// Smaller and larger, with a log that was not moved and without.
fn everywhere(disk: &Disk, check: fn(&Disk, &Database, &Database)) {
    let with = |events, is_open| block_on(Database::with(disk, events, is_open));
    let (small, large) = (with(0..3, false), with(100..300, false));
    check(disk, &large, &small);
    check(disk, &with(500..540, true), &large);
}

#[test]
fn a_power_cut_during_a_restore_leaves_the_old_database_or_the_new_one() {
    everywhere(&Disk::new(), cut_everywhere);
}

#[test]
fn a_power_cut_during_a_restore_of_a_shared_file_leaves_the_old_database_or_the_new_one() {
    everywhere(&Disk::shared(), cut_everywhere);
}

#[test]
fn a_call_that_fails_during_a_restore_leaves_the_old_database_or_the_new_one() {
    everywhere(&Disk::new(), fail_everywhere);
}

#[test]
fn a_call_that_fails_during_a_restore_of_a_shared_file_leaves_the_old_database_or_the_new_one() {
    everywhere(&Disk::shared(), fail_everywhere);
}

/// Pages of another size cannot go through the log: the rollback journal takes its place.
#[test]
fn a_power_cut_during_a_restore_of_other_pages_leaves_the_old_database_or_the_new_one() {
    let disk = Disk::new();
    let old = block_on(Database::with(&disk, 0..200, true));
    let other = disk.another().with_small_pages();
    block_on(async {
        let journal = other.open().await;
        words::append(&journal, "a", 0, words::batch(700..720)).await;
        journal.close().await.unwrap();
    });
    let (files, content) = (other.files(), Content((700..720).collect()));
    cut_everywhere(&disk, &old, &Database { files, content });
}
