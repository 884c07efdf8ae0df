//! What a journal was asked to keep, and when it answered.

use std::collections::BTreeMap;

use actor_journal::{
    Durability, DurableStateStore, Error, Journal, NewEvent, PersistentEvent, Seq, SnapshotStore,
    SqliteDurableStateStore, SqliteJournal, SqliteSnapshotStore,
};
use futures_util::future::{join, join_all};

use super::state::Changes;
use crate::{faulty::Disk, words::id};

/// Calls on a journal, with the moments on its disk at which they were made and answered.
#[derive(Default)]
pub struct Story {
    pub appends: Vec<Append>,
    pub deletions: Vec<Deletion>,
    pub saves: Vec<Save>,
    pub changes: Changes,
    /// Appends that failed: the stream, its head before and the events.
    failed: Vec<(String, Seq, u64)>,
    /// The head of each stream.
    heads: BTreeMap<String, Seq>,
    /// How many calls there were: two journals on one disk take turns.
    turn: usize,
}

pub struct Append {
    pub answered: usize,
    pub events: Vec<PersistentEvent>,
}

pub struct Deletion {
    pub stream: String,
    pub to: Seq,
    pub asked: usize,
    pub answered: usize,
}

/// A snapshot of stream `a`, whose state is its seq.
pub struct Save {
    pub seq: Seq,
    pub asked: usize,
    pub answered: usize,
}

/// A journal and stores on one disk, and another journal beside them where it is shared.
pub struct Stores {
    pub journal: SqliteJournal,
    pub snapshots: SqliteSnapshotStore,
    pub states: SqliteDurableStateStore,
    pub beside: Option<SqliteJournal>,
}

impl Stores {
    pub async fn open(disk: &Disk, durability: Durability) -> Result<Self, Error> {
        let journal = SqliteJournal::open(disk.journal(durability)).await?;
        let snapshots = SqliteSnapshotStore::open(disk.snapshots()).await?;
        let states = SqliteDurableStateStore::open(disk.states()).await?;
        let beside = match disk.journal_beside(durability) {
            Some(options) => Some(SqliteJournal::open(options).await?),
            None => None,
        };
        Ok(Self { journal, snapshots, states, beside })
    }

    pub async fn close(self) {
        self.states.close().await.unwrap();
        self.snapshots.close().await.unwrap();
        self.journal.close().await.unwrap();
        if let Some(beside) = self.beside {
            beside.close().await.unwrap();
        }
    }

    /// The journal whose turn it is.
    pub fn journal(&self, turn: usize) -> &SqliteJournal {
        self.beside.as_ref().filter(|_| turn % 2 == 1).unwrap_or(&self.journal)
    }
}

/// Events by turns small and large, with several tags and none.
fn batch(round: u64, count: u64) -> Vec<NewEvent> {
    let length = if round % 6 == 2 { 3600 } else { 160 };
    (0..count).map(|number| event(round + number, length)).collect()
}

fn event(number: u64, length: usize) -> NewEvent {
    let tags: &[&str] = match number % 4 {
        0 => &["even", "common"],
        1 => &["odd"],
        2 => &[],
        _ => &["common"],
    };
    let text = number.to_string().repeat(length);
    NewEvent::json(&text[..length]).unwrap().tagged(tags).unwrap()
}

impl Story {
    pub fn head(&self, stream: &str) -> Seq {
        self.heads.get(stream).copied().unwrap_or_default()
    }

    /// Everything that is going to be in the journal, in the order of positions.
    pub fn events(&self) -> Vec<&PersistentEvent> {
        let mut events: Vec<_> = self.appends.iter().flat_map(|append| &append.events).collect();
        events.sort_by_key(|event| event.position);
        events
    }

    /// One round: a single event, and by turns a batch, appends to many streams at once, a change
    /// of a state by itself or beside an append, a snapshot, a deletion. The first call that fails
    /// ends it.
    pub async fn go_on(&mut self, stores: &Stores, disk: &Disk, round: u64) -> Result<(), Error> {
        self.append(stores, disk, &["a"], &batch(round, 1)).await?;
        self.append(stores, disk, &["b"], &batch(round, round % 5)).await?;
        if round.is_multiple_of(4) {
            self.append(stores, disk, &["c", "d", "e", "f"], &batch(round, 2)).await?;
        }
        if round % 4 != 1 {
            let events = if round.is_multiple_of(2) { &[][..] } else { &batch(round, 2) };
            self.change(stores, disk, round, events).await?;
        }
        if round.is_multiple_of(5) {
            self.save(stores, disk).await?;
        }
        if round % 11 == 10 {
            self.delete(stores, disk, "b").await?;
        }
        Ok(())
    }

