//! A journal on a disk that loses its power after every change in turn, or refuses every call in
//! turn.
#![cfg(not(target_arch = "wasm32"))]

mod faulty;
mod words;

use std::thread;

use actor_journal::{Durability, Error, Journal, SqliteJournal, SqliteOptions};
use faulty::{
    Change, DATABASE, Disk, Fault, Image, What,
    check::{Ended, Promise, check_integrity},
    power::{Fate, Power},
    story::{Stores, Story},
};
use pollster::block_on;
use rsqlite_vfs::VfsErrorCode;

/// In how many threads each test does its work.
const THREADS: usize = 2;

fn in_threads(work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        let work = &work;
        (0..THREADS).for_each(|thread| drop(scope.spawn(move || work(thread))));
    });
}

/// A story and all that happened on its disk meanwhile.
struct Told {
    story: Story,
    history: Vec<Change>,
}

impl Told {
    /// From an empty database over several checkpoints, closed and opened again in between.
    async fn over_checkpoints(durability: Durability) -> Self {
        let (disk, mut story) = (Disk::with_small_pages(), Story::default());
        for rounds in [0..28, 28..48] {
            let stores = Stores::open(&disk, durability).await.unwrap();
            for round in rounds {
                story.go_on(&stores, &disk, round).await.unwrap();
            }
            stores.close().await;
        }
        let told = Self { story, history: disk.history() };
        assert!(told.history.iter().filter(|change| is_sync_of_database(change)).count() > 3);
        told
    }

    /// With a large transaction between small ones.
    async fn with_a_large_transaction() -> Self {
        let (disk, mut story) = (Disk::new(), Story::default());
        let stores = Stores::open(&disk, Durability::Full).await.unwrap();
        story.go_on(&stores, &disk, 4).await.unwrap();
        story.grow(&stores, &disk).await.unwrap();
        story.go_on(&stores, &disk, 5).await.unwrap();
        stores.close().await;
        Self { story, history: disk.history() }
    }

    /// Cuts the power after each change that `chosen` takes, and checks what is found for each of
    /// the fates.
    fn cut(
        &self,
        promise: Promise,
        chosen: impl Fn(usize, &Change) -> bool + Sync,
        fates: impl Fn(usize) -> Vec<Fate> + Sync,
    ) {
        let cut_some = |thread: usize| {
            let (disk, mut power) = (Disk::new(), Power::default());
            for (moment, change) in (1..).zip(&self.history) {
                power.advance(change);
                if moment % THREADS == thread && chosen(moment, change) {
                    let ended = Ended { story: &self.story, moment, promise };
                    for fate in fates(moment) {
                        disk.load(power.cut(fate));
                        block_on(ended.check(&disk));
                    }
                }
            }
        };
        in_threads(cut_some);
    }
}

fn is_sync_of_database(change: &Change) -> bool {
    change.file == DATABASE && matches!(change.what, What::Sync)
}

/// Every change, but of the writes of checkpoints, of which there are many, every `step`th.
fn some_of_checkpoints(step: usize) -> impl Fn(usize, &Change) -> bool {
    move |moment, change| change.file != DATABASE || moment % step < THREADS
}

fn every_change(_: usize, _: &Change) -> bool {
    true
}

fn torn(moment: usize) -> Vec<Fate> {
    let mut fates = vec![Fate::Torn(moment as u64)];
    if moment.is_multiple_of(3) {
        fates.push(Fate::Dropped);
    }
    fates
}

fn kept(_: usize) -> Vec<Fate> {
    vec![Fate::Kept]
}

#[test]
fn a_power_cut_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Durability::Full));
    told.cut(Promise::Answered, every_change, torn);
}

#[test]
fn a_crash_of_the_process_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Durability::Full));
    told.cut(Promise::Answered, some_of_checkpoints(16), kept);
}

