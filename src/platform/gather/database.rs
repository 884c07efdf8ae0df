use std::{
    ffi::{c_int, c_void},
    mem::MaybeUninit,
    ptr,
};

use rusqlite::ffi::{SQLITE_FCNTL_SIZE_HINT, SQLITE_IOCAP_POWERSAFE_OVERWRITE};

use super::{Base, File, Gathered, Outcome};

/// The database file grows and shrinks by this many bytes: a multiple of every page size.
pub(super) const CHUNK: i64 = 1 << 20;

/// A database whose neighbouring pages are written together, and whose file may have unused pages
/// at its end.
pub(super) struct Database(Gathered);

impl From<Base> for Database {
    fn from(base: Base) -> Self {
        // The next checkpoint writes the same pages again.
        Self(Gathered::over(base, |_, _| Ok(())))
    }
}

impl File for Database {
    fn base(&mut self) -> &mut Base {
        &mut self.0.base
    }

    fn read(&mut self, into: &mut [MaybeUninit<u8>], at: i64) -> Outcome {
        self.0.read(into, at)
    }

    fn write(&mut self, bytes: &[u8], at: i64) -> Outcome {
        self.0.write(bytes, at)
    }

    fn truncate(&mut self, size: i64) -> Outcome {
        self.0.truncate(whole_chunks(size))
    }

    fn sync(&mut self, flags: c_int) -> Outcome {
        self.0.write_out()?;
        self.base().sync(flags)
    }

    fn size(&mut self) -> Outcome<i64> {
        self.0.size()
    }

    unsafe fn control(&mut self, operation: c_int, argument: *mut c_void) -> c_int {
        if operation != SQLITE_FCNTL_SIZE_HINT {
            // SAFETY: the caller's promise.
            return unsafe { self.base().control(operation, argument) };
        }
        // SAFETY: the hint is the size that the database is going to have, in 64 bits.
        let mut size = whole_chunks(unsafe { argument.cast::<i64>().read() });
        // SAFETY: so is this one.
        unsafe { self.base().control(operation, ptr::from_mut(&mut size).cast()) }
    }

    /// SQLite asks the database for what then holds for its log too.
    fn characteristics(&mut self) -> c_int {
        self.base().characteristics() | SQLITE_IOCAP_POWERSAFE_OVERWRITE
    }
}

fn whole_chunks(size: i64) -> i64 {
    size.saturating_add(CHUNK - 1) / CHUNK * CHUNK
}
