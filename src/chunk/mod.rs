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
//! | 16 | f64 | `through`: the seq at which this replay, the position at which this query ends |
//! | 24 | f64 × n | seqs |
//! | 24 + 8n | f64 × n | positions |
//! | 24 + 16n | f64 × n | timestamps, milliseconds |
//! | 24 + 24n | u32 × n | index of the event's id among the ids |
//! | 24 + 28n | u32 × n | 1 + index of the event's tags among the tag lists, 0 for no tags |
//! | 24 + 32n | u32 × n | 1 + index of the event's manifest among the manifests, 0 for none |
//! | 24 + 36n | u32 × n | where the event's payload ends, counted from the start of the payloads |
//! | 24 + 40n | u8 × s | strings: JSON text `[[id, …], [comma-separated tags, …], [manifest, …]]`, a manifest as in `2 deposited`, UTF-8 |
//! | 24 + 40n + s | u8 × … | payloads: `[`, payload, `,`, payload, …, `]` |
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
//! | 8 | u32 | length of the labels in bytes, `l` |
//! | 12 | u32 × n | where the entry's payload ends, counted from the start of the payloads |
//! | 12 + 4n | u8 × l | labels: nothing, or for each entry, with U+001E between two, its manifest, as in `2 deposited`, if it has one, and its tags, each behind U+001F, UTF-8 |
//! | 12 + 4n + l | u8 × … | the payloads, one after the other |
//!
//! Appends that cross together ([`unpack_appends`]), answered together ([`pack_answers`]):
//!
//! | offset | type | what |
//! |---|---|---|
//! | 0 | u32 | [`MAGIC`] |
//! | 4 | u32 | count of appends, `n` |
//! | 8 | f64 × n | the head that each expects |
//! | 8 + 8n | u8 × 16 × n | the token of each |
//! | 8 + 24n | u32 × n | where the append's id ends, counted from the start of the ids |
//! | 8 + 28n | u32 × n | where its entries end, counted from the start of the entries |
//! | 8 + 32n | u8 × … | the ids, UTF-8, one after the other |
//! | … | u8 × … | the entries, each as above |

mod appends;
mod entries;
mod events;
mod reader;

pub use appends::{PackedAppend, pack_answers, unpack_appends};
pub use entries::unpack_entries;
use reader::{Reader, malformed};

/// The first four bytes: `AJC1` in ASCII.
pub const MAGIC: u32 = u32::from_le_bytes(*b"AJC1");

/// Flag: nothing is left behind this chunk.
pub const LAST: u32 = 1;

/// Flag: every payload alone is valid JSON text.
pub const ALL_JSON: u32 = 2;
