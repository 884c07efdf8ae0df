use actor_journal::Durability;

use super::{
    Share,
    check::{Ended, Promise},
    one_in,
    power::{Fate, Power},
    share,
    story::{Stores, Story},
};
use crate::faulty::{Change, DATABASE, Disk, What};

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
    pub async fn cut(
        &self,
        promise: Promise,
        chosen: impl Fn(&Disk, usize, &Change) -> bool + Sync,
        fates: impl Fn(usize) -> Vec<Fate> + Sync,
    ) {
        share(|share| self.cut_some(share, promise, &chosen, &fates)).await;
    }

    async fn cut_some(
        &self,
        share: Share,
        promise: Promise,
        chosen: &impl Fn(&Disk, usize, &Change) -> bool,
        fates: &impl Fn(usize) -> Vec<Fate>,
    ) {
        let (disk, mut power) = (self.disk.another(), Power::default());
        let mut number = 0;
        for (moment, change) in (1..).zip(&self.history) {
            power.advance(change);
            number += usize::from(chosen(&disk, moment, change));
            if share.has(number) && chosen(&disk, moment, change) {
                let ended = Ended { story: &self.story, moment, promise };
                for fate in fates(moment) {
                    disk.load(power.cut(fate));
                    ended.check(&disk).await;
                }
            }
        }
    }
}

fn is_sync_of_database(change: &Change) -> bool {
    change.file == DATABASE && matches!(change.what, What::Sync)
}

/// Every `step`th change, but of those of which there are many every `many`th: with a log the writes
/// of checkpoints, without one all but syncs and deletions.
pub fn every(step: usize, many: usize) -> impl Fn(&Disk, usize, &Change) -> bool {
    move |disk, moment, change| {
        let is_one_of_many = match disk.has_log() {
            true => change.file == DATABASE,
            false => matches!(change.what, What::Write { .. } | What::Resize(_)),
        };
        let step = if is_one_of_many { many } else { step };
        moment.is_multiple_of(one_in(step * disk.rarity()))
    }
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
