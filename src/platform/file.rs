//! Databases in files.

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use rusqlite::{Connection, OpenFlags};

use super::{
    gather::{Kind, Layer},
    partial::unique,
    vfs_file::exists,
};
use crate::error::{Error, ErrorKind, Result};

/// Where a database lives.
pub(crate) struct Place {
    path: String,
    read_only: bool,
}

/// What the database at `path` is called in this process, whichever way the path was written.
/// `None` for a database in memory, which nobody shares.
pub(super) fn place(path: &str, read_only: bool) -> Result<(Place, Option<String>)> {
    if path.is_empty() || path.contains('\0') {
        return Err(Error::invalid(format!("path {path:?} is not a file name")));
    }
    if path == ":memory:" {
        return match read_only {
            false => Ok((Place { path: path.into(), read_only }, None)),
            true => Err(Error::invalid("a database in memory that is only read holds nothing")),
        };
    }
    let path = absolute(path)?;
    if read_only && !Path::new(&path).exists() {
        return Err(Error::new(ErrorKind::NotFound, format!("there is no file {path:?}")));
    }
    Ok((Place { path: path.clone(), read_only }, Some(path)))
}

fn absolute(given: &str) -> Result<String> {
    let path = env::current_dir().unwrap_or_default().join(given);
    if path.exists() && !path.is_file() {
        let what = if path.is_dir() { "is a directory" } else { "is not a regular file" };
        return Err(Error::new(ErrorKind::StorageUnavailable, format!("path {given:?} {what}")));
    }
    let resolved = match path.canonicalize() {
        Ok(resolved) => whole_file(resolved, given)?,
        Err(_) => new_file(&path, given)?,
    };
    let text = resolved.into_os_string().into_string();
    text.map_err(|_| Error::invalid(format!("path {given:?} is not Unicode")))
}

/// SQLite takes a file of one byte for an empty database and would write over it; its smallest
/// database that is not empty has [512 bytes](https://www.sqlite.org/fileformat.html#pages).
fn whole_file(path: PathBuf, given: &str) -> Result<PathBuf> {
    match path.metadata().map(|metadata| metadata.len()) {
        Ok(1..512) => Err(cut_short(given)),
        _ => Ok(path),
    }
}

fn cut_short(path: &str) -> Error {
    let message = format!("the file {path:?} is cut short or is not a database");
    Error::new(ErrorKind::Corrupt, message)
}

fn new_file(path: &Path, given: &str) -> Result<PathBuf> {
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    match (parent.filter(|parent| parent.is_dir()), path.file_name()) {
        (Some(parent), Some(name)) => Ok(parent.join(name)),
        _ => {
            let message = format!("the directory of path {given:?} does not exist");
            Err(Error::new(ErrorKind::NotFound, message))
        }
    }
}

/// A new file's path beside `to`, for as long as it is written, and `to` itself, where nothing may
/// stand.
pub(super) fn aside(to: &str) -> Result<(String, String)> {
    refuse_existing(to)?;
    let (Place { path, .. }, Some(_)) = place(to, false)? else {
        return Err(Error::invalid("a copy is a file: \":memory:\" is none"));
    };
    Ok((partial(&path), path))
}

fn partial(path: &str) -> String {
    format!("{path}.{}.partial", unique())
}

/// What another database has left under the name would be taken for this one's: SQLite moves a log
/// that it finds into the database beside it.
fn refuse_existing(path: &str) -> Result<()> {
    let names = ["", "-wal", "-journal"].map(|suffix| format!("{path}{suffix}"));
    match names.iter().find(|name| Path::new(name).try_exists().is_ok_and(|exists| exists)) {
        Some(name) => Err(is_there(name)),
        None => Ok(()),
    }
}

fn is_there(name: &str) -> Error {
    Error::invalid(format!("the file {name:?} is there already"))
}

/// A new file's path where files are that do not last.
pub(super) fn temporary() -> Result<String> {
    let path = env::temp_dir().join(format!("actor-journal.{}.partial", unique()));
    let not_unicode = |_| Error::invalid("the path of the temporary directory is not Unicode");
    path.into_os_string().into_string().map_err(not_unicode)
}

/// Flushes what `partial` holds and puts it at `path`, where nothing may stand.
pub(super) fn settle(partial: &str, path: &str) -> Result<()> {
    let settled = File::open(partial).and_then(|file| file.sync_all());
    settled.map_err(|error| failed(path, error))?;
    refuse_existing(path)?;
    appear(partial, path)?;
    // A directory cannot be opened everywhere; where it can, the name is flushed with it.
    match Path::new(path).parent().map(File::open) {
        Some(Ok(directory)) => directory.sync_all().map_err(|error| failed(path, error)),
        _ => Ok(()),
    }
}

