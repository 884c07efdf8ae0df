//! A journal and a snapshot store that fail when they are told to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use actor_journal::{
    AppendToken, Batch, BoxFuture, DurableState, DurableStateStore, Error, ErrorKind, EventQuery,
    EventsPage, Journal, NewState, PersistenceId, PersistentEvent, Position, ReplayPage,
    ReplayRange, Result, Revision, Seq, Snapshot, SnapshotBounds, SnapshotStore,
};
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt;

#[cfg(not(target_arch = "wasm32"))]
use super::account::fail;

/// What becomes of an append.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Nothing goes wrong.
    None,
    /// It is surely not stored.
    Rejected,
    /// It is not stored, and nobody knows.
    LostBefore,
    /// It is stored, and nobody knows.
    LostAfter,
    /// The store panics.
    #[cfg(not(target_arch = "wasm32"))]
    Panic,
}

/// Another journal, with faults, and with a gate before what it does.
pub struct Unreliable {
    journal: Arc<dyn Journal>,
    faults: Mutex<Vec<Fault>>,
    appends: Gate,
    heads: Gate,
    written: Mutex<BTreeMap<(PersistenceId, Seq), PersistentEvent>>,
    /// An event that is not read.
    pub hidden: Mutex<Option<Seq>>,
    /// What reading a head fails with.
    pub unreadable: Mutex<Option<ErrorKind>>,
}

/// Lets everybody through until it is shut.
#[derive(Default)]
struct Gate(Mutex<Option<Shut>>);

struct Shut {
    came: mpsc::UnboundedSender<()>,
    waiting: Vec<oneshot::Sender<()>>,
}

/// Who came to a shut gate. It is opened by being dropped.
pub struct Held<'a> {
    gate: &'a Gate,
    came: mpsc::UnboundedReceiver<()>,
}

impl Gate {
    fn shut(&self) -> Held<'_> {
        let (sender, came) = mpsc::unbounded();
        *self.0.lock().unwrap() = Some(Shut { came: sender, waiting: Vec::new() });
        Held { gate: self, came }
    }

    async fn pass(&self) {
        let opened = self.0.lock().unwrap().as_mut().map(|shut| {
            let (open, opened) = oneshot::channel();
            shut.waiting.push(open);
            let _ = shut.came.unbounded_send(());
            opened
        });
        if let Some(opened) = opened {
            // It is dropped when the gate opens.
            let _ = opened.await;
        }
    }
}

impl Held<'_> {
    /// Waits until so many more have come.
    pub async fn wait_for(&mut self, count: usize) {
        for _ in 0..count {
            self.came.next().await.unwrap();
        }
    }

    /// Whether somebody came that was not waited for.
    pub fn has_more(&mut self) -> bool {
        self.came.try_recv().is_ok()
    }

    /// Lets one through that has come.
    pub fn let_one_through(&mut self) {
        let mut gate = self.gate.0.lock().unwrap();
        drop(gate.as_mut().unwrap().waiting.remove(0));
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.gate.0.lock().unwrap() = None;
    }
}

impl Unreliable {
    pub fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            faults: Mutex::default(),
            appends: Gate::default(),
            heads: Gate::default(),
            written: Mutex::default(),
            hidden: Mutex::default(),
            unreadable: Mutex::default(),
        }
    }

    /// What becomes of the next appends.
    pub fn will(&self, faults: &[Fault]) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// Nothing fails any more.
    #[cfg_attr(target_arch = "wasm32", allow(dead_code))]
    pub fn is_reliable(&self) {
        self.faults.lock().unwrap().clear();
    }

    /// Holds appends before they are stored.
    pub fn hold_appends(&self) -> Held<'_> {
        self.appends.shut()
    }

    /// Holds recoveries.
    pub fn hold_recoveries(&self) -> Held<'_> {
        self.heads.shut()
    }

    /// All events of a stream that were ever written here, also those that were deleted since.
    #[cfg_attr(target_arch = "wasm32", allow(dead_code))]
    pub fn written(&self, id: &PersistenceId) -> Vec<PersistentEvent> {
        let written = self.written.lock().unwrap();
        let of_id = written.iter().filter(|((of, _), _)| of == id);
        of_id.map(|(_, event)| event.clone()).collect()
    }

    async fn write(
        &self,
        id: &PersistenceId,
        expected_seq: Seq,
        batch: Batch,
    ) -> Result<Vec<PersistentEvent>> {
        let events = self.journal.append(id, expected_seq, batch).await?;
        let noted = events.iter().map(|event| ((id.clone(), event.seq), event.clone()));
        self.written.lock().unwrap().extend(noted);
        Ok(events)
    }
}

fn next_of(faults: &Mutex<Vec<Fault>>) -> Fault {
    let mut faults = faults.lock().unwrap();
    if faults.is_empty() { Fault::None } else { faults.remove(0) }
}

fn failed(kind: ErrorKind) -> Error {
    Error::new(kind, "as the test wants it")
}

