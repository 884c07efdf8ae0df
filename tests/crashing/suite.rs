//! What holds on every disk, whatever happens to it. Each scenario begins with an empty disk.

use actor_journal::Durability;
use rsqlite_vfs::VfsErrorCode;

use super::{
    check::Promise,
    failing::fail_everywhere,
    filling::fill_again_and_again,
    one_in,
    power::Fate,
    told::{Told, every, kept, torn},
    upgrade,
};
use crate::faulty::Disk;

pub async fn a_power_cut_takes_nothing_that_was_answered(disk: Disk) {
    let told = Told::over_checkpoints(disk, Durability::Full).await;
    told.cut(Promise::Answered, every(1, 4), torn).await;
}

pub async fn a_crash_of_the_process_takes_nothing_that_was_answered(disk: Disk) {
    let told = Told::over_checkpoints(disk, Durability::Full).await;
    told.cut(Promise::Answered, every(4, 16), kept).await;
}

pub async fn without_flushes_a_crash_of_the_process_takes_nothing_that_was_answered(disk: Disk) {
    let told = Told::over_checkpoints(disk, Durability::Normal).await;
    told.cut(Promise::Answered, every(4, 16), kept).await;
}

pub async fn without_flushes_a_power_cut_takes_the_last_commits_at_most(disk: Disk) {
    let told = Told::over_checkpoints(disk, Durability::Normal).await;
    told.cut(Promise::Order, every(3, 12), torn).await;
}

pub async fn a_transaction_larger_than_memory_is_whole_or_not_there(disk: Disk) {
    let told = Told::with_a_large_transaction(disk).await;
    let all = |moment| vec![Fate::Kept, Fate::Dropped, Fate::Torn(moment as u64)];
    told.cut(Promise::Answered, every(2, 32), all).await;
}

pub async fn an_upgrade_is_whole_or_not_there(disk: Disk) {
    for old in upgrade::OLD {
        upgrade::cut(&disk, old).await;
    }
}

pub async fn a_call_that_fails_takes_nothing_that_was_answered(disk: Disk) {
    let disk = disk.with_small_pages();
    fail_everywhere(&disk, 12, false, &[VfsErrorCode::Full, VfsErrorCode::Io]).await;
}

pub async fn a_call_of_a_large_transaction_that_fails_takes_nothing_that_was_answered(disk: Disk) {
    fail_everywhere(&disk, 2, true, &[VfsErrorCode::Full]).await;
}

pub async fn a_full_disk_takes_nothing_and_appends_go_on_when_there_is_room(disk: Disk) {
    fill_again_and_again(&disk.with_small_pages()).await;
}
