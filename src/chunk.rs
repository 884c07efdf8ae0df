//! The packed format in which events cross between the core and JavaScript.
//!
//! One buffer a chunk: fixed columns first, so that JavaScript reads them through typed arrays
//! without copying, then the strings, then the payloads. Numbers are little-endian; seqs,
//! positions and timestamps are 64-bit floats, exact up to 2^53 - 1. Every column starts at a
//! multiple of its own width.
//!
//! A chunk of events (`pack_events`):
//!
//! | offset | type | what |
//! |---|---|---|
//! | 0 | u32 | [`MAGIC`] |
//! | 4 | u32 | count of events, `n` |
//! | 8 | u32 | flags: [`LAST`], [`ALL_JSON`] |
//! | 12 | u32 | length of the strings in bytes, `s` |
//! | 16 | f64 | `through`: the seq (a replay) or the position (a query) up to which this was read |
//! | 24 | f64 × n | seqs |
//! | 24 + 8n | f64 × n | positions |
//! | 24 + 16n | f64 × n | timestamps, milliseconds |
//! | 24 + 24n | u32 × n | index of the event's id among the ids |
//! | 24 + 28n | u32 × n | 1 + index of the event's tags among the tag lists, 0 for no tags |
//! | 24 + 32n | u32 × n | where the event's payload ends, counted from the start of the payloads |
//! | 24 + 36n | u8 × s | strings: JSON text `[[id, …], [comma-separated tags, …]]`, UTF-8 |
//! | 24 + 36n + s | u8 × … | payloads: `[`, payload, `,`, payload, …, `]` |
//!
//! The brackets and commas around the payloads let a chunk of JSON be parsed by one `JSON.parse`.
//! That is only right when [`ALL_JSON`] is set, which the core does after it has checked each
//! payload alone: a damaged payload must not lean on its neighbour to become something valid.
//!
//! Entries of an append (`unpack_entries`):
//!
//! | offset | type | what |
//! |---|---|---|
//! | 0 | u32 | [`MAGIC`] |
//! | 4 | u32 | count of entries, `n` |
//! | 8 | u32 | length of the tags in bytes, `t` |
//! | 12 | u32 × n | where the entry's payload ends, counted from the start of the payloads |
//! | 12 + 4n | u8 × t | tags: nothing, or JSON text `[[tag, …] or null, …]` with `n` items, UTF-8 |
//! | 12 + 4n + t | u8 × … | the payloads, one after the other |

use std::collections::HashMap;

use serde::de::IgnoredAny;

use crate::{
    codec::CBOR_PREFIX,
    error::{Error, Result},
    types::{AppendToken, Batch, EventsPage, NewEvent, PersistentEvent, ReplayPage, Tag},
};

/// The first four bytes: `AJC1` in ASCII.
pub const MAGIC: u32 = u32::from_le_bytes(*b"AJC1");

/// Flag: nothing is left behind this chunk.
pub const LAST: u32 = 1;

/// Flag: every payload alone is valid JSON text.
pub const ALL_JSON: u32 = 2;

impl ReplayPage {
    /// The page in the packed format.
    pub fn pack(&self) -> Vec<u8> {
        pack_events(&self.events, self.through, self.last)
    }
}

impl EventsPage {
    /// The page in the packed format.
    pub fn pack(&self) -> Vec<u8> {
        pack_events(&self.events, self.through, self.last)
    }
}

