use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use super::shared::Shared;
use crate::{
    error::{Error, Result},
    journal::{Journal, PAGE_BYTES, PAGE_EVENTS, check_room, check_seq},
    platform::{BoxFuture, now},
    replay::{Filled, Head, page},
    types::{
        AppendToken, Batch, EventQuery, EventsPage, PersistenceId, PersistentEvent, Position,
        ReplayPage, ReplayRange, Seq,
    },
};

/// A journal in memory, gone with its last handle. It keeps every promise of [`Journal`] except
/// durability.
///
/// ```
/// use actor_journal::{InMemoryJournal, Journal, NewEvent, PersistenceId};
///
/// # pollster::block_on(async {
/// let journal = InMemoryJournal::new();
/// let id = PersistenceId::new("account-7")?;
/// journal.append(&id, 0, NewEvent::json("opened")?.into()).await?;
/// assert_eq!(journal.highest_seq(&id).await?, 1);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct InMemoryJournal {
    streams: Arc<Shared<Streams>>,
}

impl InMemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }
}

#[derive(Default)]
struct Streams {
    by_id: BTreeMap<PersistenceId, Stream>,
    by_position: BTreeMap<Position, PersistentEvent>,
    /// The ids in the order in which their streams have begun.
    begun: Vec<PersistenceId>,
    last_position: Position,
}

#[derive(Default)]
struct Stream {
    head: Seq,
    compacted: Seq,
    events: BTreeMap<Seq, PersistentEvent>,
    tokens: BTreeMap<Seq, AppendToken>,
}

impl Streams {
    fn append(
        &mut self,
        id: &PersistenceId,
        expected: Seq,
        batch: Batch,
    ) -> Result<Vec<PersistentEvent>> {
        batch.check()?;
        let stream = self.by_id.entry(id.clone()).or_default();
        if expected != stream.head {
            let first = stream.repeat(expected, &batch);
            return first.ok_or_else(|| Error::conflict(id, expected, stream.head));
        }
        check_room(id, expected, self.last_position, &batch)?;
        if expected == 0 {
            self.begun.push(id.clone());
        }
        let now = now();
        let mut written = Vec::with_capacity(batch.entries().len());
        for entry in batch.entries() {
            stream.head += 1;
            self.last_position += 1;
            let event = PersistentEvent {
                id: id.clone(),
                seq: stream.head,
                position: self.last_position,
                timestamp: entry.timestamp.unwrap_or(now),
                payload: entry.payload.clone(),
                tags: entry.tags.clone(),
                manifest: entry.manifest.clone(),
            };
            stream.events.insert(event.seq, event.clone());
            self.by_position.insert(event.position, event.clone());
            written.push(event);
        }
        stream.tokens.insert(expected + 1, batch.token());
        Ok(written)
    }

    fn delete(&mut self, id: &PersistenceId, to: Seq) {
        let Some(stream) = self.by_id.get_mut(id) else { return };
        let to = to.min(stream.head);
        let kept = stream.events.split_off(&(to + 1));
        for event in stream.events.values() {
            self.by_position.remove(&event.position);
        }
        stream.events = kept;
        stream.tokens = stream.tokens.split_off(&(to + 1));
        stream.compacted = stream.compacted.max(to);
    }

    fn raise_compaction_mark(&mut self, id: &PersistenceId, through: Seq) {
        let stream = self.by_id.entry(id.clone()).or_default();
        if stream.head == 0 {
            self.begun.push(id.clone());
        }
        stream.compacted = stream.compacted.max(through);
        stream.head = stream.head.max(through);
    }

    fn events_page(&self, query: &EventQuery, limit: usize) -> EventsPage {
        let through = query.until.min(self.last_position);
        let behind = (Bound::Excluded(query.after), Bound::Unbounded);
        let found = self.by_position.range(behind).map(|(_, event)| event);
        let found = found.take_while(|event| event.position <= through);
        let passing = found.filter(|event| query.filter.passes(&event.tags));
        let (events, last) = fill_page(passing, limit);
        EventsPage { events, through, last }
    }
}

impl Stream {
    /// The events that `batch` wrote behind `expected`, when it was written there before.
    fn repeat(&self, expected: Seq, batch: &Batch) -> Option<Vec<PersistentEvent>> {
        let first = expected.checked_add(1)?;
        let end = expected.checked_add(batch.entries().len() as Seq)?;
        let behind = end.checked_add(1)?;
        let whole = !self.events.contains_key(&behind) || self.tokens.contains_key(&behind);
        if !whole || self.tokens.get(&first) != Some(&batch.token()) {
            return None;
        }
        let written: Vec<_> =
            self.events.range(first..=end).map(|(_, event)| event.clone()).collect();
        batch.wrote(&written).then_some(written)
    }

