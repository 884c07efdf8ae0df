//! What must hold of a journal that was opened again after a crash.

use std::collections::BTreeSet;

use actor_journal::{
    Durability, DurableStateStore, Journal, PersistentEvent, Position, Seq, SnapshotStore,
    SqliteJournal, Tag, TagFilter,
};

use super::story::{Deletion, Save, Stores, Story};
use crate::{
    faulty::Disk,
    tables,
    words::{append, everything, id, read},
};
use futures_util::TryStreamExt;

/// What the crash may have taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// Nothing that was answered.
    Answered,
    /// The last commits: what is left is what there was at an earlier moment.
    Order,
}

/// A story that ended in a crash at `moment`.
pub struct Ended<'a> {
    pub story: &'a Story,
    pub moment: usize,
    pub promise: Promise,
}

impl Ended<'_> {
    /// Opens the journal on `disk` again, checks all that it holds, and goes on writing.
    pub async fn check(&self, disk: &Disk) {
        let stores = Stores::open(disk, Durability::Full).await.unwrap();
        let found = everything(&stores.journal).await;
        let through = found.last().map_or(0, |event| event.position);
        self.check_boundary(through);
        self.check_streams(&stores.journal, &found, through).await;
        check_tags(&stores.journal, &found).await;
        self.check_snapshot(&stores).await;
        self.check_state(&stores, disk, through).await;
        let head = stores.journal.highest_seq(&id("a")).await.unwrap();
        let more = append(&stores.journal, "a", head, crate::words::event(1)).await;
        assert!(more[0].position > through && more[0].seq == head + 1);
        stores.close().await;
        tables::check(&disk.connect());
    }

    fn answered(&self, moment: usize) -> bool {
        self.promise == Promise::Answered && moment <= self.moment
    }

    /// Whole batches only, and each that was answered.
    fn check_boundary(&self, through: Position) {
        for append in &self.story.appends {
            let (first, last) = (&append.events[0], &append.events[append.events.len() - 1]);
            assert!(last.position <= through || first.position > through, "half a batch");
            assert!(!self.answered(append.answered) || last.position <= through, "an append lost");
        }
    }

    async fn check_streams(
        &self,
        journal: &SqliteJournal,
        found: &[PersistentEvent],
        through: Position,
    ) {
        let mut expected: Vec<_> = self.story.events();
        expected.retain(|event| event.position <= through);
        let mut left = Vec::new();
        for stream in ["a", "b", "c", "d", "e", "f"] {
            let events = read(journal, stream).await;
            let head = journal.highest_seq(&id(stream)).await.unwrap();
            let first = events.first().map_or(head + 1, |event| event.seq);
            self.check_deletion(stream, first - 1);
            let of_stream = expected.iter().filter(|event| event.id.as_str() == stream);
            assert_eq!(head, of_stream.clone().next_back().map_or(0, |event| event.seq));
            let not_deleted = of_stream.filter(|event| event.seq >= first);
            assert!(events.iter().eq(not_deleted.copied()), "stream {stream} is another");
            left.extend(events);
        }
        left.sort_by_key(|event| event.position);
        assert!(left == found, "the streams and the journal are not in step");
    }

    fn check_deletion(&self, stream: &str, mark: Seq) {
        let mut deletions = self.story.deletions.iter().filter(|one| one.stream == stream);
        let asked = |one: &Deletion| one.to == mark && one.asked <= self.moment;
        assert!(mark == 0 || deletions.clone().any(asked), "deleted unasked");
        assert!(deletions.all(|one| !self.answered(one.answered) || one.to <= mark), "not deleted");
    }

    async fn check_snapshot(&self, stores: &Stores) {
        let latest = stores.snapshots.load_latest(&id("a")).await.unwrap();
        let seq = latest.as_ref().map_or(0, |snapshot| snapshot.seq);
        let mut saves = self.story.saves.iter();
        let asked = |one: &Save| one.seq == seq && one.asked <= self.moment;
        assert!(seq == 0 || saves.clone().any(asked), "a snapshot that nobody saved");
        assert!(saves.all(|one| !self.answered(one.answered) || one.seq <= seq), "a snapshot lost");
        if let Some(snapshot) = latest {
            assert_eq!(*snapshot.state, *seq.to_string().as_bytes());
            assert!(seq <= stores.journal.highest_seq(&id("a")).await.unwrap());
        }
    }

    /// It is in step with the journal, too: what was answered before a change that is there is
    /// there.
    async fn check_state(&self, stores: &Stores, disk: &Disk, through: Position) {
        let changes = &self.story.changes;
        let revision = stores.states.load(&id("a")).await.unwrap().revision;
        let last_asked = changes.through(revision).last().map_or(0, |change| change.asked);
        for append in self.story.appends.iter().filter(|append| append.answered <= last_asked) {
            assert!(append.events[0].position <= through, "a change overtook an append");
        }
        let answered = |moment| self.answered(moment);
        changes.check(&stores.states, disk, self.moment, answered).await;
    }
}

async fn check_tags(journal: &SqliteJournal, found: &[PersistentEvent]) {
    let tags: BTreeSet<_> = found.iter().flat_map(|event| &event.tags).map(Tag::as_str).collect();
    for tag in tags {
        let filter = TagFilter::one(tag).unwrap();
        let passing = found.iter().filter(|event| filter.passes(&event.tags));
        let tagged: Vec<_> = journal.events_by_tag(filter.clone(), 0).try_collect().await.unwrap();
        assert!(tagged.iter().eq(passing), "tag {tag} is not in step");
    }
}
