//! One open database, shared by all journals and snapshot stores of this process on its path.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak},
};

use futures_channel::oneshot;
use futures_util::lock::Mutex as AsyncMutex;
use rusqlite::Connection;

use super::{
    connection::{configure, connect},
    options::Settings,
};
use crate::{
    error::{Error, ErrorKind, Result},
    platform::{Place, place, start_service},
    writer::{self, Writer},
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
    writer: Writer,
    slot: Arc<Slot>,
    settings: Mutex<Vec<Weak<Settings>>>,
}

/// The databases that are open in this process, by where they are.
static OPEN: LazyLock<Mutex<HashMap<String, Arc<Slot>>>> = LazyLock::new(Mutex::default);

/// One database's entry: locked while it is being opened, so that it is opened once.
type Slot = AsyncMutex<Entry>;

#[derive(Default)]
struct Entry {
    open: Weak<Open>,
    /// Resolves when the connection that was opened last is closed.
    closed: Option<oneshot::Receiver<()>>,
}

impl Database {
    /// Opens the database at `path` (in the VFS of that name), or shares the one that is open, and
    /// says what `look` finds in it. A file that `look` refuses is not changed.
    pub(crate) async fn open<T: Send + 'static>(
        path: &str,
        vfs: Option<&str>,
        mut settings: Settings,
        look: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let (place, key) = place(path, vfs)?;
        if place.is_exclusive() {
            settings = settings.exclusive()?;
        }
        let slot = key.map_or_else(Arc::default, slot);
        let mut entry = slot.lock().await;
        let open = match entry.open.upgrade().filter(|open| !open.writer.is_dead()) {
            Some(open) => open,
            None => entry.start(place, &slot).await?,
        };
        let settings = Arc::new(settings);
        let found = open.join(settings.clone(), look).await?;
        let handle = Handle { open, _settings: settings };
        Ok((Self(Arc::new(Mutex::new(Some(handle)))), found))
    }

    /// Runs `operation` behind every write queued before.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let queued = lock(&self.0).as_ref().map(|handle| handle.open.writer.read(operation));
        queued.ok_or_else(Error::closed)?.await
    }

    /// Runs `operation` in a transaction that it may share with others; see [`Writer::write`].
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let queued = lock(&self.0).as_ref().map(|handle| handle.open.writer.write(operation));
        queued.ok_or_else(Error::closed)?.await
    }

    /// Gives up this handle after what is queued; the last one waits until the connection is
    /// closed.
    pub(crate) async fn close(&self) -> Result<()> {
        let Some(Handle { open, _settings }) = lock(&self.0).take() else { return Ok(()) };
        // An owner that is gone has nothing queued.
        let _ = open.writer.read(|_| Ok(())).await;
        let slot = open.slot.clone();
        let mut entry = slot.lock().await;
        if Arc::into_inner(open).is_some() {
            entry.ended().await;
        }
        Ok(())
    }
}

/// The entry of a database; entries of databases that are closed are left out on the way.
fn slot(key: String) -> Arc<Slot> {
    let mut databases = lock(&OPEN);
    databases.retain(|_, slot| {
        Arc::strong_count(slot) > 1 || slot.try_lock().is_none_or(|mut entry| entry.is_closing())
    });
    databases.entry(key).or_default().clone()
}

impl Open {
    /// Takes `settings` together with those of the handles that are open.
    async fn join<T: Send + 'static>(
        &self,
        settings: Arc<Settings>,
        look: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let others: Vec<_> = lock(&self.settings).iter().filter_map(Weak::upgrade).collect();
        let joined = others.iter().try_fold(*settings, |joined, other| joined.join(other))?;
        let look = move |connection: &_| {
            let found = look(connection)?;
            configure(connection, &joined).map(|()| found)
        };
        let found = self.writer.read(look).await?;
        let mut asked = lock(&self.settings);
        asked.retain(|other| other.strong_count() > 0);
        asked.push(Arc::downgrade(&settings));
        Ok(found)
    }
}

impl Entry {
    async fn start(&mut self, place: Place, slot: &Arc<Slot>) -> Result<Arc<Open>> {
        self.ended().await;
        let (writer, requests) = writer::queue();
        let (opened, opening) = oneshot::channel();
        let (closing, closed) = oneshot::channel::<()>();
        start_service(move || async move {
            match connect(&place).await {
                Ok(connection) => {
                    debug!(path = connection.path(), "opened a database");
                    let _ = opened.send(Ok(()));
                    requests.serve(&connection).await;
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
        let open = Arc::new(Open { writer, slot: slot.clone(), settings: Mutex::default() });
        self.open = Arc::downgrade(&open);
        Ok(open)
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
