use actor_journal::{Durability, Error};
use pollster::block_on;
use rsqlite_vfs::VfsErrorCode;

use super::{THREADS, in_threads};
use crate::{
    faulty::{
        Disk, Fault,
        check::{Ended, Promise},
        story::{Stores, Story},
    },
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
    /// there as a whole or not at all. Reads always go on.
    async fn recover(&mut self, stores: Stores, error: Error) -> Stores {
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

/// Fails each of the first `most` calls in turn that a story makes, and some of the later ones.
pub fn fail_everywhere(disk: &Disk, rounds: u64, large: bool, most: usize, codes: &[VfsErrorCode]) {
    let fail_some = |thread: usize| {
        for call in (thread..).step_by(THREADS).filter(|call| *call < most || call % 1024 < THREADS)
        {
            let mut met = false;
            for &code in codes {
                let (lasting, written) = (call % 3 == 0, call % 4 < 2);
                let fault = Fault { call, code, lasting, written };
                let mut failing = Failing::new(disk, fault);
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