#[test]
fn without_flushes_a_crash_of_the_process_takes_nothing_that_was_answered() {
    let told = block_on(Told::over_checkpoints(Durability::Normal));
    told.cut(Promise::Answered, some_of_checkpoints(16), kept);
}

#[test]
fn without_flushes_a_power_cut_takes_the_last_commits_at_most() {
    let told = block_on(Told::over_checkpoints(Durability::Normal));
    told.cut(Promise::Order, some_of_checkpoints(8), torn);
}

#[test]
fn a_transaction_larger_than_memory_is_whole_or_not_there() {
    let told = block_on(Told::with_a_large_transaction());
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

/// A story on a disk that fails once, or from then on until it is healed.
struct Failing {
    disk: Disk,
    story: Story,
}

impl Failing {
    fn new(image: &Image, fault: Fault) -> Self {
        let disk = Disk::new();
        disk.load(image.clone());
        disk.fail(fault);
        Self { disk, story: Story::default() }
    }

    /// Tells `rounds`, each again if it fails, and checks what is left.
    async fn tell(&mut self, rounds: u64, large: bool) {
        let mut stores = self.open().await;
        for round in 0..rounds {
            let story = &mut self.story;
            let outcome = match large && round == 1 {
                true => story.grow(&stores, &self.disk).await,
                false => story.go_on(&stores, &self.disk, round).await,
            };
            if let Err(error) = outcome {
                stores = self.recover(stores, error).await;
                self.story.go_on(&stores, &self.disk, round).await.unwrap();
            }
        }
        stores.close().await;
        self.disk.heal();
        self.check(&self.disk).await;
    }

    async fn check(&self, disk: &Disk) {
        let moment = self.disk.moment();
        Ended { story: &self.story, moment, promise: Promise::Answered }.check(disk).await;
    }

    async fn open(&self) -> Stores {
        match Stores::open(&self.disk, Durability::Full).await {
            Ok(stores) => stores,
            Err(_) => {
                self.disk.heal();
                Stores::open(&self.disk, Durability::Full).await.unwrap()
            }
        }
    }

    /// What failed with `full` is not stored, whatever happens next, and the next append works when
    /// there is room. After anything else the journal has to be opened again, and what failed is
    /// there as a whole or not at all. Reads always go on.
    async fn recover(&mut self, stores: Stores, error: Error) -> Stores {
        words::everything(&stores.journal).await;
        self.disk.heal();
        if error.is_full() {
            self.story.give_up();
            let crashed = Disk::new();
            crashed.load(self.disk.files());
            self.check(&crashed).await;
            return stores;
        }
        assert!(["io", "lost", "poisoned"].contains(&error.code()), "{error}");
        stores.close().await;
        let stores = self.open().await;
        self.story.catch_up(&stores).await;
        stores
    }
}

/// Fails each of the first `most` calls in turn that a story makes, and some of the later ones.
fn fail_everywhere(image: &Image, rounds: u64, large: bool, most: usize, codes: &[VfsErrorCode]) {
    let fail_some = |thread: usize| {
        for call in (thread..).step_by(THREADS).filter(|call| *call < most || call % 1024 < THREADS)
        {
            let mut met = false;
            for &code in codes {
                let (lasting, written) = (call % 3 == 0, call % 4 < 2);
                let fault = Fault { call, code, lasting, written };
                let mut failing = Failing::new(image, fault);
                block_on(failing.tell(rounds, large));
                met |= failing.disk.calls() > call;
            }
            if !met {
                break;
            }
        }
    };
    in_threads(fail_some);
}

#[test]
fn a_call_that_fails_takes_nothing_that_was_answered() {
    let image = Disk::with_small_pages().files();
    fail_everywhere(&image, 12, false, 1000, &[VfsErrorCode::Full, VfsErrorCode::Io]);
}

#[test]
fn a_call_of_a_large_transaction_that_fails_takes_nothing_that_was_answered() {
    fail_everywhere(&Image::new(), 2, true, 40, &[VfsErrorCode::Full]);
}
