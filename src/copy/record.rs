use crate::{
    error::Error,
    types::{PersistenceId, PersistentEvent, Seq, Snapshot},
};

/// A piece of a copy. They come in this order, but for those of a stream, which come together.
pub(super) enum Record {
    /// A stream, whose events begin behind `compacted`.
    Stream { id: PersistenceId, compacted: Seq },
    /// Of the stream before, the oldest first.
    Snapshot(Snapshot),
    /// A stream that cannot be read, and why.
    LeftOut { id: PersistenceId, reason: Error },
    /// In the order of positions.
    Event(PersistentEvent),
    /// The compaction mark of a stream that still has events below it.
    Mark { id: PersistenceId, compacted: Seq },
    /// There were so many events, and nothing comes any more.
    End { events: u64 },
}
