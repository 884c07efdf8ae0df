use std::{
    ffi::{c_int, c_void},
    mem::MaybeUninit,
    ptr, slice,
};

use rusqlite::ffi::{SQLITE_OK, sqlite3_file, sqlite3_io_methods};

use super::Base;

/// An error is one of SQLite's result codes.
pub(in crate::platform) type Outcome<T = ()> = Result<T, c_int>;

/// A file as the layer shows it to SQLite: the one below, but for what an implementation changes.
pub(super) trait File: From<Base> {
    /// The file below.
    fn base(&mut self) -> &mut Base;

    fn read(&mut self, into: &mut [MaybeUninit<u8>], at: i64) -> Outcome {
        self.base().read(into, at)
    }

    fn write(&mut self, bytes: &[u8], at: i64) -> Outcome {
        self.base().write(bytes, at)
    }

    fn truncate(&mut self, size: i64) -> Outcome {
        self.base().truncate(size)
    }

    fn sync(&mut self, flags: c_int) -> Outcome {
        self.base().sync(flags)
    }

    fn size(&mut self) -> Outcome<i64> {
        self.base().size()
    }

    /// # Safety
    ///
    /// `argument` must be what `operation` takes.
    unsafe fn control(&mut self, operation: c_int, argument: *mut c_void) -> c_int {
        // SAFETY: the caller's promise.
        unsafe { self.base().control(operation, argument) }
    }

    fn characteristics(&mut self) -> c_int {
        self.base().characteristics()
    }
}

/// What stands in the memory that SQLite has for an open file.
#[repr(C)]
pub(super) struct Opened<F> {
    header: sqlite3_file,
    file: F,
}

impl<F: File> Opened<F> {
    /// Version 1: neither shared memory nor memory mapping, which would pass by what is gathered.
    const METHODS: sqlite3_io_methods = sqlite3_io_methods {
        iVersion: 1,
        xClose: Some(close::<F>),
        xRead: Some(read::<F>),
        xWrite: Some(write::<F>),
        xTruncate: Some(truncate::<F>),
        xSync: Some(sync::<F>),
        xFileSize: Some(size::<F>),
        xLock: Some(lock::<F>),
        xUnlock: Some(unlock::<F>),
        xCheckReservedLock: Some(is_reserved::<F>),
        xFileControl: Some(control::<F>),
        xSectorSize: Some(sector_size::<F>),
        xDeviceCharacteristics: Some(characteristics::<F>),
        xShmMap: None,
        xShmLock: None,
        xShmBarrier: None,
        xShmUnmap: None,
        xFetch: None,
        xUnfetch: None,
    };

    /// Puts the file over `base` where SQLite expects it.
    ///
    /// # Safety
    ///
    /// `place` must be memory for an open file of a [`Layer`](super::Layer), aligned to 8 bytes as
    /// SQLite's allocations are.
    pub(super) unsafe fn put(base: Base, place: *mut sqlite3_file) {
        let header = sqlite3_file { pMethods: &Self::METHODS };
        // SAFETY: the caller's promise.
        unsafe { ptr::write(place.cast(), Self { header, file: F::from(base) }) }
    }
}

/// # Safety
///
/// `file` must be open, with the methods of `Opened<F>`, and `'a` must end with SQLite's call.
unsafe fn opened<'a, F>(file: *mut sqlite3_file) -> &'a mut F {
    // SAFETY: the caller's promise. SQLite makes one call at a time on a file.
    unsafe { &mut (*file.cast::<Opened<F>>()).file }
}

fn code(outcome: Outcome) -> c_int {
    outcome.err().unwrap_or(SQLITE_OK)
}

/// SQLite asks for no negative amounts.
fn length(amount: c_int) -> usize {
    usize::try_from(amount).unwrap_or_default()
}

unsafe extern "C" fn close<F: File>(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite closes an open file once, and does not use it any more.
    let mut file = unsafe { ptr::read(file.cast::<Opened<F>>()) }.file;
    code(file.base().close())
}

unsafe extern "C" fn read<F: File>(
    file: *mut sqlite3_file,
    into: *mut c_void,
    amount: c_int,
    at: i64,
) -> c_int {
    // SAFETY: the file is open, and SQLite gives a buffer of this size, perhaps uninitialised.
    let (file, into) =
        unsafe { (opened::<F>(file), slice::from_raw_parts_mut(into.cast(), length(amount))) };
    code(file.read(into, at))
}

unsafe extern "C" fn write<F: File>(
    file: *mut sqlite3_file,
    from: *const c_void,
    amount: c_int,
    at: i64,
) -> c_int {
    // SAFETY: the file is open, and SQLite gives as many bytes.
    let (file, bytes) =
        unsafe { (opened::<F>(file), slice::from_raw_parts(from.cast(), length(amount))) };
    code(file.write(bytes, at))
}

unsafe extern "C" fn truncate<F: File>(file: *mut sqlite3_file, size: i64) -> c_int {
    // SAFETY: the file is open.
    code(unsafe { opened::<F>(file) }.truncate(size))
}

unsafe extern "C" fn sync<F: File>(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the file is open.
    code(unsafe { opened::<F>(file) }.sync(flags))
}

unsafe extern "C" fn size<F: File>(file: *mut sqlite3_file, answer: *mut i64) -> c_int {
    // SAFETY: the file is open, and `answer` is a place for its size.
    code(unsafe { opened::<F>(file).size().map(|size| answer.write(size)) })
}

unsafe extern "C" fn lock<F: File>(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the file is open.
    code(unsafe { opened::<F>(file) }.base().lock(level))
}

unsafe extern "C" fn unlock<F: File>(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the file is open.
    code(unsafe { opened::<F>(file) }.base().unlock(level))
}

unsafe extern "C" fn is_reserved<F: File>(file: *mut sqlite3_file, answer: *mut c_int) -> c_int {
    // SAFETY: the file is open, and `answer` is a place for the answer.
    code(unsafe { opened::<F>(file).base().is_reserved().map(|held| answer.write(held)) })
}

unsafe extern "C" fn control<F: File>(
    file: *mut sqlite3_file,
    operation: c_int,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: the file is open, and SQLite gives what the operation takes.
    unsafe { opened::<F>(file).control(operation, argument) }
}

unsafe extern "C" fn sector_size<F: File>(file: *mut sqlite3_file) -> c_int {
    // SAFETY: the file is open.
    unsafe { opened::<F>(file) }.base().sector_size()
}

unsafe extern "C" fn characteristics<F: File>(file: *mut sqlite3_file) -> c_int {
    // SAFETY: the file is open.
    unsafe { opened::<F>(file) }.characteristics()
}
