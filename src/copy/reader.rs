use std::ops::ControlFlow;

use super::{
    cursor::{At, Cursor, Within},
    record::Record,
    stores::Stores,
};
use crate::{
    error::{Error, ErrorKind, Result},
    journal::PAGE_EVENTS,
    types::{
        EventQuery, EventsPage, MAX_SEQ, PersistenceId, PersistentEvent, Position, ReplayRange,
        Seq, SnapshotBounds,
    },
};

/// Ids that are asked for at once.
const PAGE_IDS: usize = 256;

/// Reads a journal to be copied: first each stream, which is checked as a replay is, with its mark
/// and snapshots; then all events in the order of positions. The events are counted both times.
pub(super) struct Reader<'a> {
    stores: Stores<'a>,
    pub(super) cursor: Cursor,
}

impl<'a> Reader<'a> {
    pub(super) fn new(stores: Stores<'a>) -> Self {
        Self::at(stores, Cursor::default())
    }

    pub(super) fn at(stores: Stores<'a>, cursor: Cursor) -> Self {
        Self { stores, cursor }
    }

    /// What comes next; there may be nothing in it yet. `None` at the end.
    pub(super) async fn page(&mut self) -> Result<Option<Vec<Record>>> {
        match self.cursor.at.clone() {
            At::Begin => self.begin().await,
            At::Streams { after } => self.streams(after).await,
            At::Within(within) => self.rest(within).await,
            At::Events { after, until } => self.events(after, until).await,
            At::End => self.end(),
            At::Ended => return Ok(None),
        }
        .map(Some)
    }

    async fn begin(&mut self) -> Result<Vec<Record>> {
        self.cursor.counted = self.last_position().await?;
        self.cursor.at = At::Streams { after: String::new() };
        Ok(Vec::new())
    }

    async fn last_position(&self) -> Result<Position> {
        Ok(self.stores.journal.events_page(EventQuery::default(), 0).await?.through)
    }

    /// Where the journal ends now, behind all that was found in the streams.
    async fn until(&self) -> Result<Position> {
        let (until, highest) = (self.last_position().await?, self.cursor.highest);
        if highest <= until {
            return Ok(until);
        }
        let message = format!(
            "the journal ends at position {until}, and a stream has an event at {highest}: the \
             index of positions is damaged"
        );
        Err(Error::new(ErrorKind::Corrupt, message))
    }

    /// As many whole streams as have the events of one page, and the beginning of the next one.
    async fn streams(&mut self, mut after: String) -> Result<Vec<Record>> {
        let behind = Some(PersistenceId::stored(&after)).filter(|_| !after.is_empty());
        let ids = self.stores.journal.persistence_ids(behind.as_ref(), PAGE_IDS).await?;
        if ids.is_empty() {
            self.cursor.at = At::Events { after: 0, until: self.until().await? };
            return Ok(Vec::new());
        }
        let (mut records, begun) = (Vec::new(), self.cursor.checked);
        for id in ids {
            if self.cursor.checked - begun > PAGE_EVENTS as u64 {
                break;
            }
            let within = Within { id: id.to_string(), through: MAX_SEQ, ..Within::default() };
            match self.stream(&id, within, &mut records).await? {
                ControlFlow::Continue(()) => after = id.to_string(),
                ControlFlow::Break(within) => {
                    self.cursor.at = At::Within(within);
                    return Ok(records);
                }
            }
        }
        self.cursor.at = At::Streams { after };
        Ok(records)
    }

    async fn rest(&mut self, within: Within) -> Result<Vec<Record>> {
        let (id, mut records) = (PersistenceId::stored(&within.id), Vec::new());
        self.cursor.at = match self.stream(&id, within, &mut records).await? {
            ControlFlow::Continue(()) => At::Streams { after: id.to_string() },
            ControlFlow::Break(within) => At::Within(within),
        };
        Ok(records)
    }

