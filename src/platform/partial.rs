use rusqlite::{Connection, OpenFlags};

use super::{Place, VfsFile, storage, vfs_file::delete};
use crate::{error::Result, types::AppendToken};

/// A file that is not whole yet. Dropped, it is removed.
pub(crate) struct Partial {
    path: String,
    vfs: Option<String>,
    /// Through what it is opened, if not through that.
    layer: Option<String>,
    /// Where it is to stand when it is whole.
    place: Option<String>,
}

/// What no other file is called.
pub(super) fn unique() -> String {
    format!("{:032x}", u128::from_be_bytes(*AppendToken::random().as_bytes()))
}

impl Partial {
    /// A file that is to stand at `place`, where nothing may stand yet.
    ///
    /// # Errors
    ///
    /// `invalid-argument` where something does; `not-found` for a directory that is not there;
    /// `storage-unavailable` in a page.
    pub(crate) fn of(place: &str) -> Result<Self> {
        let (path, place) = storage::aside(place)?;
        Ok(Self { path, vfs: None, layer: None, place: Some(place) })
    }

    /// A file beside a database, whose VFS is there.
    pub(crate) fn beside(place: &Place) -> Self {
        let (path, vfs) = place.aside();
        Self { path, vfs, layer: place.layer(), place: None }
    }

    /// A file that does not last.
    pub(crate) fn temporary() -> Result<Self> {
        Ok(Self { path: storage::temporary()?, vfs: None, layer: None, place: None })
    }

    /// Opens it as a database, which is made when there is none.
    pub(crate) fn connect(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(match self.through() {
            None => Connection::open_with_flags(&self.path, flags)?,
            Some(vfs) => Connection::open_with_flags_and_vfs(&self.path, flags, vfs)?,
        })
    }

    /// Opens it as bytes, of which there are none yet.
    pub(crate) fn create(&self) -> Result<VfsFile> {
        VfsFile::create(&self.path, self.through())
    }

    fn through(&self) -> Option<&str> {
        self.layer.as_deref().or(self.vfs.as_deref())
    }

    /// Flushes it and puts it in its place. Nothing may have it open.
    pub(crate) fn settle(mut self) -> Result<()> {
        match self.place.take() {
            None => Ok(()),
            Some(place) => storage::settle(&self.path, &place),
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Where it was put in its place, nothing is there any more.
        delete(&self.path, self.vfs.as_deref());
    }
}
