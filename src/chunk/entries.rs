use super::{Reader, malformed};
use crate::{
    error::Result,
    types::{AppendToken, Batch, NewEvent},
};

/// Ends the tags of an entry. No tag may contain a control character.
const ENTRY: char = '\u{1e}';

/// Begins a tag.
const TAG: char = '\u{1f}';

/// The batch that `entries` holds in the packed format.
///
/// # Errors
///
/// `invalid-argument` for entries that are not in the format, and for tags that are refused.
pub fn unpack_entries(entries: &[u8], token: AppendToken) -> Result<Batch> {
    let (mut reader, count) = Reader::begin(entries)?;
    let tags_length = reader.word()? as usize;
    let ends = reader.column::<4>(count)?;
    let mut tags = unpack_tags(reader.take(tags_length)?, count)?.into_iter();
    let payloads = reader.pieces(ends)?;
    reader.end()?;
    let mut batch = Vec::with_capacity(count);
    for payload in payloads {
        let tags = tags.next().unwrap_or_default();
        batch.push(NewEvent::bytes(payload).tagged(tags)?);
    }
    Ok(Batch::with_token(batch, token))
}

/// The tags of each entry, or nothing where none has any.
fn unpack_tags(text: &[u8], count: usize) -> Result<Vec<Vec<&str>>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let text = std::str::from_utf8(text).map_err(|_| malformed())?;
    let tags: Vec<_> = text.split(ENTRY).map(|tags| tags.split(TAG).skip(1).collect()).collect();
    if tags.len() == count { Ok(tags) } else { Err(malformed()) }
}
