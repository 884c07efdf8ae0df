use std::{mem::MaybeUninit, ops::Range};

use rusqlite::ffi::{SQLITE_IOERR_NOMEM, SQLITE_IOERR_WRITE};

use super::{Base, Outcome};

/// The most that is gathered, in bytes: what is larger is written in pieces.
pub(super) const BOUND: usize = 4 << 20;

/// A file whose latest writes are gathered in memory as long as each continues the ones before or
/// corrects them.
pub(super) struct Gathered {
    pub(super) base: Base,
    /// What the file below is yet to have, from `start`.
    bytes: Vec<u8>,
    start: i64,
    /// Undoes what a write that failed may have left in the file from there on.
    undo: fn(&mut Base, i64) -> Outcome,
}

impl Gathered {
    pub(super) fn over(base: Base, undo: fn(&mut Base, i64) -> Outcome) -> Self {
        Self { base, bytes: Vec::new(), start: 0, undo }
    }

    pub(super) fn read(&mut self, into: &mut [MaybeUninit<u8>], at: i64) -> Outcome {
        let end = at + length(into.len());
        if self.bytes.is_empty() || end <= self.start || at >= self.end() {
            return self.base.read(into, at);
        }
        let gathered = self.offset(at).and_then(|from| self.bytes.get(from..from + into.len()));
        match gathered {
            Some(gathered) => {
                into.write_copy_of_slice(gathered);
                Ok(())
            }
            None => {
                self.write_out()?;
                self.base.read(into, at)
            }
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8], at: i64) -> Outcome {
        let place = match self.place(bytes.len(), at) {
            Some(place) => place,
            None => {
                self.write_out()?;
                self.start = at;
                0..bytes.len()
            }
        };
        let more = place.end.saturating_sub(self.bytes.len());
        if self.bytes.try_reserve(more).is_err() {
            self.bytes.clear();
            return Err(SQLITE_IOERR_NOMEM);
        }
        self.bytes.resize(self.bytes.len() + more, 0);
        self.bytes[place].copy_from_slice(bytes);
        Ok(())
    }

    /// Writes to the file below what is gathered. It is forgotten even if that fails.
    pub(super) fn write_out(&mut self) -> Outcome {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let written = self.base.write(&self.bytes, self.start);
        self.bytes.clear();
        written.map_err(|code| match (self.undo)(&mut self.base, self.start) {
            Ok(()) => code,
            Err(_) => SQLITE_IOERR_WRITE,
        })
    }

    /// Never makes the file longer, which not every VFS can.
    pub(super) fn truncate(&mut self, size: i64) -> Outcome {
        let kept = self.offset(size).unwrap_or_default();
        self.bytes.truncate(kept);
        match self.base.size()? > size {
            true => self.base.truncate(size),
            false => Ok(()),
        }
    }

    pub(super) fn size(&mut self) -> Outcome<i64> {
        let size = self.base.size()?;
        Ok(if self.bytes.is_empty() { size } else { size.max(self.end()) })
    }

    /// Where the gathered bytes end in the file.
    fn end(&self) -> i64 {
        self.start + length(self.bytes.len())
    }

    /// How far behind the beginning of the gathered bytes `at` is.
    fn offset(&self, at: i64) -> Option<usize> {
        usize::try_from(at - self.start).ok()
    }

    /// Where among the gathered bytes a write goes that continues or corrects them.
    fn place(&self, amount: usize, at: i64) -> Option<Range<usize>> {
        let offset = self.offset(at).filter(|offset| *offset <= self.bytes.len())?;
        Some(offset..offset + amount).filter(|place| place.end <= BOUND)
    }
}

/// No buffer is longer than 63 bits count.
pub(super) fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
