//! Connections that only read, beside the one that writes: under a write-ahead log neither waits
//! for the other.

use std::{
    num::NonZero,
    sync::{Arc, LazyLock, Mutex, Weak},
    thread,
    time::Duration,
};

use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt;

use super::{connection::connect_reader, gate::Gate};
use crate::{
    error::Result,
    lock::lock,
    platform::{Sharing, start_service},
    writer::{Queue, Read, UnderWay},
};

/// The most connections that read. Each has a thread of its own, which is started when all others
/// are busy.
const MAX_READERS: usize = 4;

/// The readers of one database.
#[derive(Default)]
pub(super) struct Readers {
    pool: Mutex<Pool>,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Pool {
    /// How readers connect; `None` while all reading is the writer's.
    access: Option<Access>,
    started: Vec<Reader>,
}

/// How readers reach the database.
#[derive(Clone)]
pub(crate) struct Access {
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
        lock(&self.pool).access = Some(access);
    }

    /// How readers connect, where they may.
    pub(super) fn access(&self) -> Option<Access> {
        lock(&self.pool).access.clone()
    }

    /// Ends the readers after what they have queued, and lets none start.
    pub(super) async fn end(&self) {
        let ended = std::mem::take(&mut *lock(&self.pool)).started;
        for Reader { reads, closed, .. } in ended {
            drop(reads);
            let _ = closed.await;
        }
    }

    /// Runs `operation` while no read begins, and none is under way unless it takes long.
    pub(super) fn while_still<T>(&self, operation: impl FnOnce() -> T) -> T {
        self.gate.hold(operation)
    }

    /// Whether there are any.
    pub(super) fn are_there(&self) -> bool {
        !lock(&self.pool).started.is_empty()
    }

    /// Gives `read` to the reader that has the least to do, or back where there is none. While
    /// there are writes, a processor is left to them.
    pub(super) fn take(&self, read: Read, is_writing: bool) -> Option<Read> {
        let mut pool = lock(&self.pool);
        let Some(access) = pool.access.clone() else { return Some(read) };
        pool.started.retain(|reader| !reader.reads.is_closed());
        let most = if is_writing { spare_processors() } else { MAX_READERS };
        let all_busy = pool.started.iter().all(|reader| reader.load() > 0);
        if all_busy && pool.started.len() < most {
            pool.started.extend(Reader::start(access, self.gate.clone()));
        }
        let readers = pool.started.iter().take(most);
        let Some(reader) = readers.min_by_key(|reader| reader.load()) else {
            return Some(read);
        };
        let sent = reader.reads.unbounded_send((read, reader.under_way.clone()));
        sent.err().map(|refused| refused.into_inner().0)
    }
}

/// How many readers leave a processor to the writer.
fn spare_processors() -> usize {
    static PROCESSORS: LazyLock<usize> =
        LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));
    PROCESSORS.saturating_sub(1).clamp(1, MAX_READERS)
}

impl Reader {
    fn start(access: Access, gate: Arc<Gate>) -> Result<Self> {
        let (reads, mut queued) = mpsc::unbounded::<(Read, UnderWay)>();
        let (closing, closed) = oneshot::channel::<()>();
        start_service(move || async move {
            let connection = connect_reader(&access.sharing, access.busy_timeout);
            while let Some((read, _under_way)) = queued.next().await {
                match (&connection, access.writer.upgrade()) {
                    (Ok(connection), _) => gate.pass(|| read(connection)),
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
