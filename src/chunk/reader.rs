use super::MAGIC;
use crate::error::{Error, Result};

/// Reads what was packed from its beginning.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Behind the magic number and the count with which everything that is packed begins.
    pub(super) fn begin(packed: &'a [u8]) -> Result<(Self, usize)> {
        let mut reader = Self { rest: packed };
        match reader.word()? {
            MAGIC => reader.word().map(|count| (reader, count as usize)),
            _ => Err(malformed()),
        }
    }

    /// Nothing may be left.
    pub(super) fn end(self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(malformed()) }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn word(&mut self) -> Result<u32> {
        let [word] = self.column::<4>(1)? else { return Err(malformed()) };
        Ok(u32::from_le_bytes(*word))
    }

    /// `count` items of `SIZE` bytes each.
    pub(super) fn column<const SIZE: usize>(&mut self, count: usize) -> Result<&'a [[u8; SIZE]]> {
        let bytes = self.take(count.checked_mul(SIZE).ok_or_else(malformed)?)?;
        Ok(bytes.as_chunks().0)
    }

    /// Pieces of these `ends`, u32 each, counted from where the reader stands.
    pub(super) fn pieces(&mut self, ends: &[[u8; 4]]) -> Result<Vec<&'a [u8]>> {
        let mut start = 0;
        let mut piece = |end: &[u8; 4]| {
            let end = u32::from_le_bytes(*end) as usize;
            let length = end.checked_sub(start).ok_or_else(malformed)?;
            start = end;
            self.take(length)
        };
        ends.iter().map(&mut piece).collect()
    }
}

pub(super) fn malformed() -> Error {
    Error::invalid("the packed data is malformed")
}
