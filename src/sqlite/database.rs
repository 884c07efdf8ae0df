//! One open database, shared by all journals and snapshot stores of this process on its path.

use std::{
    collections::HashMap,
    ptr,
    sync::{
        Arc, LazyLock, Mutex, Weak,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_channel::oneshot;
use futures_util::lock::Mutex as AsyncMutex;
use rusqlite::Connection;

use super::{
    checkpoint::{self, Checkpoints, Hold},
    connection::{configure, connect, has_wal},
    options::Settings,
    readers::{Access, Readers},
};
use crate::{
    error::{Error, ErrorKind, Result},
    lock::lock,
    platform::{Place, Sharing, place, start_service},
    writer::{self, Queue, Read},
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

struct Open {
    writer: Arc<Queue>,
    readers: Arc<Readers>,
    /// How readers may reach the database, where they may.
    sharing: Option<Sharing>,
    checkpoint_pages: Arc<AtomicU32>,
    /// Whether no other connection can reach the database.
    is_exclusive: bool,
    /// Whether the log is to stay as it is.
    held: Arc<AtomicBool>,
    slot: Arc<Slot>,
    settings: Mutex<Vec<Weak<Settings>>>,
    /// Whether every handle on it was opened for reading only: others are on one of their own.
    read_only: bool,
}

/// Where the pages of a database are read from, to be copied.
pub(crate) struct Source {
    /// What a connection of the copy's own needs, beside which others may write.
    pub(crate) own: Option<Access>,
    /// The one that writes.
    pub(crate) writer: Weak<Queue>,
}

/// The databases that are open in this process, by where they are and whether they are only read:
/// such a one has connections of its own.
static OPEN: LazyLock<Mutex<Slots>> = LazyLock::new(Mutex::default);

type Slots = HashMap<(String, bool), Arc<Slot>>;

/// One database's entry: locked while it is being opened, so that it is opened once.
pub(super) type Slot = AsyncMutex<Entry>;

#[derive(Default)]
pub(super) struct Entry {
    open: Weak<Open>,
    /// Resolves when the connection that was opened last is closed, or what had claimed it has ended.
    closed: Option<oneshot::Receiver<()>>,
    claim: Weak<()>,
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
        let open = match entry.open.upgrade().filter(|open| !open.writer.is_dead()) {
            Some(open) => open,
            None => entry.start(place, &slot).await?,
        };
        let settings = Arc::new(settings);
        let found = open.join(settings.clone(), look).await?;
        drop(entry);
        let handle = Handle { open, _settings: settings };
        let database = Self(Arc::new(Mutex::new(Some(handle))));
        if !found {
            database.write(make).await.map_err(unmade)?;
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

/// The entry of a database; entries of databases that are closed are left out on the way.
pub(super) fn slot(key: String, read_only: bool) -> Arc<Slot> {
    let mut databases = lock(&OPEN);
    databases.retain(|_, slot| {
        Arc::strong_count(slot) > 1 || slot.try_lock().is_none_or(|mut entry| entry.is_closing())
    });
    databases.entry((key, read_only)).or_default().clone()
}

impl Open {
    fn write<T, F>(
        &self,
        operation: F,
    ) -> Result<impl Future<Output = Result<T>> + Send + use<T, F>>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T> + Send + 'static,
    {
        if self.read_only {
            let message = "the database was opened for reading only";
            return Err(Error::new(ErrorKind::ReadOnly, message));
        }
        Ok(self.writer.write(operation))
    }

    fn read(&self, read: Read) {
        if self.writer.is_writing() { self.writer.read(read) } else { self.read_committed(read) }
    }

    fn read_committed(&self, read: Read) {
        if let Some(read) = self.readers.take(read, self.writer.is_writing()) {
            self.writer.read(read);
        }
    }

    /// Runs `operation` on the connection that writes, behind every write queued before.
    async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (run, answer) = writer::read(operation);
        self.writer.run(run);
        answer.await
    }

    /// Takes `settings` together with those of the handles that are open.
    async fn join(&self, settings: Arc<Settings>, look: Look) -> Result<bool> {
        let others: Vec<_> = lock(&self.settings).iter().filter_map(Weak::upgrade).collect();
        let joined = others.iter().try_fold(*settings, |joined, other| joined.join(other))?;
        if joined.wal == Some(false) {
            // A connection that is left would keep the file in its journal mode.
            self.readers.end().await;
        }
        let pages = joined.checkpoint_pages.unwrap_or(checkpoint::DEFAULT_PAGES);
        let readers = self.readers.clone();
        let access = self.access(joined.busy_timeout());
        let look = move |connection: &_| {
            let found = look(connection).and_then(|found| {
                configure(connection, &joined)?;
                Ok(found)
            });
            if let Some(access) = access.filter(|_| has_wal(connection)) {
                readers.allow(access);
            }
            found
        };
        let found = self.run(look).await?;
        self.checkpoint_pages.store(pages, Ordering::Relaxed);
        let mut asked = lock(&self.settings);
        asked.retain(|other| other.strong_count() > 0);
        asked.push(Arc::downgrade(&settings));
        Ok(found)
    }

    fn access(&self, busy_timeout: Duration) -> Option<Access> {
        let writer = Arc::downgrade(&self.writer);
        self.sharing.clone().map(|sharing| Access { sharing, busy_timeout, writer })
    }
}

impl Entry {
    async fn start(&mut self, place: Place, slot: &Arc<Slot>) -> Result<Arc<Open>> {
        self.ended().await;
        let (sharing, read_only) = (place.sharing(), place.is_read_only());
        let (writer, requests) = writer::queue();
        let readers = Arc::<Readers>::default();
        let (opened, opening) = oneshot::channel();
        let (closing, closed) = oneshot::channel::<()>();
        let checkpoint_pages = Arc::new(AtomicU32::new(checkpoint::DEFAULT_PAGES));
        let (pool, step) = (readers.clone(), checkpoint_pages.clone());
        let (held, is_exclusive) = (Arc::<AtomicBool>::default(), place.is_exclusive());
        let holding = held.clone();
        start_service(move || async move {
            let connected = async {
                let mut connection = connect(&place).await?;
                let checkpoints = Checkpoints::of(&mut connection, step, holding)?;
                Ok((connection, checkpoints))
            };
            match connected.await {
                Ok((connection, mut checkpoints)) => {
                    debug!(path = connection.path(), "opened a database");
                    let _ = opened.send(Ok(()));
                    let elsewhere = |read| pool.take(read, true);
                    let after_commit = |connection: &_| checkpoints.after_commit(connection, &pool);
                    requests.serve(&connection, elsewhere, after_commit).await;
                    // The connection that is closed last empties the write-ahead log.
                    pool.end().await;
                    debug!(path = connection.path(), "closing a database");
                    drop(connection);
                }
                Err(error) => drop(opened.send(Err(error))),
            }
            place.release();
            drop(closing);
        })?;
        self.closed = Some(closed);
        let ended_early = |_| Err(Error::new(ErrorKind::Internal, "opening ended early"));
        opening.await.unwrap_or_else(ended_early)?;
        let writer = Arc::new(writer);
        let open = Arc::new(Open {
            writer,
            readers,
            sharing,
            checkpoint_pages,
            is_exclusive,
            held,
            slot: slot.clone(),
            settings: Mutex::default(),
            read_only,
        });
        self.open = Arc::downgrade(&open);
        Ok(open)
    }

    /// Refuses one that somebody has claimed.
    pub(super) fn check_unclaimed(&self, path: &str) -> Result<()> {
        if self.claim.strong_count() == 0 {
            return Ok(());
        }
        let message = format!("a restore into the database {path:?} is under way");
        Err(Error::new(ErrorKind::Locked, message))
    }

    /// Whether anybody has it open.
    pub(super) fn is_open(&self) -> bool {
        self.open.strong_count() > 0
    }

    /// Keeps everybody from opening it, until what is answered is dropped: who asks is refused as long
    /// as the claim is there, and then waits.
    pub(super) async fn claim(&mut self, claim: &Arc<()>) -> oneshot::Sender<()> {
        self.ended().await;
        let (ending, ended) = oneshot::channel();
        (self.claim, self.closed) = (Arc::downgrade(claim), Some(ended));
        ending
    }

    /// Waits until no connection of this process is left.
    async fn ended(&mut self) {
        if let Some(closed) = self.closed.take() {
            let _ = closed.await;
        }
    }

    /// Whether a connection is still there that nobody uses any more.
    fn is_closing(&mut self) -> bool {
        self.closed.as_mut().is_some_and(|closed| matches!(closed.try_recv(), Ok(None)))
    }
}
