//! What tells a row that was changed behind the back of the journal: SQLite itself notices damage to
//! the structure of its pages, not to what the rows in them say.

mod xxh32;

use xxh32::xxh32;

use crate::{
    replay::Head,
    types::{DurableState, Manifest, PersistenceId, PersistentEvent, Snapshot, Timestamp},
};

/// The checksum of a row: of all columns beside its own, in their order. A change of one column
/// always changes it, one of several does but for one time in 2^32.
#[derive(Clone, Copy)]
pub(super) struct Checksum(u32);

impl Checksum {
    /// That of an event, with its tags as they stand in their column, and its batch's token where it
    /// carries that.
    pub(super) fn of_event(
        event: &PersistentEvent,
        tags: Option<&str>,
        token: Option<&[u8]>,
    ) -> i64 {
        let row = Self::of(&event.id).number(event.seq).bytes(Some(&event.payload));
        let row = row.time(event.timestamp).bytes(tags.map(str::as_bytes)).number(event.position);
        row.bytes(token).manifest(event.manifest.as_ref()).get()
    }

    /// That of a stream's head.
    pub(super) fn of_head(id: &PersistenceId, known: Head) -> i64 {
        Self::of(id).number(known.head).number(known.compacted).get()
    }

    /// That of a stream that has begun. Its number is left out, which SQLite gives: none is missing.
    pub(super) fn of_beginning(id: &PersistenceId) -> i64 {
        Self::of(id).get()
    }

    /// That of a number that is noted under a name.
    pub(super) fn of_note(name: &str, value: u64) -> i64 {
        Self(0).bytes(Some(name.as_bytes())).number(value).get()
    }

    /// That of a snapshot.
    pub(super) fn of_snapshot(snapshot: &Snapshot) -> i64 {
        let row = Self::of(&snapshot.id).number(snapshot.seq).bytes(Some(&snapshot.state));
        row.time(snapshot.timestamp).manifest(snapshot.manifest.as_ref()).get()
    }

    /// That of a durable state, with the token of its change.
    pub(super) fn of_state(held: &DurableState, token: &[u8]) -> i64 {
        let row = Self::of(&held.id).number(held.revision).bytes(held.state.as_deref());
        row.time(held.timestamp).bytes(Some(token)).manifest(held.manifest.as_ref()).get()
    }

    /// That of a projection's build.
    pub(super) fn of_build(
        name: &str,
        number: u64,
        position: u64,
        stands: bool,
        tables: &str,
    ) -> i64 {
        let row = Self(0).bytes(Some(name.as_bytes())).number(number);
        row.number(position).number(stands.into()).bytes(Some(tables.as_bytes())).get()
    }

    fn of(id: &PersistenceId) -> Self {
        Self(0).bytes(Some(id.as_str().as_bytes()))
    }

    /// Each word is taken in so that another one, or another one before it, gives another checksum.
    fn word(self, word: u32) -> Self {
        Self((self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b1))
    }

    fn number(self, number: u64) -> Self {
        self.word(number as u32).word((number >> 32) as u32)
    }

    fn time(self, timestamp: Timestamp) -> Self {
        self.number(timestamp.cast_unsigned())
    }

    fn bytes(self, bytes: Option<&[u8]>) -> Self {
        bytes.map_or(self.word(0), |bytes| self.word(1).word(xxh32(bytes)))
    }

    fn manifest(self, manifest: Option<&Manifest>) -> Self {
        let name = manifest.map(|manifest| manifest.name().as_bytes());
        self.bytes(name).number(manifest.map_or(0, |manifest| manifest.version().into()))
    }

    /// As SQLite stores it: signed, in four bytes.
    fn get(self) -> i64 {
        self.0.cast_signed().into()
    }
}
