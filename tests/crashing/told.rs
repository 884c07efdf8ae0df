use actor_journal::Durability;
use pollster::block_on;

use super::{THREADS, in_threads};
use crate::faulty::{
    Change, DATABASE, Disk, What,
    check::{Ended, Promise},
    power::{Fate, Power},
    story::{Stores, Story},
};

/// A story and all that happened on its disk meanwhile.
pub struct Told {
    disk: Disk,
    story: Story,
    history: Vec<Change>,
}

impl Told {
    /// From an empty database over several checkpoints, closed and opened again in between.
    pub async fn over_checkpoints(disk: Disk, durability: Durability) -> Self {
        let (disk, mut story) = (disk.with_small_pages(), Story::default());
        for rounds in [0..28, 28..48] {
            let stores = Stores::open(&disk, durability).await.unwrap();
            for round in rounds {
                story.go_on(&stores, &disk, round).await.unwrap();
            }
            stores.close().await;
        }
        let told = Self { story, history: disk.history(), disk };
        assert!(told.history.iter().filter(|change| is_sync_of_database(change)).count() > 3);
        told
    }

    /// With a large transaction between small ones.
    pub async fn with_a_large_transaction(disk: Disk) -> Self {
        let mut story = Story::default();
        let stores = Stores::open(&disk, Durability::Full).await.unwrap();
        story.go_on(&stores, &disk, 4).await.unwrap();
        story.grow(&stores, &disk).await.unwrap();
        story.go_on(&stores, &disk, 5).await.unwrap();
        stores.close().await;
        Self { story, history: disk.history(), disk }
    }

    /// Cuts the power after each change that `chosen` takes, and checks what is found for each of
    /// the fates.
    pub fn cut(
        &self,
        promise: Promise,
        chosen: impl Fn(usize, &Change) -> bool + Sync,
        fates: impl Fn(usize) -> Vec<Fate> + Sync,
    ) {
        let cut_some = |thread: usize| {
            let (disk, mut power) = (self.disk.another(), Power::default());
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
pub fn some_of_checkpoints(step: usize) -> impl Fn(usize, &Change) -> bool {
    move |moment, change| change.file != DATABASE || moment % step < THREADS
}

pub fn every_change(_: usize, _: &Change) -> bool {
    true
}

pub fn torn(moment: usize) -> Vec<Fate> {
    let mut fates = vec![Fate::Torn(moment as u64)];
    if moment.is_multiple_of(3) {
        fates.push(Fate::Dropped);
    }
    fates
}

pub fn kept(_: usize) -> Vec<Fate> {
    vec![Fate::Kept]
}
