use actor_journal::{Durability, Error};
use rsqlite_vfs::VfsErrorCode;

use super::{
    Share,
    check::{Ended, Promise},
    one_in, share,
    story::{Stores, Story},
};
use crate::{
    faulty::{Disk, Fault},
    words,
};

/// A story on a disk that fails once, or from then on until it is healed.
struct Failing {
    disk: Disk,
    story: Story,
}

impl Failing {
    /// On a copy of `disk`.
    fn new(disk: &Disk, fault: Fault) -> Self {
        let files = disk.files();
        let disk = disk.another();
        disk.load(files);
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
    /// there as a whole or not at all. Reads always go on; where there is no log, half a commit is
    /// undone before anything is read, which takes writes that do not fail.
    async fn recover(&mut self, stores: Stores, error: Error) -> Stores {
        if !self.disk.has_log() {
            self.disk.heal();
        }
        words::everything(&stores.journal).await;
        words::everything(self.story.next(&stores)).await;
        self.disk.heal();
        if error.is_full() {
            self.story.give_up();
            let crashed = self.disk.another();
            crashed.load(self.disk.files());
            self.check(&crashed).await;
            return stores;
        }
        assert!(["io", "lost", "poisoned"].contains(&error.code()), "{error}");
        self.story.go_on_beside(&stores, &self.disk).await;
        stores.close().await;
        let stores = self.open().await;
        self.story.recover(&stores, &self.disk).await;
        stores
    }
}

/// Fails each call in turn that a story makes, or some where many are alike.
pub async fn fail_everywhere(disk: &Disk, rounds: u64, large: bool, codes: &[VfsErrorCode]) {
    share(|share| fail_some(share, disk, rounds, large, codes)).await;
}

async fn fail_some(share: Share, disk: &Disk, rounds: u64, large: bool, codes: &[VfsErrorCode]) {
    let step = if large { one_in(4096) } else { one_in(2 * disk.rarity()) };
    let is_one_of_many = |call: usize| if large { call >= 40 } else { call >= 24 };
    let is_chosen = |call: &usize| !is_one_of_many(*call) || (call / 2).is_multiple_of(step);
    for call in (0..).filter(|call| share.has(*call)).filter(is_chosen) {
        let mut met = false;
        for &code in codes {
            let (lasting, written) = (call % 3 == 0, call % 4 < 2);
            let mut failing = Failing::new(disk, Fault { call, code, lasting, written });
            failing.tell(rounds, large).await;
            met |= failing.disk.calls() > call;
        }
        if !met {
            break;
        }
    }
}