    /// A transaction of 6 MB, which neither SQLite's cache nor the layer's memory holds as a
    /// whole.
    pub async fn grow(&mut self, stores: &Stores, disk: &Disk) -> Result<(), Error> {
        let large: Vec<_> = (0..300).map(|number| event(number, 20_000)).collect();
        self.append(stores, disk, &["b"], &large).await
    }

    /// Appends to several streams at once.
    async fn append(
        &mut self,
        stores: &Stores,
        disk: &Disk,
        streams: &[&str],
        batch: &[NewEvent],
    ) -> Result<(), Error> {
        let journal = self.take_turn(stores);
        let appends = streams.iter().map(|stream| {
            let (id, head) = (id(stream), self.head(stream));
            async move {
                let events = journal.append(&id, head, batch.to_vec().into()).await;
                events.map(|events| Append { answered: disk.moment(), events })
            }
        });
        let mut outcome = Ok(());
        for (stream, answer) in streams.iter().zip(join_all(appends).await) {
            match answer {
                Ok(append) => self.appended(append),
                Err(error) => {
                    let failed = ((*stream).into(), self.head(stream), batch.len() as u64);
                    self.failed.push(failed);
                    outcome = Err(error);
                }
            }
        }
        outcome
    }

    fn appended(&mut self, append: Append) {
        if let Some(last) = append.events.last() {
            self.heads.insert(last.id.to_string(), last.seq);
            self.appends.push(append);
        }
    }

    /// The snapshot store shares the database of the first journal, so its turn it was.
    async fn save(&mut self, stores: &Stores, disk: &Disk) -> Result<(), Error> {
        self.turn = 1;
        let (seq, asked) = (self.head("a"), disk.moment());
        let saved = stores.snapshots.save(&id("a"), seq, seq.to_string().into_bytes().into()).await;
        let answered = if saved.is_ok() { disk.moment() } else { usize::MAX };
        self.saves.push(Save { seq, asked, answered });
        saved
    }

    /// Changes the state while events are appended; the store of states, too, shares the database
    /// of the first journal.
    async fn change(
        &mut self,
        stores: &Stores,
        disk: &Disk,
        round: u64,
        events: &[NewEvent],
    ) -> Result<(), Error> {
        self.turn = 0;
        let mut change = self.changes.next(round, disk);
        let append = self.append(stores, disk, &["a"], events);
        let (appended, changed) = join(append, change.make(&stores.states, disk)).await;
        self.changes.push(change);
        changed.and(appended)
    }

    /// Deletes all of a stream but its last events.
    async fn delete(&mut self, stores: &Stores, disk: &Disk, stream: &str) -> Result<(), Error> {
        let (to, asked) = (self.head(stream).saturating_sub(4), disk.moment());
        let deleted = self.take_turn(stores).delete(&id(stream), to).await;
        let answered = if deleted.is_ok() { disk.moment() } else { usize::MAX };
        self.deletions.push(Deletion { stream: stream.into(), to, asked, answered });
        deleted
    }

    fn take_turn<'a>(&mut self, stores: &'a Stores) -> &'a SqliteJournal {
        self.turn += 1;
        stores.journal(self.turn - 1)
    }

    /// The journal that did not make the last call, where there are two.
    pub fn next<'a>(&self, stores: &'a Stores) -> &'a SqliteJournal {
        stores.journal(self.turn)
    }

    /// Takes in what the journal holds of appends that failed: all of each or nothing.
    async fn catch_up(&mut self, stores: &Stores) {
        for (stream, before, count) in std::mem::take(&mut self.failed) {
            let events = crate::words::read(self.next(stores), &stream).await;
            let events: Vec<_> = events.into_iter().filter(|event| event.seq > before).collect();
            assert!(events.is_empty() || events.len() as u64 == count, "half a batch");
            self.appended(Append { answered: usize::MAX, events });
        }
    }

    /// Takes in what the journal holds of calls that failed, when it was opened again, and repeats
    /// the change of a state.
    pub async fn recover(&mut self, stores: &Stores, disk: &Disk) {
        self.catch_up(stores).await;
        self.changes.repeat(&stores.states, disk).await;
    }

    /// What the other journal does when one has lost a commit: it reads and writes on.
    pub async fn go_on_beside(&mut self, stores: &Stores, disk: &Disk) {
        if stores.beside.is_some() {
            self.catch_up(stores).await;
            self.append(stores, disk, &["a"], &batch(1, 1)).await.unwrap();
        }
    }

    /// Forgets what failed and is surely not stored.
    pub fn give_up(&mut self) {
        self.failed.clear();
        self.changes.give_up();
    }
}
