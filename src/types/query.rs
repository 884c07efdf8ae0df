use std::ops::{Bound, RangeBounds};

use super::{MAX_SEQ, PersistentEvent, Position, Seq, Tag};
use crate::error::{Error, Result};

/// Which events of a stream a replay delivers: inclusive bounds on the seq, and a count.
///
/// ```
/// use actor_journal::ReplayRange;
///
/// assert_eq!(ReplayRange::from(3..=5).from, 3);
/// assert_eq!(ReplayRange::from(..).limit(10).limit, 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayRange {
    /// The first seq.
    pub from: Seq,
    /// The last seq.
    pub to: Seq,
    /// At most so many events.
    pub limit: u64,
}

impl ReplayRange {
    /// The same bounds with a count.
    pub fn limit(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    /// Whether no seq lies between the bounds.
    pub fn is_empty(&self) -> bool {
        self.from > self.to || self.limit == 0
    }
}

impl<R: RangeBounds<Seq>> From<R> for ReplayRange {
    fn from(range: R) -> Self {
        let from = match range.start_bound() {
            Bound::Included(&seq) => seq.max(1),
            Bound::Excluded(&seq) => seq.saturating_add(1),
            Bound::Unbounded => 1,
        };
        let to = match range.end_bound() {
            Bound::Included(&seq) => seq.min(MAX_SEQ),
            Bound::Excluded(&seq) => seq.saturating_sub(1).min(MAX_SEQ),
            Bound::Unbounded => MAX_SEQ,
        };
        Self { from, to, limit: u64::MAX }
    }
}

/// Some events of one stream, and how to go on from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayPage {
    /// Ascending and contiguous.
    pub events: Vec<PersistentEvent>,
    /// The seq at which this replay ends: the range's end or the head, whichever is lower.
    pub through: Seq,
    /// Whether nothing is left up to `through`.
    pub last: bool,
}

/// Which events of the whole journal are read, in position order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventQuery {
    /// Only events whose tags pass.
    pub filter: TagFilter,
    /// Only events behind this position: "after what I have seen".
    pub after: Position,
    /// Only events up to this position, inclusive.
    pub until: Position,
}

impl Default for EventQuery {
    /// Everything.
    fn default() -> Self {
        Self { filter: TagFilter::default(), after: 0, until: MAX_SEQ }
    }
}

/// Some events of the whole journal, and how to go on from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsPage {
    /// Ascending by position.
    pub events: Vec<PersistentEvent>,
    /// The position at which this query ends: the query's end or the journal's, whichever is
    /// lower.
    pub through: Position,
    /// Whether nothing is left up to `through`.
    pub last: bool,
}

/// What an event's tags must be. The default lets every event pass.
///
/// ```
/// use actor_journal::TagFilter;
///
/// let filter = TagFilter::one("money")?.and_not(["internal"])?;
/// assert_eq!(filter.all.len() + filter.not.len(), 2);
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// All of these.
    pub all: Vec<Tag>,
    /// At least one of these, when there are any.
    pub any: Vec<Tag>,
    /// None of these.
    pub not: Vec<Tag>,
}

impl TagFilter {
    /// Events with this tag.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a tag that [`Tag::new`] refuses.
    pub fn one(tag: impl AsRef<str>) -> Result<Self> {
        Self::new([tag], [], [])
    }

    /// Events with all of `all`, at least one of `any` and none of `not`; an empty list asks
    /// nothing.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a tag that [`Tag::new`] refuses, and for more than 64 tags in all.
    pub fn new<T: AsRef<str>>(
        all: impl IntoIterator<Item = T>,
        any: impl IntoIterator<Item = T>,
        not: impl IntoIterator<Item = T>,
    ) -> Result<Self> {
        let filter = Self { all: tags(all)?, any: tags(any)?, not: tags(not)? };
        let count = filter.all.len() + filter.any.len() + filter.not.len();
        if count > super::MAX_TAGS {
            return Err(Error::invalid(format!(
                "the filter has {count} tags, more than {}",
                super::MAX_TAGS
            )));
        }
        Ok(filter)
    }

    /// The same filter without the events that have one of `not`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn and_not<T: AsRef<str>>(mut self, not: impl IntoIterator<Item = T>) -> Result<Self> {
        self.not.extend(tags(not)?);
        Self::new(self.all, self.any, self.not)
    }

    /// Whether an event with `tags` passes.
    pub fn passes(&self, tags: &[Tag]) -> bool {
        self.all.iter().all(|tag| tags.contains(tag))
            && (self.any.is_empty() || self.any.iter().any(|tag| tags.contains(tag)))
            && !self.not.iter().any(|tag| tags.contains(tag))
    }
}

fn tags<T: AsRef<str>>(tags: impl IntoIterator<Item = T>) -> Result<Vec<Tag>> {
    tags.into_iter().map(Tag::new).collect()
}
