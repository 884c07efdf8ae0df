//! What a journal's rows must be before they are one page of a replay.

use std::ops::RangeInclusive;

use crate::{
    error::{Error, Result},
    journal::PAGE_EVENTS,
    types::{PersistenceId, PersistentEvent, ReplayPage, ReplayRange, Seq},
};

/// What is known of a stream beside its events. Zeros for an unknown id.
#[derive(Clone, Copy, Default)]
pub(crate) struct Head {
    /// The highest seq ever given out.
    pub(crate) head: Seq,
    /// The compaction mark: up to here events may be gone.
    pub(crate) compacted: Seq,
}

/// Some events in order, and whether nothing is left behind them.
pub(crate) type Filled = (Vec<PersistentEvent>, bool);

/// A page of the events that `read` gives for at most so many seqs, checked against what it tells
/// is known of the stream. `read` may stop early at [`PAGE_BYTES`](crate::PAGE_BYTES). The page ends
/// in front of a gap, which is the error of the next one.
pub(crate) fn page(
    id: &PersistenceId,
    range: ReplayRange,
    continuing: bool,
    read: impl FnOnce(usize) -> Result<(Head, Filled)>,
) -> Result<ReplayPage> {
    let limit = usize::try_from(range.limit).unwrap_or(usize::MAX).min(PAGE_EVENTS);
    let (known, (mut events, mut all)) = read(limit)?;
    let through = range.to.min(known.head);
    if continuing && range.from <= known.compacted.min(through) {
        return Err(Error::integrity(id, range.from, "it was compacted while it was replayed"));
    }
    // Where a prefix is compacted the stream may start late, but not later than behind the mark.
    let latest_start = range.from.max(known.compacted + 1);
    let checked = check(id, range.from..=latest_start, known, &events);
    if let Err((sound, error)) = checked {
        // Nobody asks for a page above the head.
        if sound == 0 || events[sound].seq > known.head {
            return Err(error);
        }
        events.truncate(sound);
        all = false;
    }
    let end = events.last().map_or(latest_start, |event| event.seq + 1);
    let last = end > through;
    if !last && all && events.len() < limit {
        return Err(Error::integrity(id, end, "its event is missing"));
    }
    Ok(ReplayPage { events, through, last })
}

/// Checks that `events` start within `expected`, follow one another without a gap and do not go
/// beyond the head; an error comes with how many of them do.
fn check(
    id: &PersistenceId,
    mut expected: RangeInclusive<Seq>,
    known: Head,
    events: &[PersistentEvent],
) -> Result<(), (usize, Error)> {
    for (sound, event) in events.iter().enumerate() {
        if !expected.contains(&event.seq) {
            let message = format!("the next event there is seq {}", event.seq);
            return Err((sound, Error::integrity(id, *expected.end(), message)));
        }
        if event.seq > known.head {
            let message = format!("it lies above the head, {}", known.head);
            return Err((sound, Error::integrity(id, event.seq, message)));
        }
        expected = event.seq + 1..=event.seq + 1;
    }
    Ok(())
}
