//! Databases in the browser's origin-private file system (OPFS), reached from a dedicated worker.
//!
//! Each database has a pool of access handles of its own, in a directory of its own, so that
//! different workers may own different databases.

use std::{cell::RefCell, time::Duration};

use rusqlite::Connection;
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};

use super::{
    gather::{Kind, Layer},
    partial::unique,
    target::sleep,
    vfs_file::delete,
};
use crate::error::{Error, ErrorKind, Result};

/// Directory of all databases, below the root of the origin's file system.
const ROOT: &str = "actor-journal";

/// Handles of one pool: the database, its write-ahead log or rollback journal, and headroom.
const SLOTS: usize = 6;

/// How often handles are asked for that somebody else has, and how long apart: those of a worker that
/// has died are free a moment later.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// Where a database lives.
pub(crate) struct Place {
    path: String,
    storage: RefCell<Option<Storage>>,
}

/// What serves a database that is open: a pool of access handles, and the layer over its VFS.
struct Storage {
    pool: OpfsSAHPoolUtil,
    layer: Option<Layer>,
}

/// How further connections would reach a database: they cannot.
#[derive(Clone)]
pub(crate) enum Sharing {}

impl Sharing {
    /// Opens a connection that only reads.
    pub(crate) fn connect(&self) -> Result<Connection> {
        match *self {}
    }
}

/// What the database at `path` is called in this worker. `None` for a database in memory, which
/// nobody shares.
pub(super) fn place(path: &str, read_only: bool) -> Result<(Place, Option<String>)> {
    if read_only {
        let message = "a database in OPFS or in memory has one connection, and that one writes: only \
                       files are opened for reading only";
        return Err(Error::invalid(message));
    }
    let fits =
        (1..500).contains(&path.len()) && !path.contains('\0') && path != "." && path != "..";
    if !fits {
        return Err(Error::invalid(format!("path {path:?} is not a file name of 1 to 499 bytes")));
    }
    let place = Place { path: path.into(), storage: RefCell::new(None) };
    let key = place.is_exclusive().then(|| path.into());
    Ok((place, key))
}

/// A page has no files that it could put a copy in.
pub(super) fn aside(_to: &str) -> Result<(String, String)> {
    Err(no_files())
}

/// A new file's path in memory.
pub(super) fn temporary() -> Result<String> {
    Ok(format!("{}.partial", unique()))
}

/// Puts nothing anywhere: see [`aside`].
pub(super) fn settle(_partial: &str, _path: &str) -> Result<()> {
    Err(no_files())
}

fn no_files() -> Error {
    let message = "a page has no files for copies: take an image of the database";
    Error::new(ErrorKind::StorageUnavailable, message)
}

impl Place {
    /// Whether no other connection can reach the database.
    pub(super) fn is_exclusive(&self) -> bool {
        self.path != ":memory:"
    }

    /// Opens a connection; the file is made when there is none.
    pub(super) async fn connect(&self) -> Result<Connection> {
        if self.path == ":memory:" {
            return Ok(Connection::open_in_memory()?);
        }
        let directory = self.directory();
        let pool = pool(&directory).await?;
        // Of a restore that was broken off with its worker.
        delete(&self.copy(), Some(&directory));
        let mut storage = self.storage.borrow_mut();
        let storage = storage.insert(Storage { pool, layer: None });
        storage.layer.insert(Layer::over(Some(&directory), Kind::Opfs)?).connect(&self.path)
    }

    /// What a copy is called that is to take the database's place.
    fn copy(&self) -> String {
        format!("{}-copy", self.path)
    }

    /// The pool's directory, and the name of its VFS.
    fn directory(&self) -> String {
        format!("{ROOT}/{}", String::from(js_sys::encode_uri_component(&self.path)))
    }

    /// Whether nothing may be written: never.
    pub(super) fn is_read_only(&self) -> bool {
        false
    }

    /// Leaves the error as it is: only a database that is read alone needs more said.
    pub(super) fn unreadable(&self, error: Error) -> Error {
        error
    }

    /// Lets every file pass: no other program reaches what the pool holds, to cut it short.
    pub(super) fn check(&self, _connection: &Connection) -> Result<()> {
        Ok(())
    }

    /// A file's path beside the database, and the VFS that it is in: a slot of the pool.
    pub(super) fn aside(&self) -> (String, Option<String>) {
        (self.copy(), Some(self.directory()))
    }

    /// The layer over that VFS, while the database is open.
    pub(super) fn layer(&self) -> Option<String> {
        let storage = self.storage.borrow();
        storage.as_ref()?.layer.as_ref().map(Layer::name)
    }

    /// It is none of the operating system's files.
    pub(super) fn new_file(&self) -> Option<&str> {
        None
    }

    /// How further connections reach the database.
    pub(super) fn sharing(&self) -> Option<Sharing> {
        None
    }

    /// Gives up what [`connect`](Self::connect) took beside the connection, which is closed.
    pub(super) fn release(self) {
        let Some(Storage { pool, layer }) = self.storage.take() else { return };
        // SAFETY: layer and pool served this database alone, its only connection is closed, and
        // nothing else has their VFS.
        let released = unsafe {
            layer.into_iter().for_each(|layer| layer.remove());
            pool.uninstall()
        };
        debug_assert!(released.is_ok(), "the pool is idle");
    }
}

/// The pool of a directory's handles.
async fn pool(directory: &str) -> Result<OpfsSAHPoolUtil> {
    let options = OpfsSAHPoolCfgBuilder::new()
        .vfs_name(directory)
        .directory(directory)
        .initial_capacity(SLOTS)
        .build();
    let mut tries = 1..TRIES;
    loop {
        match install::<WasmOsCallback>(&options, false).await.map_err(unavailable) {
            Err(error) if *error.kind() == ErrorKind::Locked && tries.next().is_some() => {
                sleep(PAUSE).await;
            }
            tried => return tried,
        }
    }
}

/// Firefox gives the second name where a file is to grow.
fn is_quota(message: &str) -> bool {
    let names = ["QuotaExceededError", "NS_ERROR_FILE_NO_DEVICE_SPACE"];
    names.iter().any(|name| message.starts_with(name))
}

fn unavailable(error: OpfsSAHError) -> Error {
    let message = error.to_string();
    let kind = match &error {
        OpfsSAHError::Opfs { message, .. } if message.starts_with("NoModificationAllowedError") => {
            ErrorKind::Locked
        }
        OpfsSAHError::Opfs { message, .. } if is_quota(message) => ErrorKind::Full,
        OpfsSAHError::Busy | OpfsSAHError::DirectoryInUse(_) => ErrorKind::Locked,
        OpfsSAHError::InvalidHeader { .. }
        | OpfsSAHError::InvalidDirectoryEntry
        | OpfsSAHError::DuplicateFilename(_) => ErrorKind::Corrupt,
        OpfsSAHError::OutOfMemory => ErrorKind::Internal,
        _ => ErrorKind::StorageUnavailable,
    };
    match kind {
        ErrorKind::Locked => {
            Error::caused(kind, "another tab or worker has the database open", message)
        }
        ErrorKind::StorageUnavailable => Error::caused(
            kind,
            "this browser offers no file system for the database: OPFS needs a secure context \
             (https or localhost), a dedicated worker and no private window",
            message,
        ),
        kind => Error::new(kind, message),
    }
}