fn pack_events(events: &[PersistentEvent], through: u64, last: bool) -> Vec<u8> {
    let mut ids = Dictionary::default();
    let mut tag_lists = Dictionary::default();
    let id_indexes: Vec<u32> = events.iter().map(|event| ids.index(event.id.as_str())).collect();
    let tag_indexes: Vec<u32> = events
        .iter()
        .map(|event| Tag::join(&event.tags).map_or(0, |tags| 1 + tag_lists.index(&tags)))
        .collect();
    let strings = serde_json::json!([ids.words, tag_lists.words]).to_string();
    let all_json = events.iter().all(|event| is_json(&event.payload));
    let payload_bytes: usize = events.iter().map(|event| event.payload.len() + 1).sum();

    let mut chunk = Vec::with_capacity(24 + events.len() * 36 + strings.len() + payload_bytes + 2);
    let flags = if last { LAST } else { 0 } | if all_json { ALL_JSON } else { 0 };
    let header = [MAGIC, length(events.len()), flags, length(strings.len())];
    header.into_iter().for_each(|word| chunk.extend(word.to_le_bytes()));
    chunk.extend((through as f64).to_le_bytes());
    events.iter().for_each(|event| chunk.extend((event.seq as f64).to_le_bytes()));
    events.iter().for_each(|event| chunk.extend((event.position as f64).to_le_bytes()));
    events.iter().for_each(|event| chunk.extend((event.timestamp as f64).to_le_bytes()));
    id_indexes.iter().chain(&tag_indexes).for_each(|index| chunk.extend(index.to_le_bytes()));
    let mut end = 0;
    for event in events {
        end += 1 + event.payload.len();
        chunk.extend(length(end).to_le_bytes());
    }
    chunk.extend(strings.as_bytes());
    chunk.push(b'[');
    for (index, event) in events.iter().enumerate() {
        if index > 0 {
            chunk.push(b',');
        }
        chunk.extend(&*event.payload);
    }
    chunk.push(b']');
    chunk
}

/// Pages are bounded far below 4 GiB; a length that were not would be refused by the reader.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn is_json(payload: &[u8]) -> bool {
    !payload.starts_with(&CBOR_PREFIX) && serde_json::from_slice::<IgnoredAny>(payload).is_ok()
}

/// Words numbered in the order in which they first appeared.
#[derive(Default)]
struct Dictionary {
    words: Vec<String>,
    indexes: HashMap<String, u32>,
}

impl Dictionary {
    fn index(&mut self, word: &str) -> u32 {
        if let Some(&index) = self.indexes.get(word) {
            return index;
        }
        let index = length(self.words.len());
        self.words.push(word.into());
        self.indexes.insert(word.into(), index);
        index
    }
}

/// The batch that `entries` holds in the packed format.
///
/// # Errors
///
/// `invalid-argument` for entries that are not in the format, and for tags that are refused.
pub fn unpack_entries(entries: &[u8], token: AppendToken) -> Result<Batch> {
    let mut reader = Reader { rest: entries };
    if reader.word()? != MAGIC {
        return Err(malformed());
    }
    let count = reader.word()? as usize;
    let tags_length = reader.word()? as usize;
    let ends = reader.take(count.checked_mul(4).ok_or_else(malformed)?)?;
    let mut tags = unpack_tags(reader.take(tags_length)?, count)?.into_iter();

    let mut start = 0;
    let mut batch = Vec::with_capacity(count);
    for end in ends.chunks_exact(4) {
        let end = u32::from_le_bytes([end[0], end[1], end[2], end[3]]) as usize;
        let payload = reader.take(end.checked_sub(start).ok_or_else(malformed)?)?;
        start = end;
        let tags = tags.next().flatten().unwrap_or_default();
        batch.push(NewEvent::bytes(payload).tagged(tags)?);
    }
    if !reader.rest.is_empty() {
        return Err(malformed());
    }
    Ok(Batch::with_token(batch, token))
}

fn unpack_tags(json: &[u8], count: usize) -> Result<Vec<Option<Vec<String>>>> {
    if json.is_empty() {
        return Ok(Vec::new());
    }
    let tags: Vec<_> = serde_json::from_slice(json).map_err(|_| malformed())?;
    if tags.len() == count { Ok(tags) } else { Err(malformed()) }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn word(&mut self) -> Result<u32> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}

fn malformed() -> Error {
    Error::invalid("the packed entries are malformed")
}
