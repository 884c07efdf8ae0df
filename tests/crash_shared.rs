//! Two journals that share ordinary files as two processes do, on a disk that loses its power after
//! every change in turn, or refuses every call in turn. They write by turns.
#![cfg(not(target_arch = "wasm32"))]

mod crashing;
mod faulty;
mod words;

use actor_journal::Durability;
use crashing::{
    failing::fail_everywhere,
    told::{Told, kept, some_of_checkpoints, torn},
};
use faulty::{Disk, check::Promise, power::Fate};
use pollster::block_on;
use rsqlite_vfs::VfsErrorCode;

#[test]
fn a_power_cut_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Disk::shared(), Durability::Full));
    told.cut(Promise::Answered, some_of_checkpoints(4), torn);
}

#[test]
fn without_flushes_a_crash_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Disk::shared(), Durability::Normal));
    told.cut(Promise::Answered, some_of_checkpoints(16), kept);
}

#[test]
fn without_flushes_a_power_cut_takes_the_last_commits_at_most() {
    let told = block_on(Told::over_checkpoints(Disk::shared(), Durability::Normal));
    told.cut(Promise::Order, some_of_checkpoints(16), torn);
}

#[test]
fn a_transaction_larger_than_memory_is_whole_or_not_there() {
    let told = block_on(Told::with_a_large_transaction(Disk::shared()));
    let all = |moment| vec![Fate::Kept, Fate::Torn(moment as u64)];
    told.cut(Promise::Answered, some_of_checkpoints(8), all);
}

#[test]
fn a_call_that_fails_takes_nothing_that_was_answered() {
    let disk = Disk::shared().with_small_pages();
    fail_everywhere(&disk, 12, false, 1000, &[VfsErrorCode::Full, VfsErrorCode::Io]);
}

#[test]
fn a_call_of_a_large_transaction_that_fails_takes_nothing_that_was_answered() {
    fail_everywhere(&Disk::shared(), 2, true, 40, &[VfsErrorCode::Full]);
}
