use std::{borrow::Cow, collections::HashMap};

use serde::de::IgnoredAny;

use super::{ALL_JSON, LAST, MAGIC};
use crate::{
    codec::CBOR_PREFIX,
    types::{EventsPage, PersistentEvent, ReplayPage, Tag},
};

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
    let mut manifests = Dictionary::default();
    let mut indexes = Vec::with_capacity(3 * events.len());
    indexes.extend(events.iter().map(|event| ids.index(event.id.as_str().into())));
    indexes.extend(events.iter().map(|event| tag_lists.optional(Tag::join(&event.tags))));
    indexes.extend(events.iter().map(|event| manifests.optional(manifest(event))));
    let words = (ids.words, tag_lists.words, manifests.words);
    let strings = serde_json::to_string(&words).expect("every string can be written as JSON");
    let all_json = events.iter().all(|event| is_json(&event.payload));
    let payload_bytes: usize = events.iter().map(|event| event.payload.len() + 1).sum();

    let mut chunk = Vec::with_capacity(24 + events.len() * 40 + strings.len() + payload_bytes + 2);
    let flags = if last { LAST } else { 0 } | if all_json { ALL_JSON } else { 0 };
    let header = [MAGIC, length(events.len()), flags, length(strings.len())];
    header.into_iter().for_each(|word| chunk.extend(word.to_le_bytes()));
    chunk.extend((through as f64).to_le_bytes());
    events.iter().for_each(|event| chunk.extend((event.seq as f64).to_le_bytes()));
    events.iter().for_each(|event| chunk.extend((event.position as f64).to_le_bytes()));
    events.iter().for_each(|event| chunk.extend((event.timestamp as f64).to_le_bytes()));
    indexes.iter().for_each(|index| chunk.extend(index.to_le_bytes()));
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

/// The event's manifest, as in `2 deposited`.
fn manifest(event: &PersistentEvent) -> Option<String> {
    let manifest = event.manifest.as_ref()?;
    Some(format!("{} {}", manifest.version(), manifest.name()))
}

/// Words numbered in the order in which they first appeared.
#[derive(Default)]
struct Dictionary<'a> {
    words: Vec<Cow<'a, str>>,
    indexes: HashMap<Cow<'a, str>, u32>,
}

impl<'a> Dictionary<'a> {
    fn index(&mut self, word: Cow<'a, str>) -> u32 {
        if let Some(&index) = self.indexes.get(&word) {
            return index;
        }
        let index = length(self.words.len());
        self.words.push(word.clone());
        self.indexes.insert(word, index);
        index
    }

    /// 1 + the word's index, 0 for none.
    fn optional(&mut self, word: Option<String>) -> u32 {
        word.map_or(0, |word| 1 + self.index(word.into()))
    }
}
