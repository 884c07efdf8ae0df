use std::{cell::Cell, sync::Arc};

use super::{MAX_TAGS, Manifest, PersistenceId, Position, Seq, Tag, Timestamp};
use crate::error::{Error, Result};

/// The bytes of an event or of a snapshot's state, as a codec wrote them. Cloning is cheap.
pub type Payload = Arc<[u8]>;

/// An event to be appended: its payload, its tags, and what it says it is.
///
/// ```
/// use actor_journal::NewEvent;
///
/// let deposit = NewEvent::json(&serde_json::json!({ "deposited": 100 }))?;
/// let deposit = deposit.tagged(["money"])?.named("deposited", 1)?;
/// assert_eq!(&*deposit.payload, br#"{"deposited":100}"#);
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What is stored, byte for byte.
    pub payload: Payload,
    /// At most [`MAX_TAGS`], each once.
    pub tags: Vec<Tag>,
    /// What it says it is, if anything.
    pub manifest: Option<Manifest>,
    /// When it was written first, where it is a copy; `None`, and it is written now.
    pub timestamp: Option<Timestamp>,
}

impl NewEvent {
    /// An event of bytes that are stored as they are, without tags and manifest.
    pub fn bytes(payload: impl Into<Payload>) -> Self {
        let payload = payload.into();
        Self { payload, tags: Vec::new(), manifest: None, timestamp: None }
    }

    /// The same event as one that was written at `timestamp`: a copy keeps its time.
    pub fn at(self, timestamp: Timestamp) -> Self {
        Self { timestamp: Some(timestamp), ..self }
    }

    /// The same event with these tags. A tag given twice counts once.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a tag that [`Tag::new`] refuses.
    pub fn tagged<T: AsRef<str>>(mut self, tags: impl IntoIterator<Item = T>) -> Result<Self> {
        for tag in tags {
            let tag = Tag::new(tag)?;
            if !self.tags.contains(&tag) {
                self.tags.push(tag);
            }
        }
        Ok(self)
    }

    /// The same event with a manifest of this name and version.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for what [`Manifest::new`] refuses.
    pub fn named(self, name: impl AsRef<str>, version: u32) -> Result<Self> {
        let manifest = Some(Manifest::new(name, version)?);
        Ok(Self { manifest, ..self })
    }

    fn check(&self, index: usize) -> Result<()> {
        /// SQLite's own bound on a row, less room for the other columns.
        const MAX_PAYLOAD: usize = 1_000_000_000 - (1 << 17);
        if self.payload.len() > MAX_PAYLOAD {
            let length = self.payload.len();
            return Err(Error::invalid(format!(
                "entry {index} has {length} bytes, more than {MAX_PAYLOAD}"
            )));
        }
        if self.tags.len() > MAX_TAGS {
            let count = self.tags.len();
            return Err(Error::invalid(format!(
                "entry {index} has {count} tags, more than {MAX_TAGS}"
            )));
        }
        let twice = self.tags.iter().enumerate().find(|(at, tag)| self.tags[..*at].contains(tag));
        match twice {
            Some((_, tag)) => {
                Err(Error::invalid(format!("entry {index} has the tag {tag:?} twice")))
            }
            None => Ok(()),
        }
    }
}

/// Events that are appended together: all of them or none.
///
/// A batch carries the token that names its append. Appending a clone of a batch again, at the
/// same expected seq, is the repeat of an append whose answer was lost: it is not written twice.
///
/// ```
/// use actor_journal::{Batch, NewEvent};
///
/// let batch = Batch::from(vec![NewEvent::json(&1)?, NewEvent::json(&2)?]);
/// assert_eq!(batch.clone().token(), batch.token());
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batch {
    entries: Vec<NewEvent>,
    token: AppendToken,
}

impl Batch {
    /// A batch under a token of the caller's own, kept from an earlier try.
    pub fn with_token(entries: Vec<NewEvent>, token: AppendToken) -> Self {
        Self { entries, token }
    }

    /// The entries in order.
    pub fn entries(&self) -> &[NewEvent] {
        &self.entries
    }

    /// What names this append.
    pub fn token(&self) -> AppendToken {
        self.token
    }

    /// Whether `events` are what an append of this batch wrote.
    pub(crate) fn wrote(&self, events: &[PersistentEvent]) -> bool {
        let same = |(entry, event): (&NewEvent, &PersistentEvent)| {
            entry.payload == event.payload
                && entry.tags == event.tags
                && entry.manifest == event.manifest
                && entry.timestamp.is_none_or(|timestamp| timestamp == event.timestamp)
        };
        self.entries.len() == events.len() && self.entries.iter().zip(events).all(same)
    }

    /// Checks every entry, so that a journal writes nothing of a batch it would refuse.
    ///
    /// # Errors
    ///
    /// `invalid-argument`, naming the entry.
    pub fn check(&self) -> Result<()> {
        self.entries.iter().enumerate().try_for_each(|(index, entry)| entry.check(index))
    }
}

impl From<Vec<NewEvent>> for Batch {
    fn from(entries: Vec<NewEvent>) -> Self {
        Self::with_token(entries, AppendToken::random())
    }
}

impl<const N: usize> From<[NewEvent; N]> for Batch {
    fn from(entries: [NewEvent; N]) -> Self {
        Vec::from(entries).into()
    }
}

impl From<NewEvent> for Batch {
    fn from(entry: NewEvent) -> Self {
        vec![entry].into()
    }
}

/// Names one append, so that its repeat can be told from another append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppendToken([u8; Self::LENGTH]);

impl AppendToken {
    /// The bytes of a token.
    pub(crate) const LENGTH: usize = 16;

    /// A token that no other append has.
    ///
    /// # Panics
    ///
    /// When the platform has no source of random numbers.
    pub fn random() -> Self {
        thread_local! {
            /// Counts on from a random number: the operating system is asked once a thread.
            static NEXT: Cell<u128> = Cell::new(u128::from_ne_bytes(random_bytes()));
        }
        let token = NEXT.get();
        NEXT.set(token.wrapping_add(1));
        Self(token.to_be_bytes())
    }

    /// A token of bytes kept from an earlier try.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The token's bytes, to be kept for a later try.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

fn random_bytes() -> [u8; AppendToken::LENGTH] {
    let mut bytes = [0; AppendToken::LENGTH];
    getrandom::fill(&mut bytes).expect("the platform gives random numbers");
    bytes
}

/// An event as a journal holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersistentEvent {
    /// The stream that the event belongs to.
    pub id: PersistenceId,
    /// Place in the stream, from 1.
    pub seq: Seq,
    /// Place in the whole journal, in commit order.
    pub position: Position,
    /// When it was written; information only.
    pub timestamp: Timestamp,
    /// The event as its codec wrote it.
    pub payload: Payload,
    /// The event's tags, each once, in the order given.
    pub tags: Vec<Tag>,
    /// What the event says it is, if anything.
    pub manifest: Option<Manifest>,
}

impl From<PersistentEvent> for NewEvent {
    /// The same event, to be appended elsewhere.
    fn from(event: PersistentEvent) -> Self {
        let PersistentEvent { payload, tags, manifest, timestamp, .. } = event;
        Self { payload, tags, manifest, timestamp: Some(timestamp) }
    }
}
