//! Connections that only read, beside the one that writes: under a write-ahead log neither waits
//! for the other.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt;

use super::connection::connect_reader;
use crate::{
    error::Result,
    platform::{Sharing, start_service},
    writer::{Queue, Read, UnderWay},
};

/// The most connections that read. Each has a thread of its own, which is started when all others
/// are busy.
const MAX_READERS: usize = 4;

/// The readers of one database.
#[derive(Default)]
pub(super) struct Readers(Mutex<Pool>);

#[derive(Default)]
struct Pool {
    /// How readers connect; `None` while all reading is the writer's.
    access: Option<Access>,
    started: Vec<Reader>,
}

/// How readers reach the database.
#[derive(Clone)]
pub(super) struct Access {
    pub(super) sharing: Sharing,
    pub(super) busy_timeout: Duration,
    /// Reads for a reader that cannot connect.
    pub(super) writer: Weak<Queue>,
}

struct Reader {
    reads: mpsc::UnboundedSender<(Read, UnderWay)>,
    under_way: UnderWay,
    /// Resolves when its connection is closed.
    closed: oneshot::Receiver<()>,
}

impl Readers {
    /// Lets readers start, from now on with this `access`.
    pub(super) fn allow(&self, access: Access) {
        lock(&self.0).access = Some(access);
    }

    /// Ends the readers after what they have queued, and lets none start.
    pub(super) async fn end(&self) {
        let ended = std::mem::take(&mut *lock(&self.0)).started;
        for Reader { reads, closed, .. } in ended {
            drop(reads);
            let _ = closed.await;
        }
    }

    /// Gives `read` to the reader that has the least to do, or back where there is none.
    pub(super) fn take(&self, read: Read) -> Option<Read> {
        let mut pool = lock(&self.0);
        let Some(access) = pool.access.clone() else { return Some(read) };
        let all_busy = pool.started.iter().all(|reader| reader.load() > 0);
        if all_busy && pool.started.len() < MAX_READERS {
            pool.started.extend(Reader::start(access));
        }
        let Some(reader) = pool.started.iter().min_by_key(|reader| reader.load()) else {
            return Some(read);
        };
        let sent = reader.reads.unbounded_send((read, reader.under_way.clone()));
        sent.err().map(|refused| refused.into_inner().0)
    }
}

impl Reader {
    fn start(access: Access) -> Result<Self> {
        let (reads, mut queued) = mpsc::unbounded::<(Read, UnderWay)>();
        let (closing, closed) = oneshot::channel::<()>();
        start_service(move || async move {
            let connection = connect_reader(&access.sharing, access.busy_timeout);
            while let Some((read, _under_way)) = queued.next().await {
                match (&connection, access.writer.upgrade()) {
                    (Ok(connection), _) => read(connection),
                    (Err(_), Some(writer)) => writer.run(read),
                    (Err(_), None) => {}
                }
            }
            drop(connection);
            drop(closing);
        })?;
        Ok(Self { reads, under_way: UnderWay::default(), closed })
    }

    /// How many reads it has queued or runs.
    fn load(&self) -> usize {
        Arc::strong_count(&self.under_way) - 1
    }
}

/// What a thread that panicked has left is whole: nothing here is changed in steps.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
