use serde::{Deserialize, Serialize};

use crate::types::{Position, Progress, Seq};

/// How far a journal has been read to be copied. It is all there is to know: whoever has it goes
/// on from there.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) at: At,
    /// Whether streams that cannot be read are left out; they end the copy otherwise.
    pub(super) leave_out: bool,
    /// The position up to which events are counted, so that none is missed.
    pub(super) counted: Position,
    /// How many events up to there were found in the streams that can be read.
    pub(super) checked: u64,
    /// How many events up to there were copied.
    pub(super) copied: u64,
    /// How many events were copied in all.
    pub(super) events: u64,
    /// The ids of streams that cannot be read.
    pub(super) left_out: Vec<String>,
    /// Streams that have events below their marks, with these.
    pub(super) marks: Vec<(String, Seq)>,
}

/// What is read next.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) enum At {
    /// Where the journal ends now.
    #[default]
    Begin,
    /// The streams behind this id, or the rest of one of them.
    Streams { after: Option<String>, within: Option<Within> },
    /// The events behind a position, up to another.
    Events { after: Position, until: Position },
    /// What is said when all is copied.
    End,
    /// Nothing.
    Ended,
}

/// A stream that has been checked up to a seq.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Within {
    pub(super) id: String,
    /// Where its events begin.
    pub(super) first: Seq,
    pub(super) next: Seq,
    /// Where the replay ends.
    pub(super) through: Seq,
    /// Events up to [`Cursor::counted`].
    pub(super) count: u64,
}

impl Cursor {
    /// In events that were checked or copied.
    pub(super) fn progress(&self) -> Progress {
        let within = match &self.at {
            At::Streams { within: Some(within), .. } => within.count,
            _ => 0,
        };
        let done = self.checked + within + self.events;
        let total = match self.at {
            At::Begin | At::Streams { .. } => 2 * self.counted,
            At::Events { .. } => 2 * self.checked,
            At::End | At::Ended => done,
        };
        Progress { done, total: total.max(done) }
    }
}
