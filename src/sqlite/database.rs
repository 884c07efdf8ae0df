//! One open database, shared by all journals and snapshot stores of this process on its path.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use futures_channel::oneshot;
use futures_util::lock::Mutex as AsyncMutex;
use rusqlite::{Connection, config::DbConfig};

use super::{
    options::{Durability, Settings},
    schema,
};
use crate::{
    error::{Error, ErrorKind, Result},
    platform::{Place, place, start_service},
    writer::{self, Writer},
};

const DEFAULT_BUSY_TIMEOUT: Duration = Duration::from_millis(1000);

/// A handle that many clones share: closing one closes all of them, and the last handle of any
/// kind that is closed or dropped closes the database.
#[derive(Clone)]
pub(crate) struct Database(Arc<Mutex<Option<Arc<Open>>>>);

struct Open {
    writer: Writer,
    slot: Arc<Slot>,
}

/// The databases that are open in this process, by where they are.
static OPEN: LazyLock<Mutex<HashMap<String, Arc<Slot>>>> = LazyLock::new(Mutex::default);

/// One database's entry: locked while it is being opened, so that it is opened once.
type Slot = AsyncMutex<Entry>;

#[derive(Default)]
struct Entry {
    open: Weak<Open>,
    settings: Settings,
    /// Resolves when the connection that was opened last is closed.
    closed: Option<oneshot::Receiver<()>>,
}

impl Database {
    /// Opens the database at `path`, or shares the one that is open.
    pub(crate) async fn open(path: &str, settings: Settings) -> Result<Self> {
        let (place, key) = place(path)?;
        let slot = match key {
            Some(key) => lock(&OPEN).entry(key).or_default().clone(),
            None => Arc::default(),
        };
        let mut entry = slot.lock().await;
        let open = match entry.open.upgrade() {
            Some(open) => entry.share(open, settings).await?,
            None => entry.start(place, settings, &slot).await?,
        };
        Ok(Self(Arc::new(Mutex::new(Some(open)))))
    }

    /// Runs `operation` behind every write queued before.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let queued = lock(&self.0).as_ref().map(|open| open.writer.read(operation));
        queued.ok_or_else(Error::closed)?.await
    }

    /// Runs `operation` in a transaction that it may share with others; see [`Writer::write`].
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let queued = lock(&self.0).as_ref().map(|open| open.writer.write(operation));
        queued.ok_or_else(Error::closed)?.await
    }

    /// Gives up this handle; the last one waits until the connection is closed.
    pub(crate) async fn close(&self) -> Result<()> {
        let Some(open) = lock(&self.0).take() else { return Ok(()) };
        let slot = open.slot.clone();
        let mut entry = slot.lock().await;
        if Arc::into_inner(open).is_some() {
            entry.ended().await;
        }
        Ok(())
    }
}

impl Entry {
    async fn share(&mut self, open: Arc<Open>, settings: Settings) -> Result<Arc<Open>> {
        let joined = self.settings.join(&settings)?;
        open.writer.read(move |connection| configure(connection, &joined)).await?;
        self.settings = joined;
        Ok(open)
    }

    async fn start(
        &mut self,
        place: Place,
        settings: Settings,
        slot: &Arc<Slot>,
    ) -> Result<Arc<Open>> {
        self.ended().await;
        let (writer, requests) = writer::queue();
        let (opened, opening) = oneshot::channel();
        let (closing, closed) = oneshot::channel::<()>();
        start_service(move || async move {
            match connect(&place, &settings).await {
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
        opening
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "opening ended early")))?;
        self.settings = settings;
        let open = Arc::new(Open { writer, slot: slot.clone() });
        self.open = Arc::downgrade(&open);
        Ok(open)
    }

    /// Waits until no connection of this process is left.
    async fn ended(&mut self) {
        if let Some(closed) = self.closed.take() {
            let _ = closed.await;
        }
    }
}

async fn connect(place: &Place, settings: &Settings) -> Result<Connection> {
    let connection = place.connect().await?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(DEFAULT_BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    pragma(&connection, "trusted_schema", "OFF", "0")?;
    pragma(&connection, "foreign_keys", "ON", "1")?;
    pragma(&connection, "cell_size_check", "ON", "1")?;
    pragma(&connection, "temp_store", "MEMORY", "2")?;
    pragma(&connection, "fullfsync", "ON", "1")?;
    pragma(&connection, "checkpoint_fullfsync", "ON", "1")?;
    if Place::EXCLUSIVE {
        pragma(&connection, "locking_mode", "EXCLUSIVE", "exclusive")?;
    }
    schema::check_file(&connection)?;
    place.check(&connection)?;
    let wal = settings.wal.or(Place::EXCLUSIVE.then_some(true));
    configure(&connection, &Settings { wal, ..*settings })?;
    Ok(connection)
}

fn configure(connection: &Connection, settings: &Settings) -> Result<()> {
    connection.busy_timeout(settings.busy_timeout.unwrap_or(DEFAULT_BUSY_TIMEOUT))?;
    match settings.synchronous.unwrap_or_default() {
        Durability::Full => pragma(connection, "synchronous", "EXTRA", "3")?,
        Durability::Normal => pragma(connection, "synchronous", "NORMAL", "1")?,
    }
    let in_memory = connection.path().is_none_or(str::is_empty);
    match settings.wal {
        Some(_) if in_memory => Ok(()),
        Some(true) => pragma(connection, "journal_mode", "WAL", "wal"),
        Some(false) => pragma(connection, "journal_mode", "DELETE", "delete"),
        None => Ok(()),
    }
}

/// Sets a pragma and reads it back: SQLite ignores what it cannot do without an error.
fn pragma(connection: &Connection, name: &str, value: &str, expected: &str) -> Result<()> {
    connection.execute_batch(&format!("PRAGMA {name} = {value}"))?;
    let actual = connection.query_row(&format!("PRAGMA {name}"), [], |row| {
        row.get_ref(0).map(|value| match value {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            text => text.as_str().unwrap_or_default().to_owned(),
        })
    })?;
    if actual == expected {
        return Ok(());
    }
    let kind = if connection.is_readonly("main")? {
        ErrorKind::ReadOnly
    } else {
        ErrorKind::StorageUnavailable
    };
    Err(Error::new(
        kind,
        format!("the database does not take `{name} = {value}`: it stays at {actual}"),
    ))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