impl Journal for Unreliable {
    fn append<'a>(
        &'a self,
        id: &'a PersistenceId,
        expected_seq: Seq,
        batch: Batch,
    ) -> BoxFuture<'a, Result<Vec<PersistentEvent>>> {
        Box::pin(async move {
            self.appends.pass().await;
            match next_of(&self.faults) {
                Fault::None => self.write(id, expected_seq, batch).await,
                Fault::Rejected => Err(failed(ErrorKind::Full)),
                Fault::LostBefore => Err(failed(ErrorKind::Lost)),
                Fault::LostAfter => {
                    self.write(id, expected_seq, batch).await?;
                    Err(failed(ErrorKind::Lost))
                }
                #[cfg(not(target_arch = "wasm32"))]
                Fault::Panic => fail("a bad store"),
            }
        })
    }

    fn replay_page<'a>(
        &'a self,
        id: &'a PersistenceId,
        range: ReplayRange,
        continuing: bool,
    ) -> BoxFuture<'a, Result<ReplayPage>> {
        Box::pin(async move {
            let mut page = self.journal.replay_page(id, range, continuing).await?;
            let hidden = *self.hidden.lock().unwrap();
            page.events.retain(|event| Some(event.seq) != hidden);
            Ok(page)
        })
    }

    fn events_page(&self, query: EventQuery, limit: usize) -> BoxFuture<'_, Result<EventsPage>> {
        self.journal.events_page(query, limit)
    }

    fn last_position(&self) -> BoxFuture<'_, Result<Position>> {
        self.journal.last_position()
    }

    fn appended(&self, after: Position) -> BoxFuture<'_, Result<Position>> {
        self.journal.appended(after)
    }

    fn highest_seq<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>> {
        Box::pin(async move {
            self.heads.pass().await;
            if let Some(kind) = self.unreadable.lock().unwrap().clone() {
                return Err(failed(kind));
            }
            self.journal.highest_seq(id).await
        })
    }

    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>> {
        self.journal.delete(id, to)
    }

    fn raise_compaction_mark<'a>(
        &'a self,
        id: &'a PersistenceId,
        through: Seq,
    ) -> BoxFuture<'a, Result<()>> {
        self.journal.raise_compaction_mark(id, through)
    }

    fn compaction_mark<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>> {
        self.journal.compaction_mark(id)
    }

    fn persistence_ids<'a>(
        &'a self,
        after: Option<&'a PersistenceId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<PersistenceId>>> {
        self.journal.persistence_ids(after, limit)
    }

    fn persistence_ids_begun(
        &self,
        skip: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PersistenceId>>> {
        self.journal.persistence_ids_begun(skip, limit)
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.journal.close()
    }
}

/// Another snapshot store, whose disk may be full.
pub struct FullSnapshots {
    pub store: Arc<dyn SnapshotStore>,
    pub is_full: Mutex<bool>,
}

impl SnapshotStore for FullSnapshots {
    fn save<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
    ) -> BoxFuture<'a, Result<()>> {
        if *self.is_full.lock().unwrap() {
            return Box::pin(async { Err(failed(ErrorKind::Full)) });
        }
        self.store.save(id, seq, state)
    }

    fn load<'a>(
        &'a self,
        id: &'a PersistenceId,
        bounds: SnapshotBounds,
    ) -> BoxFuture<'a, Result<Option<Snapshot>>> {
        self.store.load(id, bounds)
    }

    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>> {
        self.store.delete(id, to)
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.store.close()
    }
}

/// Another store of durable states, with faults in its changes.
pub struct FaultyStates {
    store: Arc<dyn DurableStateStore>,
    faults: Mutex<Vec<Fault>>,
}

impl FaultyStates {
    pub fn new(store: Arc<dyn DurableStateStore>) -> Self {
        Self { store, faults: Mutex::default() }
    }

    /// What becomes of the next changes.
    pub fn will(&self, faults: &[Fault]) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// Nothing fails any more.
    #[cfg_attr(target_arch = "wasm32", allow(dead_code))]
    pub fn is_reliable(&self) {
        self.faults.lock().unwrap().clear();
    }
}

impl DurableStateStore for FaultyStates {
    fn load<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<DurableState>> {
        self.store.load(id)
    }

    fn change<'a>(
        &'a self,
        id: &'a PersistenceId,
        revision: Revision,
        state: Option<NewState>,
        token: AppendToken,
    ) -> BoxFuture<'a, Result<Revision>> {
        let fault = next_of(&self.faults);
        Box::pin(async move {
            let change = self.store.change(id, revision, state, token);
            match fault {
                Fault::None => change.await,
                Fault::Rejected => Err(failed(ErrorKind::Full)),
                Fault::LostBefore => Err(failed(ErrorKind::Lost)),
                Fault::LostAfter => {
                    change.await?;
                    Err(failed(ErrorKind::Lost))
                }
                #[cfg(not(target_arch = "wasm32"))]
                Fault::Panic => fail("a bad store"),
            }
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        self.store.close()
    }
}
