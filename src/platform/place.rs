use std::sync::Mutex;

use rusqlite::Connection;

pub(crate) use super::storage::Sharing;
use super::{
    gather::{Kind, Layer},
    partial::unique,
    storage,
};
use crate::{
    error::{Error, Result},
    lock::lock,
};

/// Where a database lives.
pub(crate) enum Place {
    /// Where the target keeps databases.
    Target(storage::Place),
    /// In a VFS that the caller names.
    Vfs(Named),
}

/// A database in a VFS that somebody registered, behind a layer of its own.
pub(crate) struct Named {
    vfs: String,
    path: String,
    layer: Mutex<Option<Layer>>,
}

/// Where the database at `path` is, in the VFS of that name if there is one, and what it is called
/// in this process, whichever way the path was written. `None` for a database in memory, which
/// nobody shares.
pub(crate) fn place(
    path: &str,
    vfs: Option<&str>,
    read_only: bool,
) -> Result<(Place, Option<String>)> {
    let Some(vfs) = vfs.filter(|_| path != ":memory:") else {
        let (place, key) = storage::place(path, read_only)?;
        return Ok((Place::Target(place), key));
    };
    if read_only {
        let message =
            format!("a database in the VFS {vfs:?} has one connection, and that one writes");
        return Err(Error::invalid(message));
    }
    if path.is_empty() || path.contains('\0') {
        return Err(Error::invalid(format!("path {path:?} is not a file name")));
    }
    let named = Named { vfs: vfs.into(), path: path.into(), layer: Mutex::default() };
    // No path has a NUL.
    Ok((Place::Vfs(named), Some(format!("{vfs}\0{path}"))))
}

impl Place {
    /// Whether no other connection can reach the database.
    pub(crate) fn is_exclusive(&self) -> bool {
        match self {
            Self::Target(place) => place.is_exclusive(),
            Self::Vfs(_) => true,
        }
    }

    /// Opens a connection; the database is made when there is none, unless it is only read.
    pub(crate) async fn connect(&self) -> Result<Connection> {
        match self {
            Self::Target(place) => place.connect().await,
            Self::Vfs(named) => named.connect(),
        }
    }

    /// Whether nothing may be written.
    pub(crate) fn is_read_only(&self) -> bool {
        match self {
            Self::Target(place) => place.is_read_only(),
            Self::Vfs(_) => false,
        }
    }

    /// Says more of why a database cannot be read, where more is known.
    pub(crate) fn unreadable(&self, error: Error) -> Error {
        match self {
            Self::Target(place) => place.unreadable(error),
            Self::Vfs(_) => error,
        }
    }

    /// Refuses a file that was cut short.
    pub(crate) fn check(&self, connection: &Connection) -> Result<()> {
        match self {
            Self::Target(place) => place.check(connection),
            Self::Vfs(_) => Ok(()),
        }
    }

    /// A file's path beside the database, and the VFS that it is in unless in the default one.
    pub(super) fn aside(&self) -> (String, Option<String>) {
        match self {
            Self::Target(place) => place.aside(),
            Self::Vfs(Named { vfs, path, .. }) => {
                (format!("{path}.{}.partial", unique()), Some(vfs.clone()))
            }
        }
    }

    /// The layer over that VFS, where the database is open through one of its own.
    pub(super) fn layer(&self) -> Option<String> {
        match self {
            Self::Target(place) => place.layer(),
            Self::Vfs(named) => lock(&named.layer).as_ref().map(Layer::name),
        }
    }

    /// Its file, where it is one of the operating system's and is not there yet.
    pub(crate) fn new_file(&self) -> Option<&str> {
        match self {
            Self::Target(place) => place.new_file(),
            Self::Vfs(_) => None,
        }
    }

    /// How further connections reach the database, if they can.
    pub(crate) fn sharing(&self) -> Option<Sharing> {
        match self {
            Self::Target(place) => place.sharing(),
            Self::Vfs(_) => None,
        }
    }

    /// Gives up what [`connect`](Self::connect) took beside the connection, which is closed.
    pub(crate) fn release(self) {
        match self {
            Self::Target(place) => place.release(),
            // SAFETY: the layer served one connection, which is closed.
            Self::Vfs(named) => unsafe {
                lock(&named.layer).take().into_iter().for_each(|layer| layer.remove());
            },
        }
    }
}

impl Named {
    fn connect(&self) -> Result<Connection> {
        let layer = Layer::over(Some(&self.vfs), Kind::NamedVfs)?;
        lock(&self.layer).insert(layer).connect(&self.path)
    }
}
