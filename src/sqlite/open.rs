//! A database's connections, and what passes between them and its handles.

use std::{
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_channel::oneshot;
use rusqlite::Connection;

use super::{
    checkpoint::{self, Checkpoints},
    connection::{configure, connect, has_wal},
    database::Look,
    growth::Growth,
    options::Settings,
    readers::{Access, Readers},
    slot::Slot,
    tables::at_once,
};
use crate::{
    error::{Error, ErrorKind, Result},
    lock::lock,
    platform::{Place, Sharing, start_service},
    writer::{self, Queue, Read},
};

/// A database that is open: whom its handles ask.
pub(super) struct Open {
    pub(super) writer: Arc<Queue>,
    pub(super) readers: Arc<Readers>,
    /// How readers may reach the database, where they may.
    pub(super) sharing: Option<Sharing>,
    checkpoint_pages: Arc<AtomicU32>,
    /// Whether no other connection can reach the database.
    pub(super) is_exclusive: bool,
    /// Whether the log is to stay as it is.
    pub(super) held: Arc<AtomicBool>,
    pub(super) growth: Arc<Growth>,
    pub(super) slot: Arc<Slot>,
    settings: Mutex<Vec<Weak<Settings>>>,
    /// Whether every handle on it was opened for reading only: others are on one of their own.
    pub(super) read_only: bool,
}

impl Open {
    /// Opens the database on a service of its own. `closed` resolves when that has closed it, or has
    /// failed to open it.
    pub(super) async fn start(
        place: Place,
        slot: &Arc<Slot>,
        wait: Duration,
        closed: &mut Option<oneshot::Receiver<()>>,
    ) -> Result<Self> {
        let (sharing, read_only) = (place.sharing(), place.is_read_only());
        let (writer, requests) = writer::queue();
        let readers = Arc::<Readers>::default();
        let (opened, opening) = oneshot::channel();
        let (closing, closing_ends) = oneshot::channel::<()>();
        let checkpoint_pages = Arc::new(AtomicU32::new(checkpoint::DEFAULT_PAGES));
        let (pool, step) = (readers.clone(), checkpoint_pages.clone());
        let (held, is_exclusive) = (Arc::<AtomicBool>::default(), place.is_exclusive());
        let holding = held.clone();
        let growth = Arc::<Growth>::default();
        let grown = growth.clone();
        start_service(move || async move {
            let connected = async {
                let mut connection = connect(&place, wait).await?;
                let checkpoints = Checkpoints::of(&mut connection, step, holding)?;
                Ok((connection, checkpoints))
            };
            match connected.await {
                Ok((connection, mut checkpoints)) => {
                    debug!(path = connection.path(), "opened a database");
                    let _ = opened.send(Ok(()));
                    let elsewhere = |read| pool.take(read, true);
                    let after_commit = |connection: &_| {
                        grown.tell();
                        checkpoints.after_commit(connection, &pool);
                    };
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
        *closed = Some(closing_ends);
        let ended_early = |_| Err(Error::new(ErrorKind::Internal, "opening ended early"));
        opening.await.unwrap_or_else(ended_early)?;
        Ok(Self {
            writer: Arc::new(writer),
            readers,
            sharing,
            checkpoint_pages,
            is_exclusive,
            held,
            growth,
            slot: slot.clone(),
            settings: Mutex::default(),
            read_only,
        })
    }

    pub(super) fn write<T, F>(
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

    pub(super) fn read(&self, read: Read) {
        if self.writer.is_writing() { self.writer.read(read) } else { self.read_committed(read) }
    }

    pub(super) fn read_committed(&self, read: Read) {
        if let Some(read) = self.readers.take(read, self.writer.is_writing()) {
            self.writer.read(read);
        }
    }

    /// Runs `operation` on the connection that writes, behind every write queued before.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (run, answer) = writer::read(operation);
        self.writer.run(run);
        answer.await
    }

    /// Takes `settings` together with those of the handles that are open.
    pub(super) async fn join(&self, settings: Arc<Settings>, look: Look) -> Result<bool> {
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
            // Another process may be making what is looked for at this moment.
            let found = at_once(connection, || look(connection)).and_then(|found| {
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
