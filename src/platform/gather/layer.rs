use std::{
    ffi::{CStr, CString, c_char, c_int},
    mem::size_of,
    ptr,
    sync::atomic::{AtomicU64, Ordering},
};

use rusqlite::{
    Connection, OpenFlags,
    ffi::{
        SQLITE_CANTOPEN, SQLITE_ERROR, SQLITE_OK, SQLITE_OPEN_MAIN_DB, SQLITE_OPEN_WAL,
        sqlite3_file, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register, sqlite3_vfs_unregister,
    },
};

use super::{Base, Database, Log, file::Opened, gathered::BOUND};
use crate::error::{Error, ErrorKind, Result};

/// The kinds of files that are gathered where no other process reads the database.
const EXCLUSIVE: c_int = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB;

/// The most that SQLite itself writes with one call, and so all that a VFS must take: the one for
/// Unix takes less than twice as much.
pub(in crate::platform) const LARGEST_PAGE: usize = 1 << 16;

/// Where the databases are that a layer serves, and so what it may do there.
#[expect(dead_code, reason = "no target has both files and OPFS")]
pub(crate) enum Kind {
    /// In files of the operating system, which other processes may read and write: only the log is
    /// gathered, and written in pieces as long as the largest page.
    SharedFile,
    /// In a VFS that the options name, where no other process is: the database is gathered too.
    /// Of the VFS it is known only that it takes a page, so the pieces are as long as in a file.
    NamedVfs,
    /// In OPFS, where no other process is either: both are gathered, and one call writes it all. A
    /// browser may say no more of a full quota than that a write was short.
    Opfs,
}

/// A VFS over another one, registered under a name of its own. Dropped, it stays registered.
pub(crate) struct Layer {
    vfs: *mut sqlite3_vfs,
    name: CString,
}

// SAFETY: SQLite takes a registered VFS on any thread, and nothing here changes it.
unsafe impl Send for Layer {}
// SAFETY: as above.
unsafe impl Sync for Layer {}

impl Layer {
    /// Registers a layer over the VFS that is registered as `base`, the default one without a
    /// name.
    pub(crate) fn over(base: Option<&str>, kind: Kind) -> Result<Self> {
        let below = find(base)?;
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = named(&format!("actor-journal-{number}:{}", base.unwrap_or_default()))?;
        let open = match kind {
            Kind::SharedFile => open::<SQLITE_OPEN_WAL, LARGEST_PAGE, true>,
            Kind::NamedVfs => open::<EXCLUSIVE, LARGEST_PAGE, true>,
            Kind::Opfs => open::<EXCLUSIVE, BOUND, false>,
        };
        // SAFETY: `below` is registered, so it can be read.
        let vfs = Box::into_raw(Box::new(unsafe { over(below, &name, open) }));
        // SAFETY: the VFS and its name stay where they are until it is unregistered.
        match unsafe { sqlite3_vfs_register(vfs, 0) } {
            SQLITE_OK => Ok(Self { vfs, name }),
            code => {
                // SAFETY: it is not registered, so nobody else has it.
                drop(unsafe { Box::from_raw(vfs) });
                let message = format!("SQLite refuses a VFS over {base:?}: {code}");
                Err(Error::new(ErrorKind::Internal, message))
            }
        }
    }

    /// What it is registered as.
    pub(crate) fn name(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// Opens the database at `path` through the layer; it is made when there is none.
    pub(crate) fn connect(&self, path: &str) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Connection::open_with_flags_and_vfs(path, flags, self.name.as_c_str())?)
    }

    /// Takes the layer out of SQLite's list.
    ///
    /// # Safety
    ///
    /// Every connection through it must be closed.
    pub(crate) unsafe fn remove(self) {
        // SAFETY: it was registered when it was made, and nobody uses it any more.
        unsafe {
            sqlite3_vfs_unregister(self.vfs);
            drop(Box::from_raw(self.vfs));
        }
    }
}

fn named(name: &str) -> Result<CString> {
    CString::new(name).map_err(|_| Error::invalid(format!("{name:?} is not the name of a VFS")))
}

