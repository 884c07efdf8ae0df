use std::{ffi::c_int, mem::MaybeUninit, ops::Range};

use rusqlite::ffi::{
    SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_NOMEM, SQLITE_IOERR_WRITE, SQLITE_SYNC_NORMAL,
};

use super::{Base, File, Outcome};

/// The most that is gathered, in bytes: a transaction with more is written in pieces.
pub(super) const BOUND: usize = 4 << 20;

/// [The header of a frame](https://www.sqlite.org/fileformat.html#the_write_ahead_log), in bytes;
/// no other write to the log is as long. In the frame that ends a commit the bytes 4 to 7 are the
/// size of the database, in others zero.
const FRAME_HEADER: usize = 24;

/// A write-ahead log whose latest writes are gathered in memory; see the module above for what
/// holds then.
pub(super) struct Log {
    base: Base,
    /// What the file below is yet to have, from `start`.
    gathered: Vec<u8>,
    start: i64,
    marks: Marks,
}

impl From<Base> for Log {
    fn from(base: Base) -> Self {
        Self { base, gathered: Vec::new(), start: 0, marks: Marks::default() }
    }
}

impl File for Log {
    fn base(&mut self) -> &mut Base {
        &mut self.base
    }

    fn read(&mut self, into: &mut [MaybeUninit<u8>], at: i64) -> Outcome {
        let end = at + length(into.len());
        if self.gathered.is_empty() || end <= self.start || at >= self.end() {
            return self.base.read(into, at);
        }
        let gathered = self.offset(at).and_then(|from| self.gathered.get(from..from + into.len()));
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

    fn write(&mut self, bytes: &[u8], at: i64) -> Outcome {
        self.gather(bytes, at)?;
        match self.marks.end_commit(bytes, at) {
            true => self.write_out(),
            false => Ok(()),
        }
    }

    fn truncate(&mut self, size: i64) -> Outcome {
        let kept = self.offset(size).unwrap_or_default();
        self.gathered.truncate(kept);
        self.marks.end = self.marks.end.min(size);
        match self.base.size()? > size {
            true => self.base.truncate(size),
            false => Ok(()),
        }
    }

    fn sync(&mut self, flags: c_int) -> Outcome {
        self.write_out()?;
        self.base.sync(flags).map_err(|code| match code & 0xff {
            SQLITE_FULL => SQLITE_IOERR_FSYNC,
            _ => code,
        })
    }

    fn size(&mut self) -> Outcome<i64> {
        let size = self.base.size()?;
        Ok(if self.gathered.is_empty() { size } else { size.max(self.end()) })
    }
}

impl Log {
    /// Where the gathered bytes end in the file.
    fn end(&self) -> i64 {
        self.start + length(self.gathered.len())
    }

    /// How far behind the beginning of the gathered bytes `at` is.
    fn offset(&self, at: i64) -> Option<usize> {
        usize::try_from(at - self.start).ok()
    }

    /// Where among the gathered bytes a write goes that continues or corrects them.
    fn place(&self, amount: usize, at: i64) -> Option<Range<usize>> {
        let offset = self.offset(at).filter(|offset| *offset <= self.gathered.len())?;
        Some(offset..offset + amount).filter(|place| place.end <= BOUND)
    }

    fn gather(&mut self, bytes: &[u8], at: i64) -> Outcome {
        let place = match self.place(bytes.len(), at) {
            Some(place) => place,
            None => {
                self.write_out()?;
                self.start = at;
                0..bytes.len()
            }
        };
        let more = place.end.saturating_sub(self.gathered.len());
        self.gathered.try_reserve(more).map_err(|_| SQLITE_IOERR_NOMEM)?;
        self.gathered.resize(self.gathered.len() + more, 0);
        self.gathered[place].copy_from_slice(bytes);
        Ok(())
    }

    fn write_out(&mut self) -> Outcome {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let written = self.base.write(&self.gathered, self.start);
        self.gathered.clear();
        written.map_err(|code| match self.cut_off() {
            Ok(()) => code,
            Err(_) => SQLITE_IOERR_WRITE,
        })
    }

    /// Takes out of the file what a write that failed may have left in it. Nothing of what was
    /// committed stands behind `start`.
    fn cut_off(&mut self) -> Outcome {
        if self.base.size()? > self.start {
            self.base.truncate(self.start)?;
        }
        self.base.sync(SQLITE_SYNC_NORMAL)
    }
}

/// Finds the write that completes a commit.
#[derive(Default)]
struct Marks {
    /// Where the page begins that completes the commit.
    page: Option<i64>,
    /// Where the log ends as far as it was written by this connection.
    end: i64,
}

impl Marks {
    /// Whether this write makes the frame whole that ends a commit: its page, or its header when
    /// the page may stand there already. SQLite writes headers again, the commit's last, where a
    /// transaction changed a page after it had gone to the log.
    fn end_commit(&mut self, bytes: &[u8], at: i64) -> bool {
        let end = at + length(bytes.len());
        let again = at < self.end;
        // The log's own header begins it anew.
        self.end = if at == 0 { end } else { self.end.max(end) };
        match *bytes {
            [_, _, _, _, a, b, c, d, ..] if bytes.len() == FRAME_HEADER => {
                let marked = [a, b, c, d] != [0; 4];
                self.page = marked.then_some(end);
                marked && again
            }
            _ => self.page.take_if(|page| *page == at).is_some(),
        }
    }
}

/// No buffer is longer than 63 bits count.
fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
