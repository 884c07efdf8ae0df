//! The contract: what every journal and every snapshot store promises.

use std::any::Any;

use futures_util::{
    StreamExt, TryStreamExt,
    future::{poll_immediate, ready},
    stream,
};

use crate::{
    error::{Error, ErrorKind, Result},
    platform::{BoxFuture, BoxStream, MaybeSend, MaybeSync},
    types::{
        Batch, EventQuery, EventsPage, MAX_SEQ, NewState, PersistenceId, PersistentEvent, Position,
        ReplayPage, ReplayRange, Seq, Snapshot, SnapshotBounds, TagFilter,
    },
};

/// The most events in one page. A page ends earlier when it holds [`PAGE_BYTES`].
pub const PAGE_EVENTS: usize = 2048;

/// Payload bytes at which a page ends.
pub const PAGE_BYTES: usize = 1 << 20;

/// A stream of events, read page by page as it is polled.
pub type EventStream<'a> = BoxStream<'a, Result<PersistentEvent>>;

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
}

/// What is left of `range` behind `page`, if anything.
fn rest(range: ReplayRange, page: &ReplayPage) -> Option<ReplayRange> {
    let read = page.events.len() as u64;
    let last = page.events.last().filter(|_| !page.last)?;
    Some(ReplayRange { from: last.seq + 1, to: page.through, limit: range.limit - read })
}

/// A page, and what to ask for the next one.
type Page<'a, Q> = BoxFuture<'a, Result<(Vec<PersistentEvent>, Option<Q>)>>;

/// The events of all pages from `first` on. While one page is consumed the next is on its way, and
/// no more than that one.
fn paged<'a, Q: MaybeSend + 'a>(
    first: Q,
    read: impl Fn(Q) -> Page<'a, Q> + MaybeSend + MaybeSync + 'a,
) -> EventStream<'a> {
    let ahead = Some(read(first));
    let pages = stream::try_unfold((ahead, read), |(ahead, read)| async move {
        let Some(page) = ahead else { return Ok::<_, Error>(None) };
        let (events, rest) = page.await?;
        let ahead = match rest {
            Some(rest) => Some(begun(read(rest)).await),
            None => None,
        };
        Ok(Some((stream::iter(events).map(Ok), (ahead, read))))
    });
    Box::pin(pages.try_flatten())
}

/// The same future with its first step taken.
pub(crate) async fn begun<'a, T: MaybeSend + 'a>(mut future: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
    match poll_immediate(&mut future).await {
        Some(output) => Box::pin(ready(output)),
        None => future,
    }
}

/// The latest states of actors, so that recovery need not start from the first event.
///
/// Every method may fail with `closed` after [`close`](Self::close), and with what the storage
/// reports: `busy`, `full`, `corrupt`, `read-only`, `io`.
pub trait SnapshotStore: MaybeSend + MaybeSync {
    /// Keeps `state` as of `seq`, in place of one kept at the same seq, and removes all but the
    /// latest few. That clean-up never fails a save.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a seq below 1 or above [`MAX_SEQ`].
    fn save<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
    ) -> BoxFuture<'a, Result<()>>;

    /// The latest snapshot within `bounds`.
    ///
    /// # Errors
    ///
    /// `snapshot-integrity` for a snapshot whose seq is out of bounds.
    fn load<'a>(
        &'a self,
        id: &'a PersistenceId,
        bounds: SnapshotBounds,
    ) -> BoxFuture<'a, Result<Option<Snapshot>>>;

    /// Removes the snapshots of `id` up to `to`, inclusive.
    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>>;

    /// Keeps `state` as [`save`](Self::save) does, then removes from `journal` the events of `id`
    /// up to the seq of the oldest snapshot that is kept, so that each of those kept can still be
    /// recovered from. Where both stand in one open database of SQLite, both are done or neither;
    /// elsewhere a failure in between leaves events that the next compaction removes.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save); `snapshot-integrity` for a seq above the stream's head, or where a
    /// snapshot above it is kept, with nothing done; and as [`Journal::delete`].
    fn save_and_compact<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
        journal: &'a (dyn Journal + 'static),
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(save_then_compact(self, id, seq, state, journal))
    }

    /// Ends this store after what is under way. Afterwards every other call fails with `closed`;
    /// closing again does nothing.
    fn close(&self) -> BoxFuture<'_, Result<()>>;

    /// The latest snapshot.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn load_latest<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Option<Snapshot>>> {
        self.load(id, SnapshotBounds::default())
    }

    /// The latest snapshot below `seq`.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    fn load_before<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
    ) -> BoxFuture<'a, Result<Option<Snapshot>>> {
        self.load(id, SnapshotBounds::before(seq))
    }
}

/// [`SnapshotStore::save_and_compact`] where store and journal have nothing in common.
pub(crate) async fn save_then_compact<S: SnapshotStore + ?Sized>(
    store: &S,
    id: &PersistenceId,
    seq: Seq,
    state: NewState,
    journal: &dyn Journal,
) -> Result<()> {
    // The snapshot first: a head that is read later is not below it.
    let latest = store.load_latest(id).await?.map_or(seq, |latest| latest.seq.max(seq));
    check_covered(id, latest, journal.highest_seq(id).await?)?;
    store.save(id, seq, state).await?;
    let mut oldest = seq;
    while let Some(older) = store.load_before(id, oldest).await? {
        oldest = older.seq;
    }
    journal.delete(id, oldest).await
}

/// How many snapshots of an id are kept unless told otherwise.
pub const DEFAULT_KEEP: usize = 3;

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

/// Refuses a compaction where a snapshot lies above the head: with the events removed, nothing could
/// be recovered.
pub(crate) fn check_covered(id: &PersistenceId, seq: Seq, head: Seq) -> Result<()> {
    if seq <= head {
        return Ok(());
    }
    let message = format!("a snapshot at seq {seq} lies above the head of stream {id:?}, {head}");
    Err(Error::new(ErrorKind::SnapshotIntegrity { id: id.clone(), seq }, message))
}

/// Refuses a seq that no event can have.
pub(crate) fn check_seq(what: &str, seq: Seq) -> Result<()> {
    match seq {
        1..=MAX_SEQ => Ok(()),
        _ => Err(Error::invalid(format!("{what} {seq} is not between 1 and {MAX_SEQ}"))),
    }
}
