use actor_journal::{Durability, Journal, NewEvent};

use super::{
    Share,
    check::{Ended, Promise},
    one_in, share,
    story::{Stores, Story},
};
use crate::{
    faulty::Disk,
    words::{everything, id},
};

/// How many disks are filled, each with other room.
const DISKS: usize = 64;

/// A story on a disk that is full, then has a little more room, and is full again.
struct Filling {
    disk: Disk,
    story: Story,
    room: usize,
    times: usize,
}

/// On copies of `disk`.
pub async fn fill_again_and_again(disk: &Disk) {
    share(|share| fill_some(share, disk)).await;
}

async fn fill_some(share: Share, empty: &Disk) {
    let numbers = (0..DISKS).step_by(one_in(4 * empty.rarity()));
    for (_, number) in numbers.enumerate().filter(|(part, _)| share.has(*part)) {
        let disk = empty.another();
        disk.load(empty.files());
        let room = 2500 + 997 * number;
        let mut filling = Filling { disk, story: Story::default(), room, times: 0 };
        filling.tell().await;
    }
}

impl Filling {
    async fn tell(&mut self) {
        let stores = self.open().await;
        self.disk.leave_room(self.room);
        for round in 0..12 {
            while let Err(error) = self.story.go_on(&stores, &self.disk, round).await {
                assert!(error.is_full(), "{error}");
                self.story.give_up();
                self.check(&stores).await;
                self.times += 1;
                self.disk.leave_room(self.room + 2048 * self.times);
            }
        }
        assert!(self.times > 0, "the disk was never full");
        self.disk.heal();
        stores.close().await;
        self.check_copy().await;
    }

    /// An opening that fails for want of room can be tried again.
    async fn open(&self) -> Stores {
        for times in 1.. {
            self.disk.leave_room(times * self.room);
            match Stores::open(&self.disk, Durability::Full).await {
                Ok(stores) => return stores,
                Err(error) => assert!(error.is_full(), "{error}"),
            }
        }
        unreachable!("it tries until it succeeds")
    }

    /// On the full disk reads go on, a large append is refused as well, and nothing that was
    /// answered is missing should the process crash.
    async fn check(&self, stores: &Stores) {
        let found = everything(&stores.journal).await;
        assert_eq!(found.last(), self.story.events().last().copied());
        let large = NewEvent::bytes(vec![b'1'; 2 * self.room + 100_000]);
        let head = self.story.head("a");
        let refused = stores.journal.append(&id("a"), head, large.into()).await;
        assert!(refused.is_err_and(|error| error.is_full()));
        self.check_copy().await;
    }

    async fn check_copy(&self) {
        let crashed = self.disk.another();
        crashed.load(self.disk.files());
        let moment = self.disk.moment();
        Ended { story: &self.story, moment, promise: Promise::Answered }.check(&crashed).await;
    }
}
