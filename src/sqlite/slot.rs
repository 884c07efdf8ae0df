//! Which databases are open in this process: each is opened once.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, Weak},
    time::Duration,
};

use futures_channel::oneshot;
use futures_util::lock::Mutex as AsyncMutex;

use super::open::Open;
use crate::{
    error::{Error, ErrorKind, Result},
    lock::lock,
    platform::Place,
};

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

/// The entry of a database; entries of databases that are closed are left out on the way.
pub(super) fn slot(key: String, read_only: bool) -> Arc<Slot> {
    let mut databases = lock(&OPEN);
    databases.retain(|_, slot| {
        Arc::strong_count(slot) > 1 || slot.try_lock().is_none_or(|mut entry| entry.is_closing())
    });
    databases.entry((key, read_only)).or_default().clone()
}

impl Entry {
    /// The database, where it is open.
    pub(super) fn open(&self) -> Option<Arc<Open>> {
        self.open.upgrade().filter(|open| !open.writer.is_dead())
    }

    /// Opens it.
    pub(super) async fn start(
        &mut self,
        place: Place,
        slot: &Arc<Slot>,
        wait: Duration,
    ) -> Result<Arc<Open>> {
        self.ended().await;
        let open = Arc::new(Open::start(place, slot, wait, &mut self.closed).await?);
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
    pub(super) async fn ended(&mut self) {
        if let Some(closed) = &mut self.closed {
            let _ = closed.await;
        }
        // Not before: who waits may be gone before the connection is.
        self.closed = None;
    }

    /// Whether a connection is still there that nobody uses any more.
    fn is_closing(&mut self) -> bool {
        self.closed.as_mut().is_some_and(|closed| matches!(closed.try_recv(), Ok(None)))
    }
}
