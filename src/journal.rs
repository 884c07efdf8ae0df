//! The contract: what every journal promises.

use std::any::Any;

use futures_util::TryStreamExt;

use crate::{
    error::{Error, Result},
    pages::{EventStream, IdStream, paged},
    platform::{BoxFuture, MaybeSend, MaybeSync},
    types::{
        Batch, EventQuery, EventsPage, MAX_SEQ, PersistenceId, PersistentEvent, Position,
        ReplayPage, ReplayRange, Seq, TagFilter,
    },
};

/// The most events in one page. A page ends earlier when it holds [`PAGE_BYTES`].
pub const PAGE_EVENTS: usize = 2048;

/// Payload bytes at which a page ends.
pub const PAGE_BYTES: usize = 1 << 20;

/// Milliseconds until what another process has appended is noticed, where something waits for it.
pub const NOTICED_MS: u64 = 25;

/// Streams of events, one for each persistence id, with optimistic concurrency.
///
/// Every method may fail with `closed` after [`close`](Self::close), and with what the storage
/// reports: `busy`, `full`, `corrupt`, `read-only`, `io`.
// `Any`: a snapshot store looks whether the journal it compacts stands in its own database.
pub trait Journal: Any + MaybeSend + MaybeSync {
    /// Writes `batch` behind the head of `id`, all of it or none, and returns the events as a
    /// replay would. An answer means that they are as durable as the journal promises.
    ///
    /// Seqs are contiguous from 1 in each stream and are never given out twice, not even after
    /// every event was deleted; positions rise strictly in commit order and are never reused. An
    /// empty batch returns no events and checks nothing. A clone of a batch that was written
    /// before at the same place is not written again: the first result is returned. Dropping the
    /// future does not take the append back.
    ///
    /// # Errors
    ///
    /// `conflict` when `expected_seq` is not the head, with nothing written; `invalid-argument`
    /// for a batch that breaks a bound; `lost` when it is unknown whether the batch is stored.
    fn append<'a>(
        &'a self,
        id: &'a PersistenceId,
        expected_seq: Seq,
        batch: Batch,
    ) -> BoxFuture<'a, Result<Vec<PersistentEvent>>>;

    /// One page of a stream: up to [`PAGE_EVENTS`] events of `range` in ascending order, checked
    /// to be contiguous. With `continuing`, the first of them must be `range.from` itself; else
    /// the page may start behind a compacted prefix.
    ///
    /// # Errors
    ///
    /// `integrity`, saying where, for a gap, a wrong order, a seq out of bounds, an event above
    /// the head, and for a prefix that was compacted while it was being read.
    fn replay_page<'a>(
        &'a self,
        id: &'a PersistenceId,
        range: ReplayRange,
        continuing: bool,
    ) -> BoxFuture<'a, Result<ReplayPage>>;

    /// One page of the whole journal, at most `limit` events in position order. In SQLite the
    /// rarest tag of the filter's `all` bounds what a page costs; what `any` beside it and `not`
    /// leave out is passed over one by one.
    ///
    /// # Errors
    ///
    /// `integrity` for positions and seqs out of bounds.
    fn events_page(&self, query: EventQuery, limit: usize) -> BoxFuture<'_, Result<EventsPage>>;

    /// The last position that was given out, 0 where there is none. What was appended by calls that were
    /// made before this one counts, what is by later ones does not.
    fn last_position(&self) -> BoxFuture<'_, Result<Position>>;

    /// Waits until the journal has given out a position above `after`, whoever appended there, and
    /// answers the last one. Where other processes write to the same file, they are noticed within
    /// [`NOTICED_MS`].
    ///
    /// # Errors
    ///
    /// `corrupt` where the last position falls meanwhile: another database has taken the place of this
    /// one.
    fn appended(&self, after: Position) -> BoxFuture<'_, Result<Position>>;

    /// The highest seq ever given out in a stream, 0 for an unknown id.
    fn highest_seq<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>>;

    /// Compaction: removes the events of `id` up to `to`, inclusive, with their tags. Removing
    /// again changes nothing, `to` is clamped to the head, and the head stays.
    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>>;

    /// Notes that the events of `id` up to `through` live elsewhere: the mark, and with it the
    /// head, is at least `through` from now on. It is never lowered.
    fn raise_compaction_mark<'a>(
        &'a self,
        id: &'a PersistenceId,
        through: Seq,
    ) -> BoxFuture<'a, Result<()>>;

    /// The compaction mark of `id`: up to there, events may be gone. 0 where none are, and for an
    /// unknown id.
    fn compaction_mark<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>>;

    /// At most `limit` ids in ascending order (by their UTF-8 bytes) behind `after`. Costs by the
    /// page, not by the events. A stream whose events were all deleted is still named.
    fn persistence_ids<'a>(
        &'a self,
        after: Option<&'a PersistenceId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<PersistenceId>>>;

    /// At most `limit` ids behind the first `skip`, in the order in which their streams began: by their
    /// first append, or by a compaction mark. What begins comes last, and nothing ever goes, so that who
    /// has read some goes on with `skip` at their count; where there are fewer, nothing is there yet.
    /// Costs by the page.
    ///
    /// # Errors
    ///
    /// `read-only` for a file that is open for reading only, of a version that does not keep that order;
    /// `corrupt` where a stream is missing from it.
    fn persistence_ids_begun(
        &self,
        skip: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PersistenceId>>>;

    /// Ends this journal after what is under way. Afterwards every other call fails with
    /// `closed`; closing again does nothing.
    fn close(&self) -> BoxFuture<'_, Result<()>>;

    /// The events of `range` in ascending order, as far as the head was when this began. Memory
    /// does not grow with the stream, and a slow reader blocks nobody.
    ///
    /// A range that begins at or below the compaction mark delivers what is left: usually from
    /// behind the mark. Who folds on from a snapshot compares the first event's seq with the
    /// snapshot's.
    ///
    /// # Errors
    ///
    /// As [`replay_page`](Self::replay_page), behind the events before the error.
    fn replay<'a>(&'a self, id: &PersistenceId, range: ReplayRange) -> EventStream<'a> {
        let id = id.clone();
        paged((range, false), move |(range, continuing)| {
            let id = id.clone();
            Box::pin(async move {
                if range.is_empty() {
                    return Ok((Vec::new(), None));
                }
                let page = self.replay_page(&id, range, continuing).await?;
                let rest = rest(range, &page).map(|range| (range, true));
                Ok((page.events, rest))
            })
        })
    }

    /// [`replay`](Self::replay), collected.
    ///
    /// # Errors
    ///
    /// As [`replay_page`](Self::replay_page).
    fn read<'a>(
        &'a self,
        id: &PersistenceId,
        range: ReplayRange,
    ) -> BoxFuture<'a, Result<Vec<PersistentEvent>>> {
        Box::pin(self.replay(id, range).try_collect())
    }

    /// The events that pass `filter`, behind the position `after`, in position order, as far as
    /// the journal went when this began.
    ///
    /// # Errors
    ///
    /// As [`events_page`](Self::events_page), behind the events before the error.
    fn events_by_tag(&self, filter: TagFilter, after: Position) -> EventStream<'_> {
        paged(EventQuery { filter, after, ..EventQuery::default() }, move |query| {
            Box::pin(async move {
                let page = self.events_page(query.clone(), PAGE_EVENTS).await?;
                let rest = page.events.last().filter(|_| !page.last).map(|event| EventQuery {
                    after: event.position,
                    until: page.through,
                    ..query
                });
                Ok((page.events, rest))
            })
        })
    }

    /// All events behind the position `after`, in position order, as far as the journal went when
    /// this began.
    ///
    /// # Errors
    ///
    /// As [`events_page`](Self::events_page), behind the events before the error.
    fn all_events(&self, after: Position) -> EventStream<'_> {
        self.events_by_tag(TagFilter::default(), after)
    }

    /// As [`replay_page`](Self::replay_page), but where `range` is not at its end, and nothing of it
    /// is there yet, this waits until there is.
    ///
    /// # Errors
    ///
    /// As [`replay_page`](Self::replay_page).
    fn live_replay_page<'a>(
        &'a self,
        id: &'a PersistenceId,
        range: ReplayRange,
        continuing: bool,
    ) -> BoxFuture<'a, Result<ReplayPage>> {
        Box::pin(async move {
            let mut seen = None;
            loop {
                let page = self.replay_page(id, range, continuing).await?;
                if !page.events.is_empty() || page.through >= range.to || range.is_empty() {
                    return Ok(page);
                }
                // The position is known before the page is read that must not be empty.
                seen = Some(match seen {
                    None => self.last_position().await?,
                    Some(seen) => self.appended(seen).await?,
                });
            }
        })
    }

    /// As [`events_page`](Self::events_page), but where the query is not at its end, and nothing of it
    /// is there yet, this waits until there is.
    ///
    /// # Errors
    ///
    /// As [`events_page`](Self::events_page).
    fn live_events_page(
        &self,
        mut query: EventQuery,
        limit: usize,
    ) -> BoxFuture<'_, Result<EventsPage>> {
        Box::pin(async move {
            loop {
                let page = self.events_page(query.clone(), limit).await?;
                query.after = query.after.max(page.through);
                if !page.events.is_empty() || limit == 0 || query.after >= query.until {
                    return Ok(page);
                }
                self.appended(query.after).await?;
            }
        })
    }

    /// As [`persistence_ids_begun`](Self::persistence_ids_begun), but where nothing of it is there yet,
    /// this waits until there is. A stream that began with a compaction mark is noticed with the next
    /// append, to whichever stream.
    ///
    /// # Errors
    ///
    /// As [`persistence_ids_begun`](Self::persistence_ids_begun).
    fn live_persistence_ids_page(
        &self,
        skip: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PersistenceId>>> {
        Box::pin(async move {
            let mut seen = None;
            loop {
                let ids = self.persistence_ids_begun(skip, limit).await?;
                if !ids.is_empty() || limit == 0 {
                    return Ok(ids);
                }
                // The position is known before the page is read that must not be empty.
                seen = Some(match seen {
                    None => self.last_position().await?,
                    Some(seen) => self.appended(seen).await?,
                });
            }
        })
    }

    /// The ids of all streams behind the first `skip`, each once, in the order in which they began, and
    /// then of those that begin from now on; it never ends. Memory does not grow with the streams; who
    /// reads it slowly blocks nobody.
    ///
    /// # Errors
    ///
    /// As [`persistence_ids_begun`](Self::persistence_ids_begun), behind the ids before the error.
    fn live_persistence_ids(&self, skip: u64) -> IdStream<'_> {
        paged(skip, move |skip| {
            Box::pin(async move {
                let ids = self.live_persistence_ids_page(skip, PAGE_EVENTS).await?;
                let skip = skip + ids.len() as u64;
                Ok((ids, Some(skip)))
            })
        })
    }

    /// [`replay`](Self::replay) that goes on with what is appended from now on, each event once and
    /// in order. It ends with `range`, where that has an end; who reads it slowly blocks nobody, and
    /// is told of a prefix that was compacted meanwhile.
    ///
    /// # Errors
    ///
    /// As [`replay_page`](Self::replay_page), behind the events before the error.
    fn live_replay<'a>(&'a self, id: &PersistenceId, range: ReplayRange) -> EventStream<'a> {
        let id = id.clone();
        paged((range, false), move |(range, continuing)| {
            let id = id.clone();
            Box::pin(async move {
                let page = self.live_replay_page(&id, range, continuing).await?;
                let read = page.events.len() as u64;
                let rest = page.events.last().map(|event| ReplayRange {
                    from: event.seq + 1,
                    limit: range.limit - read,
                    ..range
                });
                let rest = rest.filter(|rest| !rest.is_empty()).map(|rest| (rest, true));
                Ok((page.events, rest))
            })
        })
    }

    /// [`events_by_tag`](Self::events_by_tag) that goes on with what is appended from now on, each
    /// event once and in position order, and never ends. Memory does not grow with what is appended;
    /// who reads it slowly blocks nobody.
    ///
    /// # Errors
    ///
    /// As [`events_page`](Self::events_page), behind the events before the error.
    fn live_events_by_tag(&self, filter: TagFilter, after: Position) -> EventStream<'_> {
        paged(EventQuery { filter, after, ..EventQuery::default() }, move |query| {
            Box::pin(async move {
                let page = self.live_events_page(query.clone(), PAGE_EVENTS).await?;
                let rest =
                    page.events.last().map(|event| EventQuery { after: event.position, ..query });
                Ok((page.events, rest))
            })
        })
    }

    /// [`all_events`](Self::all_events), likewise.
    ///
    /// # Errors
    ///
    /// As [`events_page`](Self::events_page), behind the events before the error.
    fn live_events(&self, after: Position) -> EventStream<'_> {
        self.live_events_by_tag(TagFilter::default(), after)
    }
}

/// What is left of `range` behind `page`, if anything.
fn rest(range: ReplayRange, page: &ReplayPage) -> Option<ReplayRange> {
    let read = page.events.len() as u64;
    let last = page.events.last().filter(|_| !page.last)?;
    Some(ReplayRange { from: last.seq + 1, to: page.through, limit: range.limit - read })
}

/// Refuses a batch that would need a seq behind the last one, or a position.
pub(crate) fn check_room(
    id: &PersistenceId,
    head: Seq,
    last_position: Position,
    batch: &Batch,
) -> Result<()> {
    let count = batch.entries().len() as u64;
    if head.max(last_position).saturating_add(count) <= MAX_SEQ {
        return Ok(());
    }
    Err(Error::invalid(format!("stream {id:?} or the journal is full: it ends at {MAX_SEQ}")))
}

/// Refuses a seq that no event can have.
pub(crate) fn check_seq(what: &str, seq: Seq) -> Result<()> {
    match seq {
        1..=MAX_SEQ => Ok(()),
        _ => Err(Error::invalid(format!("{what} {seq} is not between 1 and {MAX_SEQ}"))),
    }
}
