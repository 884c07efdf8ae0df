//! The statements that are run on the connections of a program.

use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    ptr,
    sync::OnceLock,
};

use rusqlite::{
    auto_extension::register_auto_extension,
    ffi::{SQLITE_TRACE_STMT, sqlite3, sqlite3_api_routines, sqlite3_trace_v2},
};

static HEAR: OnceLock<fn(&CStr)> = OnceLock::new();

/// Has `hear` told of each statement that begins on a connection that is opened from now on. What
/// hears first stays.
pub fn listen(hear: fn(&CStr)) {
    HEAR.get_or_init(|| {
        // SAFETY: it neither opens nor closes a database, and leaves the list of extensions alone.
        unsafe { register_auto_extension(listen_to) }.unwrap();
        hear
    });
}

unsafe extern "C" fn listen_to(
    connection: *mut sqlite3,
    _message: *mut *mut c_char,
    _routines: *const sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite gives a connection that is open, and the function takes no context.
    unsafe {
        sqlite3_trace_v2(connection, SQLITE_TRACE_STMT as c_uint, Some(begin), ptr::null_mut())
    }
}

unsafe extern "C" fn begin(
    _event: c_uint,
    _context: *mut c_void,
    _statement: *mut c_void,
    sql: *mut c_void,
) -> c_int {
    if let Some(hear) = HEAR.get() {
        // SAFETY: for the one event that is asked for, this is the statement's text.
        hear(unsafe { CStr::from_ptr(sql.cast()) });
    }
    0
}
