use std::{ffi::c_int, mem::MaybeUninit};

use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_SYNC_NORMAL};

use super::{Base, File, Gathered, Outcome, gathered::length};

/// [The header of a frame](https://www.sqlite.org/fileformat.html#the_write_ahead_log), in bytes;
/// no other write to the log is as long. In the frame that ends a commit the bytes 4 to 7 are the
/// size of the database, in others zero.
const FRAME_HEADER: usize = 24;

/// A write-ahead log that is written out commit by commit.
pub(super) struct Log {
    gathered: Gathered,
    marks: Marks,
}

impl From<Base> for Log {
    fn from(base: Base) -> Self {
        Self { gathered: Gathered::over(base, cut_off), marks: Marks::default() }
    }
}

impl File for Log {
    fn base(&mut self) -> &mut Base {
        &mut self.gathered.base
    }

    fn read(&mut self, into: &mut [MaybeUninit<u8>], at: i64) -> Outcome {
        self.gathered.read(into, at)
    }

    fn write(&mut self, bytes: &[u8], at: i64) -> Outcome {
        self.gathered.write(bytes, at)?;
        match self.marks.end_commit(bytes, at) {
            true => self.gathered.write_out(),
            false => Ok(()),
        }
    }

    fn truncate(&mut self, size: i64) -> Outcome {
        self.marks.end = self.marks.end.min(size);
        self.gathered.truncate(size)
    }

    fn sync(&mut self, flags: c_int) -> Outcome {
        self.gathered.write_out()?;
        self.base().sync(flags).map_err(|code| match code & 0xff {
            SQLITE_FULL => SQLITE_IOERR_FSYNC,
            _ => code,
        })
    }

    fn size(&mut self) -> Outcome<i64> {
        self.gathered.size()
    }
}

/// Nothing of what was committed stands behind the beginning of a write that failed.
fn cut_off(base: &mut Base, from: i64) -> Outcome {
    if base.size()? > from {
        base.truncate(from)?;
    }
    base.sync(SQLITE_SYNC_NORMAL)
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
