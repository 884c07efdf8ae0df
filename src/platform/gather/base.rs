use std::{
    ffi::{c_char, c_int, c_void},
    mem::{MaybeUninit, size_of},
    ptr,
};

use rusqlite::ffi::{
    SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOERR, SQLITE_IOERR_WRITE, SQLITE_NOTFOUND, SQLITE_OK,
    sqlite3_file, sqlite3_vfs,
};

use super::Outcome;
use crate::platform::service::tell_of_work;

/// An open file of the VFS below. Whoever has it closes it.
pub(in crate::platform) struct Base {
    /// The memory that the VFS keeps its file in, aligned as SQLite's would be.
    memory: Box<[u64]>,
    /// The most bytes that one call of `xWrite` takes.
    largest_write: usize,
    /// Whether `xWrite` tells that there is no room from other failures.
    tells_full: bool,
}

/// Calls one of the file's methods.
macro_rules! call {
    ($base:expr, $method:ident $(, $argument:expr)*) => {{
        let file = $base.file();
        // SAFETY: a `Base` is an open file, so its table of methods is there, and each of them
        // takes this file. The arguments are valid for the method, see where it is called.
        unsafe { (*(*file).pMethods).$method.map(|method| method(file $(, $argument)*)) }
    }};
}

impl Base {
    /// Opens a file as SQLite asks for it.
    ///
    /// # Safety
    ///
    /// `vfs` must be registered, and the rest what SQLite gives to `xOpen`.
    pub(in crate::platform) unsafe fn open(
        vfs: *mut sqlite3_vfs,
        name: *const c_char,
        flags: c_int,
        flags_out: *mut c_int,
    ) -> Outcome<Self> {
        // SAFETY: the caller's promise.
        let (size, open) = unsafe { ((*vfs).szOsFile, (*vfs).xOpen) };
        let size = usize::try_from(size).unwrap_or_default().max(size_of::<sqlite3_file>());
        let memory = vec![0; size.div_ceil(size_of::<u64>())].into();
        let mut base = Self { memory, largest_write: usize::MAX, tells_full: true };
        let open = open.ok_or(SQLITE_CANTOPEN)?;
        // SAFETY: the memory has the size that the VFS asks for; the rest is the caller's promise.
        match unsafe { open(vfs, name, base.file(), flags, flags_out) } {
            SQLITE_OK => Ok(base),
            code => {
                // SAFETY: the memory holds a `sqlite3_file`, if only zeros. A file that has its
                // methods is to be closed even if it did not open.
                if !unsafe { (*base.file()).pMethods }.is_null() {
                    let _ = base.close();
                }
                Err(code)
            }
        }
    }

    /// The same file, with what is known of its `xWrite`.
    pub(in crate::platform) fn taking(self, largest_write: usize, tells_full: bool) -> Self {
        Self { largest_write, tells_full, ..self }
    }

    fn file(&mut self) -> *mut sqlite3_file {
        self.memory.as_mut_ptr().cast()
    }

    pub(in crate::platform) fn close(&mut self) -> Outcome {
        outcome(call!(self, xClose))
    }

    pub(super) fn read(&mut self, into: &mut [MaybeUninit<u8>], at: i64) -> Outcome {
        tell_of_work();
        let amount = amount(into.len())?;
        outcome(call!(self, xRead, into.as_mut_ptr().cast(), amount, at))
    }

    pub(in crate::platform) fn write(&mut self, bytes: &[u8], mut at: i64) -> Outcome {
        tell_of_work();
        for piece in bytes.chunks(self.largest_write) {
            let amount = amount(piece.len())?;
            let written = outcome(call!(self, xWrite, piece.as_ptr().cast(), amount, at));
            at += i64::from(amount);
            written.map_err(|code| self.told(code, at))?;
        }
        Ok(())
    }

    /// What a failed write up to `end` is told as. One that would have made the file longer, and has
    /// not, was short for want of room, unless the VFS would have said so.
    fn told(&mut self, code: c_int, end: i64) -> c_int {
        let is_short = self.size().is_ok_and(|size| size < end);
        match code {
            SQLITE_IOERR_WRITE if !self.tells_full && is_short => SQLITE_FULL,
            _ => code,
        }
    }

    pub(super) fn truncate(&mut self, size: i64) -> Outcome {
        outcome(call!(self, xTruncate, size))
    }

    pub(in crate::platform) fn sync(&mut self, flags: c_int) -> Outcome {
        outcome(call!(self, xSync, flags))
    }

    pub(super) fn size(&mut self) -> Outcome<i64> {
        let mut size = 0;
        outcome(call!(self, xFileSize, ptr::from_mut(&mut size))).map(|()| size)
    }

    pub(super) fn lock(&mut self, level: c_int) -> Outcome {
        outcome(call!(self, xLock, level))
    }

    pub(super) fn unlock(&mut self, level: c_int) -> Outcome {
        outcome(call!(self, xUnlock, level))
    }

    pub(super) fn is_reserved(&mut self) -> Outcome<c_int> {
        let mut reserved = 0;
        outcome(call!(self, xCheckReservedLock, ptr::from_mut(&mut reserved))).map(|()| reserved)
    }

    /// # Safety
    ///
    /// `argument` must be what `operation` takes.
    pub(super) unsafe fn control(&mut self, operation: c_int, argument: *mut c_void) -> c_int {
        call!(self, xFileControl, operation, argument).unwrap_or(SQLITE_NOTFOUND)
    }

    /// In bytes; zero leaves it to SQLite.
    pub(super) fn sector_size(&mut self) -> c_int {
        call!(self, xSectorSize).unwrap_or_default()
    }

    pub(super) fn characteristics(&mut self) -> c_int {
        call!(self, xDeviceCharacteristics).unwrap_or_default()
    }
}

fn outcome(code: Option<c_int>) -> Outcome {
    match code {
        Some(SQLITE_OK) => Ok(()),
        Some(code) => Err(code),
        None => Err(SQLITE_IOERR),
    }
}

/// SQLite's files count the bytes of one call in 31 bits.
fn amount(bytes: usize) -> Outcome<c_int> {
    c_int::try_from(bytes).map_err(|_| SQLITE_IOERR)
}
