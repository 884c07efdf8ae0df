use std::{
    ffi::{c_int, c_void},
    ptr,
};

use rusqlite::ffi::{SQLITE_FCNTL_SIZE_HINT, SQLITE_IOCAP_POWERSAFE_OVERWRITE};

use super::{Base, File, Outcome};

/// The database file grows and shrinks by this many bytes: a multiple of every page size.
pub(super) const CHUNK: i64 = 1 << 20;

/// A database whose file may have unused pages at its end.
pub(super) struct Database(Base);

impl From<Base> for Database {
    fn from(base: Base) -> Self {
        Self(base)
    }
}

impl File for Database {
    fn base(&mut self) -> &mut Base {
        &mut self.0
    }

    fn truncate(&mut self, size: i64) -> Outcome {
        let size = whole_chunks(size);
        match self.0.size()? > size {
            true => self.0.truncate(size),
            false => Ok(()),
        }
    }

    unsafe fn control(&mut self, operation: c_int, argument: *mut c_void) -> c_int {
        if operation != SQLITE_FCNTL_SIZE_HINT {
            // SAFETY: the caller's promise.
            return unsafe { self.0.control(operation, argument) };
        }
        // SAFETY: the hint is the size that the database is going to have, in 64 bits.
        let mut size = whole_chunks(unsafe { argument.cast::<i64>().read() });
        // SAFETY: so is this one.
        unsafe { self.0.control(operation, ptr::from_mut(&mut size).cast()) }
    }

    /// SQLite asks the database for what then holds for its log too.
    fn characteristics(&mut self) -> c_int {
        self.0.characteristics() | SQLITE_IOCAP_POWERSAFE_OVERWRITE
    }
}

fn whole_chunks(size: i64) -> i64 {
    size.saturating_add(CHUNK - 1) / CHUNK * CHUNK
}
