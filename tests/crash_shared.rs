//! Two journals that share ordinary files as two processes do, on a disk that loses its power after
//! every change in turn, refuses every call in turn, or is full. They write by turns.
//!
//! With `ACTOR_JOURNAL_CRASHES=all` nothing is left out.
#![cfg(not(target_arch = "wasm32"))]

mod crashing;
mod dice;
mod faulty;
mod tables;
mod words;

use actor_journal::{Durability, Journal, SqliteJournal};
use faulty::{Change, DATABASE, Disk, What};

mod with_a_log {
    crate::crashing::crash_suite! { thread, crate::faulty::Disk::shared() }
}

mod without_a_log {
    crate::crashing::crash_suite! { thread, crate::faulty::Disk::shared_without_log() }
}

/// Were the count of its pages flushed together with them, a power cut could leave the count alone.
#[test]
fn without_a_log_and_flushes_the_rollback_journal_is_flushed_before_it_counts_its_pages() {
    pollster::block_on(async {
        let disk = Disk::shared_without_log();
        let journal = SqliteJournal::open(disk.journal(Durability::Normal)).await.unwrap();
        let before = disk.moment();
        words::append(&journal, "a", 0, words::batch(1..=3)).await;
        let history = disk.history().split_off(before);
        let is_of_journal = |change: &&Change| change.file != DATABASE;
        let flushes = history.iter().take_while(is_of_journal);
        let flushes = flushes.filter(|change| matches!(change.what, What::Sync));
        assert_eq!(flushes.count(), 2);
        journal.close().await.unwrap();
    });
}
