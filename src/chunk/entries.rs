use super::MAGIC;
use crate::{
    error::{Error, Result},
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
