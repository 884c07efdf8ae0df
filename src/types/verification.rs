use std::fmt;

use super::{PersistenceId, Progress, Seq};

/// What a check of a whole journal or store has found.
///
/// ```
/// use actor_journal::{Problem, Verification};
///
/// let mut found = Verification::default();
/// assert!(found.is_sound());
/// let mut part = Verification::default();
/// part.found = 1;
/// part.problems = vec![Problem { id: None, seq: None, what: "a page is used twice".into() }];
/// found.add(part);
/// assert_eq!(found.problems[0].to_string(), "a page is used twice");
/// assert!(!found.is_sound());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// Streams that were checked, also those without events.
    pub streams: u64,
    /// Events that were checked.
    pub events: u64,
    /// Tags of events that were checked.
    pub tags: u64,
    /// Snapshots, or durable states, that were checked.
    pub states: u64,
    /// Of these rows those without a checksum, which were written before version 3 of the format or
    /// by another program: a change that leaves them readable is not noticed.
    pub unchecked: u64,
    /// Of these payloads those that begin neither as JSON nor with CBOR's mark: a codec of one's own
    /// wrote them, and only that one can tell whether it can read them.
    pub opaque: u64,
    /// How many problems were met.
    pub found: u64,
    /// The first [`MAX_PROBLEMS`](Self::MAX_PROBLEMS) of them.
    pub problems: Vec<Problem>,
    /// The first problem that tells of damage: what is told of others was stored as it is.
    pub(crate) damage: Option<Problem>,
}

/// What is wrong with a journal or a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stream, or the durable state, where it concerns one.
    pub id: Option<PersistenceId>,
    /// The event or the snapshot, or the state's revision, where it concerns one.
    pub seq: Option<Seq>,
    /// What is wrong, in words.
    pub what: String,
}

/// A part of a check, and where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationPage {
    /// What this part has found.
    pub found: Verification,
    /// How far the check has come, in rows; each is met twice, by SQLite's own check and by ours.
    pub progress: Progress,
    /// What to ask the next part with; `None` where this was the last one.
    pub next: Option<String>,
}

impl Verification {
    /// The most problems that are named. One damaged page may make thousands.
    pub const MAX_PROBLEMS: usize = 100;

    /// Whether there is no problem.
    pub fn is_sound(&self) -> bool {
        self.found == 0
    }

    /// Takes what a further part has found to this.
    pub fn add(&mut self, part: Self) {
        self.streams += part.streams;
        self.events += part.events;
        self.tags += part.tags;
        self.states += part.states;
        self.unchecked += part.unchecked;
        self.opaque += part.opaque;
        self.found += part.found;
        self.damage = self.damage.take().or(part.damage);
        let room = Self::MAX_PROBLEMS - self.problems.len();
        self.problems.extend(part.problems.into_iter().take(room));
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.id, self.seq) {
            (Some(id), Some(seq)) => write!(f, "{id} {seq}: {}", self.what),
            (Some(id), None) => write!(f, "{id}: {}", self.what),
            _ => f.write_str(&self.what),
        }
    }
}
