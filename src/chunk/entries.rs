use super::{MAGIC, Reader, malformed};
use crate::{
    error::Result,
    types::{AppendToken, Batch, NewEvent},
};

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
    let ends = reader.column::<4>(count)?;
    let mut tags = unpack_tags(reader.take(tags_length)?, count)?.into_iter();
    let payloads = reader.pieces(ends)?;
    if !reader.rest.is_empty() {
        return Err(malformed());
    }
    let mut batch = Vec::with_capacity(count);
    for payload in payloads {
        let tags = tags.next().flatten().unwrap_or_default();
        batch.push(NewEvent::bytes(payload).tagged(tags)?);
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