pub(in crate::platform) fn find(name: Option<&str>) -> Result<*mut sqlite3_vfs> {
    let text = name.map(named).transpose()?;
    // SAFETY: the name ends with a NUL and outlives the call; without a name it is the default.
    let found = unsafe { sqlite3_vfs_find(text.as_deref().map_or(ptr::null(), CStr::as_ptr)) };
    if found.is_null() {
        return Err(Error::invalid(format!("no VFS is registered as {name:?}")));
    }
    Ok(found)
}

/// # Safety
///
/// `base` must be registered for as long as the layer is, and `name` must outlive it.
unsafe fn over(base: *mut sqlite3_vfs, name: &CString, open: Open) -> sqlite3_vfs {
    let own = size_of::<Opened<Log>>().max(size_of::<Opened<Database>>());
    // SAFETY: the caller's promise.
    let below = unsafe { &*base };
    sqlite3_vfs {
        // Version 3 is about system calls, which are no business of a layer.
        iVersion: below.iVersion.min(2),
        szOsFile: below.szOsFile.max(c_int::try_from(own).unwrap_or(c_int::MAX)),
        mxPathname: below.mxPathname,
        pNext: ptr::null_mut(),
        zName: name.as_ptr(),
        pAppData: base.cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(last_error),
        xCurrentTimeInt64: below.xCurrentTimeInt64.is_some().then_some(current_time_in_ms as _),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

/// The VFS below.
///
/// # Safety
///
/// `vfs` must be a registered layer.
unsafe fn base(vfs: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    // SAFETY: the caller's promise.
    unsafe { (*vfs).pAppData.cast() }
}

type Open = unsafe extern "C" fn(
    *mut sqlite3_vfs,
    *const c_char,
    *mut sqlite3_file,
    c_int,
    *mut c_int,
) -> c_int;

/// Only files of the kinds `GATHERED` get a file of the layer's; others are those of the VFS below.
unsafe extern "C" fn open<
    const GATHERED: c_int,
    const LARGEST_WRITE: usize,
    const TELLS_FULL: bool,
>(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let put = match flags & GATHERED {
        SQLITE_OPEN_WAL => Opened::<Log>::put,
        SQLITE_OPEN_MAIN_DB => Opened::<Database>::put,
        // SAFETY: the layer's files have room for those of the VFS below, and the arguments are
        // SQLite's own.
        _ => return unsafe { open_below(base(vfs), name, file, flags, flags_out) },
    };
    // SAFETY: what SQLite gives to `xOpen` goes to `xOpen`, and `file` is the place for a file of
    // this layer. Without methods it is not closed if it does not open.
    unsafe {
        (*file).pMethods = ptr::null();
        match Base::open(base(vfs), name, flags, flags_out) {
            Ok(below) => {
                let below = below.taking(LARGEST_WRITE, TELLS_FULL);
                put(below, file);
                SQLITE_OK
            }
            Err(code) => code,
        }
    }
}

unsafe fn open_below(
    base: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: the caller gives what SQLite gives to `xOpen`.
    unsafe {
        (*base).xOpen.map_or(SQLITE_CANTOPEN, |open| open(base, name, file, flags, flags_out))
    }
}

/// Methods that are those of the VFS below.
macro_rules! forward {
    ($($name:ident to $method:ident($($argument:ident: $type:ty),*);)*) => {$(
        unsafe extern "C" fn $name(vfs: *mut sqlite3_vfs, $($argument: $type),*) -> c_int {
            // SAFETY: SQLite calls a registered VFS with what the method takes.
            unsafe {
                let base = base(vfs);
                (*base).$method.map_or(SQLITE_ERROR, |method| method(base, $($argument),*))
            }
        }
    )*};
}

forward! {
    delete to xDelete(name: *const c_char, sync: c_int);
    access to xAccess(name: *const c_char, flags: c_int, answer: *mut c_int);
    full_pathname to xFullPathname(name: *const c_char, size: c_int, into: *mut c_char);
    randomness to xRandomness(size: c_int, into: *mut c_char);
    sleep to xSleep(microseconds: c_int);
    current_time to xCurrentTime(answer: *mut f64);
    current_time_in_ms to xCurrentTimeInt64(answer: *mut i64);
    last_error to xGetLastError(size: c_int, into: *mut c_char);
}
