//! What writers have told of a file, and whether it is there.

use std::collections::BTreeMap;

use actor_journal::{
    DurableStateStore, Journal, PersistentEvent, Position, Revision, Seq, SnapshotStore, TagFilter,
};
use futures_util::TryStreamExt;

use super::{
    lines::Line,
    writer::{Orders, STREAMS, Stores, TAGS, batch, state},
};
use crate::words::{everything, id, read};

#[derive(Default)]
pub struct Ledger {
    streams: BTreeMap<String, Stream>,
    /// The highest position that was told.
    last: Position,
    /// The highest position that was found or told before the last writer.
    before: Position,
}

/// What must be found of a stream.
#[derive(Default)]
struct Stream {
    head: Seq,
    /// Batches that were told since the file was looked at: their first seq, their count, the
    /// position of their first event.
    batches: Vec<(Seq, u64, Position)>,
    /// Up to where it may be deleted, and up to where it must be.
    deleting: Seq,
    deleted: Seq,
    saved: Seq,
    revision: Revision,
}

impl Ledger {
    pub fn hear(&mut self, line: &Line) {
        match line {
            Line::Appended(stream, first, count, position) => {
                assert!(*position > self.before, "a position was given out twice");
                self.last = self.last.max(position + count - 1);
                self.stream(stream).appended(*first, *count, *position);
            }
            Line::Deleting(stream, to) => raise(&mut self.stream(stream).deleting, *to),
            Line::Deleted(stream, to) => raise(&mut self.stream(stream).deleted, *to),
            Line::Saved(stream, seq) => self.stream(stream).saved = *seq,
            Line::Changed(stream, revision) => self.stream(stream).revision = *revision,
        }
    }

    fn stream(&mut self, stream: &str) -> &mut Stream {
        self.streams.entry(stream.into()).or_default()
    }

    /// Opens the file and checks that it holds all that was told, whole batches alone, each event as
    /// it was written, and tags and positions in step.
    pub async fn check(&mut self, orders: &Orders) {
        let stores = orders.open().await;
        let mut found = Vec::new();
        for stream in STREAMS {
            found.extend(self.stream(stream).check(stream, &stores).await);
        }
        found.sort_by_key(|event| event.position);
        let all = everything(&stores.journal).await;
        assert!(all == found, "the streams and the journal are not in step");
        assert!(all.is_sorted_by(|one, next| one.position < next.position));
        check_tags(&stores, &all).await;
        self.last = self.last.max(all.last().map_or(0, |event| event.position));
        self.before = self.last;
        stores.close().await;
    }
}

fn raise(mark: &mut Seq, to: Seq) {
    *mark = to.max(*mark);
}

impl Stream {
    fn appended(&mut self, first: Seq, count: u64, position: Position) {
        assert_eq!(first, self.head + 1, "a seq was given out twice, or none");
        self.head += count;
        self.batches.push((first, count, position));
    }

    /// The events that are found of the stream, which is called `name`.
    async fn check(&mut self, name: &str, stores: &Stores) -> Vec<PersistentEvent> {
        let events = read(&stores.journal, name).await;
        let head = stores.journal.highest_seq(&id(name)).await.unwrap();
        let mark = events.first().map_or(head, |event| event.seq - 1);
        assert!(head >= self.head, "{name}: {head} of {} appended events", self.head);
        assert!(mark >= self.deleted, "{name}: {mark} of {} events deleted", self.deleted);
        assert!(mark <= self.deleting, "{name}: {mark} events deleted, not {}", self.deleting);
        check_content(name, &events);
        self.check_positions(&events);
        self.check_stores(name, head, stores).await;
        (self.head, self.deleted) = (head, mark);
        events
    }

    fn check_positions(&mut self, events: &[PersistentEvent]) {
        for (first, count, position) in self.batches.drain(..) {
            for event in events.iter().filter(|event| (first..first + count).contains(&event.seq)) {
                assert_eq!(event.position - position, event.seq - first, "another position");
            }
        }
    }

    async fn check_stores(&mut self, name: &str, head: Seq, stores: &Stores) {
        let snapshot = stores.snapshots.load_latest(&id(name)).await.unwrap();
        let seq = snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
        assert!((self.saved..=head).contains(&seq), "{name}: a snapshot at {seq}");
        assert!(snapshot.is_none_or(|found| found.state == state(name, seq).payload));
        let found = stores.states.load(&id(name)).await.unwrap();
        let expected = self.revision..=self.revision + 1;
        assert!(expected.contains(&found.revision), "{name}: revision {}", found.revision);
        let is_its = |payload| payload == state(name, found.revision).payload;
        assert!(found.state.is_none_or(is_its), "{name}: another state");
        (self.saved, self.revision) = (seq, found.revision);
    }
}

/// Each event is what was written, in a batch that is there to its end.
fn check_content(name: &str, events: &[PersistentEvent]) {
    let mut rest = events;
    while let Some(event) = rest.first() {
        let (_, _, first, count, _) = event.json::<(String, Seq, Seq, u64, String)>().unwrap();
        let written = batch(name, first, count).split_off((event.seq - first) as usize);
        let found;
        (found, rest) = rest.split_at_checked(written.len()).expect("half a batch");
        let content = found.iter().map(|event| (&event.payload, &event.tags));
        assert!(content.eq(written.iter().map(|new| (&new.payload, &new.tags))), "another event");
    }
}

async fn check_tags(stores: &Stores, all: &[PersistentEvent]) {
    for tag in TAGS {
        let filter = TagFilter::one(tag).unwrap();
        let passing = all.iter().filter(|event| filter.passes(&event.tags));
        let tagged: Vec<_> =
            stores.journal.events_by_tag(filter.clone(), 0).try_collect().await.unwrap();
        assert!(tagged.iter().eq(passing), "tag {tag} is not in step");
    }
}
