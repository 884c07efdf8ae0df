//! One open database, shared by all journals and snapshot stores of this process on its path.

use std::{
    ptr,
    sync::{Arc, Mutex, Weak},
};

use rusqlite::Connection;

use super::{
    checkpoint::Hold, growth::Growth, open::Open, options::Settings, readers::Access, slot::slot,
};
use crate::{
    error::{Error, ErrorKind, Result},
    lock::lock,
    platform::place,
    writer::{self, Queue},
};

/// A handle that many clones share: closing one closes all of them, and the last handle of any
/// kind that is closed or dropped closes the database.
#[derive(Clone)]
pub(crate) struct Database(Arc<Mutex<Option<Handle>>>);

struct Handle {
    open: Arc<Open>,
    /// Asked for as long as this handle is open.
    _settings: Arc<Settings>,
}

/// Where the pages of a database are read from, to be copied.
pub(crate) struct Source {
    /// What a connection of the copy's own needs, beside which others may write.
    pub(crate) own: Option<Access>,
    /// The one that writes.
    pub(crate) writer: Weak<Queue>,
}

/// Finds out whether a database holds what is looked for.
pub(crate) type Look = Box<dyn FnOnce(&Connection) -> Result<bool> + Send>;

/// Makes what is looked for, inside a transaction.
pub(crate) type Make = Box<dyn Fn(&Connection) -> Result<()> + Send>;

impl Database {
    /// Opens the database at `path` (in the VFS of that name), or shares the one that is open, and
    /// makes what `look` does not find in it. A file that `look` refuses is not changed.
    pub(crate) async fn open(
        path: &str,
        vfs: Option<&str>,
        mut settings: Settings,
        look: Look,
        make: Make,
    ) -> Result<Self> {
        let (place, key) = place(path, vfs, settings.read_only)?;
        if place.is_exclusive() {
            settings = settings.exclusive()?;
        }
        let slot = key.map_or_else(Arc::default, |key| slot(key, settings.read_only));
        let mut entry = slot.lock().await;
        entry.check_unclaimed(path)?;
        let open = match entry.open() {
            Some(open) => open,
            None => entry.start(place, &slot, settings.busy_timeout()).await?,
        };
        let settings = Arc::new(settings);
        let found = open.join(settings.clone(), look).await?;
        drop(entry);
        let handle = Handle { open, _settings: settings };
        let database = Self(Arc::new(Mutex::new(Some(handle))));
        if !found {
            database.make(make).await?;
        }
        Ok(database)
    }

    /// Runs `operation` behind every write queued before.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (read, answer) = writer::read(operation);
        self.with(|open| open.read(read))?;
        answer.await
    }

    /// Runs `operation` on what is committed, whatever is queued.
    pub(crate) async fn read_committed<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (read, answer) = writer::read(operation);
        self.with(|open| open.read_committed(read))?;
        answer.await
    }

    /// Runs `operation` in a transaction that it may share with others; see [`Queue::write`].
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        operation: impl Fn(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.with(|open| open.write(operation))??.await
    }

    /// Makes tables that are lacking, in a transaction.
    pub(crate) async fn make(
        &self,
        make: impl Fn(&Connection) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        self.write(make).await.map_err(unmade)
    }

    /// Runs `operation` on the connection that writes, behind every write queued before.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (run, answer) = writer::read(operation);
        self.with(|open| open.writer.run(run))?;
        answer.await
    }

    /// Where its pages are read from.
    pub(crate) fn source(&self) -> Result<Source> {
        self.with(|open| Source {
            own: open.readers.access(),
            writer: Arc::downgrade(&open.writer),
        })
    }

    /// Whether no other connection can reach the database.
    pub(crate) fn is_exclusive(&self) -> Result<bool> {
        self.with(|open| open.is_exclusive)
    }

    /// What tells that events may have been appended, whoever did.
    pub(crate) async fn growth(&self) -> Result<Arc<Growth>> {
        let others = |open: &Open| open.sharing.is_some().then(|| open.writer.clone());
        let (growth, others) = self.with(|open| (open.growth.clone(), others(open)))?;
        if let Some(writer) = others {
            growth.look_out(&writer).await?;
        }
        Ok(growth)
    }

    /// Whether nothing in it is changed.
    pub(crate) fn is_read_only(&self) -> Result<bool> {
        self.with(|open| open.read_only)
    }

    /// Keeps the log from being moved.
    ///
    /// # Errors
    ///
    /// `busy` where somebody does already.
    pub(crate) fn hold(&self) -> Result<Hold> {
        let held = self.with(|open| Hold::take(&open.held))?;
        let message = "another backup of the database is under way";
        held.ok_or_else(|| Error::new(ErrorKind::Busy, message))
    }

    /// Whether both are handles on one open database.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        let ours = self.with(ptr::from_ref);
        matches!((ours, other.with(ptr::from_ref)), (Ok(ours), Ok(theirs)) if ours == theirs)
    }

    /// Queues something. What waits for its answer does not keep the database open.
    fn with<T>(&self, queue: impl FnOnce(&Open) -> T) -> Result<T> {
        lock(&self.0).as_ref().map(|handle| queue(&handle.open)).ok_or_else(Error::closed)
    }

    /// Gives up this handle after what is queued; the last one waits until the connection is
    /// closed.
    pub(crate) async fn close(&self) -> Result<()> {
        let Some(Handle { open, _settings }) = lock(&self.0).take() else { return Ok(()) };
        open.growth.tell();
        // An owner that is gone has nothing queued.
        let _ = open.run(|_| Ok(())).await;
        let slot = open.slot.clone();
        let mut entry = slot.lock().await;
        if Arc::into_inner(open).is_some() {
            entry.ended().await;
        }
        Ok(())
    }
}

/// Says what to do where tables of this version are lacking and none can be made.
fn unmade(error: Error) -> Error {
    if *error.kind() != ErrorKind::ReadOnly {
        return error;
    }
    let message = "the database may only be read, and its tables are missing or of an earlier \
                   version: open it once where it can be written";
    Error::caused(ErrorKind::ReadOnly, message, error)
}