    fn replay_page(
        &self,
        id: &PersistenceId,
        range: ReplayRange,
        continuing: bool,
    ) -> Result<ReplayPage> {
        let known = Head { head: self.head, compacted: self.compacted };
        page(id, range, continuing, |limit| {
            let events = self.events.range(range.from..).map(|(_, event)| event);
            Ok((known, fill_page(events.take_while(|event| event.seq <= range.to), limit)))
        })
    }
}

/// At most `limit` events, fewer once they hold [`PAGE_BYTES`].
fn fill_page<'a>(events: impl Iterator<Item = &'a PersistentEvent>, limit: usize) -> Filled {
    let mut page = Vec::new();
    let mut bytes = 0;
    for event in events {
        if page.len() >= limit || bytes >= PAGE_BYTES {
            return (page, false);
        }
        bytes += event.payload.len();
        page.push(event.clone());
    }
    (page, true)
}

impl Journal for InMemoryJournal {
    fn append<'a>(
        &'a self,
        id: &'a PersistenceId,
        expected_seq: Seq,
        batch: Batch,
    ) -> BoxFuture<'a, Result<Vec<PersistentEvent>>> {
        Box::pin(async move {
            let append = move |streams: &mut Streams| match batch.entries() {
                [] => Ok(Vec::new()),
                _ => streams.append(id, expected_seq, batch),
            };
            let written = self.streams.answer(append).await;
            self.streams.tell();
            written
        })
    }

    fn replay_page<'a>(
        &'a self,
        id: &'a PersistenceId,
        range: ReplayRange,
        continuing: bool,
    ) -> BoxFuture<'a, Result<ReplayPage>> {
        self.streams.answer(move |streams| match streams.by_id.get(id) {
            Some(stream) => stream.replay_page(id, range, continuing),
            None => Stream::default().replay_page(id, range, continuing),
        })
    }

    fn events_page(&self, query: EventQuery, limit: usize) -> BoxFuture<'_, Result<EventsPage>> {
        self.streams.answer(move |streams| Ok(streams.events_page(&query, limit.min(PAGE_EVENTS))))
    }

    fn last_position(&self) -> BoxFuture<'_, Result<Position>> {
        self.streams.answer(|streams| Ok(streams.last_position))
    }

    fn appended(&self, after: Position) -> BoxFuture<'_, Result<Position>> {
        let beyond = move |last: &Position| *last > after;
        self.streams.wait_for(move |streams| Some(streams.last_position).filter(beyond))
    }

    fn highest_seq<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>> {
        self.streams
            .answer(move |streams| Ok(streams.by_id.get(id).map_or(0, |stream| stream.head)))
    }

    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>> {
        self.streams.answer(move |streams| {
            streams.delete(id, to);
            Ok(())
        })
    }

    fn raise_compaction_mark<'a>(
        &'a self,
        id: &'a PersistenceId,
        through: Seq,
    ) -> BoxFuture<'a, Result<()>> {
        self.streams.answer(move |streams| {
            check_seq("compaction mark", through)?;
            streams.raise_compaction_mark(id, through);
            Ok(())
        })
    }

    fn compaction_mark<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>> {
        self.streams
            .answer(move |streams| Ok(streams.by_id.get(id).map_or(0, |stream| stream.compacted)))
    }

    fn persistence_ids<'a>(
        &'a self,
        after: Option<&'a PersistenceId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<PersistenceId>>> {
        self.streams.answer(move |streams| {
            let start = after.map_or(Bound::Unbounded, Bound::Excluded);
            let ids = streams.by_id.range::<PersistenceId, _>((start, Bound::Unbounded));
            let known = ids.filter(|(_, stream)| stream.head > 0);
            Ok(known.take(limit).map(|(id, _)| id.clone()).collect())
        })
    }

    fn persistence_ids_begun(
        &self,
        skip: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PersistenceId>>> {
        self.streams.answer(move |streams| {
            let skip = usize::try_from(skip).unwrap_or(usize::MAX);
            Ok(streams.begun.iter().skip(skip).take(limit).cloned().collect())
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.streams.close()
    }
}