    /// Checks a page of a stream, and describes the stream when that was the last one.
    async fn stream(
        &mut self,
        id: &PersistenceId,
        within: Within,
        records: &mut Vec<Record>,
    ) -> Result<ControlFlow<Within>> {
        let checked = self.check(id, within).await;
        let described = match checked {
            Ok(ControlFlow::Break(within)) => return Ok(ControlFlow::Break(within)),
            Ok(ControlFlow::Continue(whole)) => self.describe(id, &whole).await,
            Err(error) => Err(error),
        };
        match described {
            Ok(described) => records.extend(described),
            Err(reason) if self.cursor.leave_out && reason.is_damage() => {
                self.cursor.left_out.push(id.to_string());
                records.push(Record::LeftOut { id: id.clone(), reason });
            }
            Err(error) => return Err(error),
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The stream with one page more, to go on with or whole.
    async fn check(
        &mut self,
        id: &PersistenceId,
        mut within: Within,
    ) -> Result<ControlFlow<Within, Within>> {
        let is_begun = within.next > 0;
        let range = ReplayRange::from(within.next..=within.through);
        let page = self.stores.journal.replay_page(id, range, is_begun).await?;
        let counted = |event: &&PersistentEvent| event.position <= self.cursor.counted;
        within.count += page.events.iter().filter(counted).count() as u64;
        within.through = page.through;
        let highest = page.events.iter().map(|event| event.position).max();
        self.cursor.highest = self.cursor.highest.max(highest.unwrap_or(0));
        if let (Some(first), false) = (page.events.first(), is_begun) {
            within.first = first.seq;
        }
        match page.events.last().filter(|_| !page.last) {
            Some(last) => {
                within.next = last.seq + 1;
                Ok(ControlFlow::Break(within))
            }
            None => Ok(ControlFlow::Continue(within)),
        }
    }

    /// A stream that was checked, with its snapshots.
    async fn describe(&mut self, id: &PersistenceId, whole: &Within) -> Result<Vec<Record>> {
        let mark = self.stores.journal.compaction_mark(id).await?;
        let compacted = whole.first.checked_sub(1).unwrap_or(mark);
        let mut records = self.snapshots(id).await?;
        records.push(Record::Stream { id: id.clone(), compacted });
        records.reverse();
        if mark > compacted {
            self.cursor.marks.push((id.to_string(), mark));
        }
        self.cursor.checked += whole.count;
        Ok(records)
    }

    /// The snapshots of a stream, the latest first.
    async fn snapshots(&self, id: &PersistenceId) -> Result<Vec<Record>> {
        let Some(store) = self.stores.snapshots else { return Ok(Vec::new()) };
        let mut snapshots = Vec::new();
        let mut bounds = SnapshotBounds::default();
        while let Some(snapshot) = store.load(id, bounds).await? {
            bounds = SnapshotBounds::before(snapshot.seq);
            snapshots.push(Record::Snapshot(snapshot));
        }
        Ok(snapshots)
    }

    async fn events(&mut self, after: Position, until: Position) -> Result<Vec<Record>> {
        let EventsPage { mut events, last, .. } = match self.event_page(after, until).await {
            Err(error) if self.cursor.leave_out && error.is_damage() => {
                self.readable(after, until).await?
            }
            page => page?,
        };
        let end = events.last().map_or(until, |event| event.position);
        self.cursor.at = if last { At::End } else { At::Events { after: end, until } };
        let cursor = &mut self.cursor;
        events.retain(|event| !cursor.left_out.iter().any(|id| id == event.id.as_str()));
        cursor.events += events.len() as u64;
        let counted = |event: &&PersistentEvent| event.position <= cursor.counted;
        cursor.copied += events.iter().filter(counted).count() as u64;
        Ok(events.into_iter().map(Record::Event).collect())
    }

    async fn event_page(&self, after: Position, until: Position) -> Result<EventsPage> {
        let query = EventQuery { after, until, ..EventQuery::default() };
        self.stores.journal.events_page(query, PAGE_EVENTS).await
    }

    /// The next events that can be read, found by halves; a position that cannot is passed over. It
    /// belongs to a stream that is left out, or else is missed when all are counted.
    async fn readable(&self, mut after: Position, until: Position) -> Result<EventsPage> {
        let mut end = until;
        while after < until {
            match self.event_page(after, end).await {
                Ok(page) => {
                    let last = page.last && end == until;
                    if page.events.is_empty() && !last {
                        (after, end) = (end, until);
                        continue;
                    }
                    return Ok(EventsPage { last, ..page });
                }
                Err(error) if !error.is_damage() => return Err(error),
                Err(_) if end > after + 1 => end = after + (end - after) / 2,
                Err(_) => (after, end) = (end, until),
            }
        }
        Ok(EventsPage { events: Vec::new(), through: until, last: true })
    }

    fn end(&mut self) -> Result<Vec<Record>> {
        self.cursor.at = At::Ended;
        let Cursor { checked, copied, events, .. } = self.cursor;
        if copied != checked {
            let message = format!(
                "{copied} events were found by their positions, {checked} in their streams: some \
                 were deleted meanwhile, or the journal is damaged"
            );
            return Err(Error::new(ErrorKind::Corrupt, message));
        }
        let mark = |(id, compacted): &(String, Seq)| Record::Mark {
            id: PersistenceId::stored(id),
            compacted: *compacted,
        };
        let marks = self.cursor.marks.iter().map(mark);
        Ok(marks.chain([Record::End { events }]).collect())
    }
}
