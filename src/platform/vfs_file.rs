//! Files of a VFS as bytes, past SQLite.

use std::{
    ffi::{CString, c_char, c_int},
    mem::MaybeUninit,
    ptr,
};

use rusqlite::{
    Connection,
    ffi::{
        SQLITE_ACCESS_EXISTS, SQLITE_CANTOPEN, SQLITE_FCNTL_FILE_POINTER, SQLITE_IOERR, SQLITE_OK,
        SQLITE_OPEN_CREATE, SQLITE_OPEN_MAIN_DB, SQLITE_OPEN_READWRITE, SQLITE_SYNC_NORMAL,
        sqlite3_create_filename, sqlite3_file, sqlite3_file_control, sqlite3_free_filename,
    },
};

use super::gather::{Base, LARGEST_PAGE, Outcome, find};
use crate::error::{Error, Result};

/// A file that is written from its beginning on.
pub(crate) struct VfsFile {
    base: Base,
    end: i64,
    // SQLite's VFS for Unix refers to it as long as the file is open.
    _name: Filename,
}

// SAFETY: the file is used by whoever has it, one at a time; SQLite moves its files between
// threads as well.
unsafe impl Send for VfsFile {}

impl VfsFile {
    /// An empty file at `path`, whatever stood there.
    pub(super) fn create(path: &str, vfs: Option<&str>) -> Result<Self> {
        delete(path, vfs);
        let vfs = find(vfs)?;
        let name = Filename::new(path)?;
        let flags = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        let mut given: c_int = 0;
        // SAFETY: the VFS is registered, the name is made as SQLite makes its own, and outlives the
        // file.
        let opened = unsafe { Base::open(vfs, name.0, flags, &mut given) };
        let base = opened.map_err(failed)?.taking(LARGEST_PAGE, true);
        Ok(Self { base, end: 0, _name: name })
    }

    /// How many bytes were written.
    pub(crate) fn length(&self) -> u64 {
        self.end.unsigned_abs()
    }

    /// Writes `bytes` behind what was written before.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.base.write(bytes, self.end).map_err(failed)?;
        self.end = self.end.saturating_add(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        Ok(())
    }

    /// Flushes what was written, and closes the file.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.base.sync(SQLITE_SYNC_NORMAL).map_err(failed)
    }
}

impl Drop for VfsFile {
    fn drop(&mut self) {
        let _ = self.base.close();
    }
}

/// A name as SQLite gives it to `xOpen`.
struct Filename(*const c_char);

impl Filename {
    fn new(path: &str) -> Result<Self> {
        let text = CString::new(path).map_err(|_| Error::invalid("a path has no NUL"))?;
        // SAFETY: the texts end with a NUL and are copied, and there are no parameters.
        let name = unsafe {
            sqlite3_create_filename(text.as_ptr(), c"".as_ptr(), c"".as_ptr(), 0, ptr::null_mut())
        };
        if name.is_null() { Err(failed(SQLITE_CANTOPEN)) } else { Ok(Self(name)) }
    }
}

impl Drop for Filename {
    fn drop(&mut self) {
        // SAFETY: SQLite made it, and nobody refers to it any more.
        unsafe { sqlite3_free_filename(self.0.cast_mut()) };
    }
}

/// Removes a file that nobody has open, if it is there and can be.
pub(super) fn delete(path: &str, vfs: Option<&str>) {
    let (Ok(vfs), Ok(name)) = (find(vfs), CString::new(path)) else { return };
    // SAFETY: the VFS is registered, and the name ends with a NUL.
    unsafe {
        (*vfs).xDelete.map(|delete| delete(vfs, name.as_ptr(), 0));
    }
}

/// Whether the VFS has such a file.
#[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "a page has no files"))]
pub(super) fn exists(path: &str, vfs: Option<&str>) -> bool {
    let (Ok(vfs), Ok(name)) = (find(vfs), CString::new(path)) else { return false };
    let mut answer = 0;
    // SAFETY: the VFS is registered, the name ends with a NUL, and the answer has its place.
    unsafe {
        let access = (*vfs).xAccess;
        access.map(|access| access(vfs, name.as_ptr(), SQLITE_ACCESS_EXISTS, &raw mut answer));
    }
    answer != 0
}

/// `length` bytes of the database file from `at` on, as they stand there: without what the log has.
pub(crate) fn read_database(connection: &Connection, at: u64, length: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    read_into(connection, at, &mut bytes.spare_capacity_mut()[..length]).map_err(failed)?;
    // SAFETY: `xRead` has filled them.
    unsafe { bytes.set_len(length) };
    Ok(bytes)
}

fn read_into(connection: &Connection, at: u64, into: &mut [MaybeUninit<u8>]) -> Outcome {
    let amount = c_int::try_from(into.len()).map_err(|_| SQLITE_IOERR)?;
    let at = i64::try_from(at).map_err(|_| SQLITE_IOERR)?;
    let mut file: *mut sqlite3_file = ptr::null_mut();
    // SAFETY: the connection is open, and the operation writes the address of its file.
    let code = unsafe {
        let answer = ptr::from_mut(&mut file).cast();
        sqlite3_file_control(
            connection.handle(),
            c"main".as_ptr(),
            SQLITE_FCNTL_FILE_POINTER,
            answer,
        )
    };
    if code != SQLITE_OK || file.is_null() {
        return Err(code.max(SQLITE_IOERR));
    }
    // SAFETY: the file stays open as long as the connection, which nobody else uses meanwhile, and
    // there is room for so many bytes.
    unsafe {
        let methods = (*file).pMethods;
        let read = methods.as_ref().and_then(|methods| methods.xRead).ok_or(SQLITE_IOERR)?;
        match read(file, into.as_mut_ptr().cast(), amount, at) {
            SQLITE_OK => Ok(()),
            code => Err(code),
        }
    }
}

fn failed(code: c_int) -> Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None).into()
}