/// Gives a file its name. Where files can have two, it cannot take the place of one that has come
/// meanwhile.
fn appear(partial: &str, path: &str) -> Result<()> {
    match fs::hard_link(partial, path) {
        Ok(()) => {
            // With its second name it is whole as well.
            let _ = fs::remove_file(partial);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(is_there(path)),
        Err(_) => fs::rename(partial, path).map_err(|error| failed(path, error)),
    }
}

fn failed(path: &str, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::Full,
        _ => ErrorKind::Io,
    };
    Error::caused(kind, format!("the file {path:?} could not be written: {error}"), error)
}

/// How further connections of this process reach the database.
#[derive(Clone)]
pub(crate) struct Sharing {
    path: String,
}

impl Sharing {
    /// Opens a connection that only reads.
    pub(crate) fn connect(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Connection::open_with_flags(&self.path, flags)?)
    }
}

/// The layer that writes a commit's log with one call, one for all databases of this process. Other
/// processes read of the log what its index refers to, which SQLite writes behind the log.
fn layer() -> Result<&'static Layer> {
    static LAYER: OnceLock<Layer> = OnceLock::new();
    match LAYER.get() {
        Some(layer) => Ok(layer),
        None => Layer::over(None, Kind::SharedFile).map(|layer| LAYER.get_or_init(|| layer)),
    }
}

impl Place {
    /// Whether no other connection can reach the database.
    pub(super) fn is_exclusive(&self) -> bool {
        false
    }

    /// Whether nothing may be written.
    pub(super) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Opens a connection; the file is made when there is none, unless it is only read.
    pub(super) async fn connect(&self) -> Result<Connection> {
        let connection = match self.sharing().filter(|_| self.read_only) {
            Some(sharing) => sharing.connect(),
            None => layer()?.connect(&self.path),
        };
        connection.map_err(|error| self.refused(error))
    }

    /// Says why a file that is there cannot be read, where SQLite says only that something cannot be
    /// opened.
    pub(super) fn unreadable(&self, error: Error) -> Error {
        if !self.read_only || *error.kind() != ErrorKind::StorageUnavailable {
            return error;
        }
        let message = format!(
            "the database {:?} has a write-ahead log: it is read through the files -wal and -shm, \
             which are not there and cannot be made in its directory; copy it to where they can",
            self.path
        );
        Error::caused(ErrorKind::StorageUnavailable, message, error)
    }

    /// Refuses a file that ends within a page: it was cut short. While a transaction is under way
    /// or is yet to be rolled back or checkpointed, its journal stands beside the file, which may
    /// then end anywhere.
    pub(super) fn check(&self, connection: &Connection) -> Result<()> {
        let sidecar = |suffix| Path::new(&format!("{}{suffix}", self.path)).metadata();
        let unfinished = |suffix| sidecar(suffix).is_ok_and(|metadata| metadata.len() > 0);
        let length = Path::new(&self.path).metadata().map_or(0, |metadata| metadata.len());
        if unfinished("-journal") || unfinished("-wal") {
            return Ok(());
        }
        let page: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        match length % u64::from(page) {
            0 => Ok(()),
            _ => Err(cut_short(&self.path)),
        }
    }

    /// A new file's path beside the database, and the VFS that it is in unless in the default one.
    pub(super) fn aside(&self) -> (String, Option<String>) {
        (partial(&self.path), None)
    }

    /// None: a file beside it is one like any other.
    pub(super) fn layer(&self) -> Option<String> {
        None
    }

    /// Its file, where it is not there yet.
    pub(super) fn new_file(&self) -> Option<&str> {
        // SQLite's VFS passes over empty files; the program's may be another than that.
        let is_there = Path::new(&self.path).exists() || exists(&self.path, None);
        (!is_there).then_some(&*self.path)
    }

    /// How further connections reach the database; `None` for one in memory.
    pub(super) fn sharing(&self) -> Option<Sharing> {
        (self.path != ":memory:").then(|| Sharing { path: self.path.clone() })
    }

    /// SQLite says only that it cannot open a file; the operating system says why.
    fn refused(&self, error: Error) -> Error {
        let reason = match File::open(&self.path) {
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
                "its directory lets nobody make it".into()
            }
            Err(reason) => reason.to_string(),
            Ok(_) => return error,
        };
        let message = format!("the file {:?} cannot be opened: {reason}", self.path);
        Error::caused(error.kind().clone(), message, error)
    }

    /// Gives up what [`connect`](Self::connect) took beside the connection, which is closed.
    pub(super) fn release(self) {}
}
