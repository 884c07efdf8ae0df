//! The program that is killed: it appends to several streams at once, with deletions, snapshots and
//! changes of states in between, without end, and tells each answer in a line.

use std::{
    env,
    io::{self, Write},
    process::{Child, Command, Stdio},
};

use actor_journal::{
    AppendToken, Durability, DurableStateOptions, DurableStateStore, Journal, NewEvent, NewState,
    Revision, Seq, SnapshotOptions, SnapshotStore, SqliteDurableStateStore, SqliteJournal,
    SqliteOptions, SqliteSnapshotStore,
};
use futures_util::future::join_all;
use pollster::block_on;

use super::lines::Line;
use crate::{dice::Dice, words::id};

/// The streams that are written at the same time; each has a state of the same name.
pub const STREAMS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Every tag that an event may have.
pub const TAGS: [&str; 3] = ["third", "odd", "common"];

/// What a writer is told.
pub struct Orders {
    pub path: String,
    pub wal: bool,
    pub flushes: bool,
    pub seed: u64,
}

/// A journal and the stores in its file.
pub struct Stores {
    pub journal: SqliteJournal,
    pub snapshots: SqliteSnapshotStore,
    pub states: SqliteDurableStateStore,
}

impl Orders {
    const VARIABLE: &str = "ACTOR_JOURNAL_ORDERS";

    /// What this program was started with, if it is to write.
    pub fn given() -> Option<Self> {
        let orders = env::var(Self::VARIABLE).ok()?;
        let [seed, wal, flushes, path] = *orders.splitn(4, ' ').collect::<Vec<_>>() else {
            panic!("{orders:?} are no orders");
        };
        let (wal, flushes) = (wal == "true", flushes == "true");
        Some(Self { path: path.into(), wal, flushes, seed: seed.parse().unwrap() })
    }

    /// Starts this program again, to run the test in which it writes.
    pub fn start(&self, test: &str) -> Child {
        let Self { path, wal, flushes, seed } = self;
        Command::new(env::current_exe().unwrap())
            .args([test, "--exact", "--test-threads=1"])
            .env(Self::VARIABLE, format!("{seed} {wal} {flushes} {path}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub async fn open(&self) -> Stores {
        let durability = if self.flushes { Durability::Full } else { Durability::Normal };
        let journal = SqliteOptions::new(&self.path).wal(self.wal).synchronous(durability);
        // So few that there are checkpoints.
        let journal = SqliteJournal::open(journal.checkpoint_pages(60)).await.unwrap();
        let snapshots = SqliteSnapshotStore::open(SnapshotOptions::new(&self.path)).await.unwrap();
        let states =
            SqliteDurableStateStore::open(DurableStateOptions::new(&self.path)).await.unwrap();
        Stores { journal, snapshots, states }
    }
}

impl Stores {
    pub async fn close(self) {
        self.states.close().await.unwrap();
        self.snapshots.close().await.unwrap();
        self.journal.close().await.unwrap();
    }
}

/// Writes until the program is killed.
pub fn write(orders: &Orders) -> ! {
    block_on(async {
        // The line that the test harness has begun ends here.
        say("");
        let (stores, mut dice) = (orders.open().await, Dice(orders.seed));
        let hands = STREAMS.map(|stream| Hand { stores: &stores, stream, dice: dice.another() });
        join_all(hands.map(Hand::write)).await;
    });
    unreachable!("no hand ever rests");
}

/// One call: a line is there as a whole or not at all.
fn say(line: impl ToString) {
    io::stdout().write_all(format!("{}\n", line.to_string()).as_bytes()).unwrap();
}

/// One of several that write at the same time, each to a stream of its own.
struct Hand<'a> {
    stores: &'a Stores,
    stream: &'static str,
    dice: Dice,
}

impl Hand<'_> {
    async fn write(mut self) {
        let id = id(self.stream);
        let mut head = self.stores.journal.highest_seq(&id).await.unwrap();
        let mut revision = self.stores.states.load(&id).await.unwrap().revision;
        loop {
            head = self.append(head).await;
            match self.dice.roll(12) {
                0 => self.delete(head).await,
                1 => self.compact(head).await,
                2 | 3 => self.save(head).await,
                4 | 5 => revision = self.change(revision).await,
                _ => {}
            }
        }
    }

    async fn append(&mut self, head: Seq) -> Seq {
        let count = match self.dice.roll(8) {
            0 => 40,
            few @ 1..5 => few as u64,
            _ => 1,
        };
        let batch = batch(self.stream, head + 1, count);
        let events =
            self.stores.journal.append(&id(self.stream), head, batch.into()).await.unwrap();
        say(Line::Appended(self.stream.into(), head + 1, count, events[0].position));
        head + count
    }

    async fn delete(&mut self, head: Seq) {
        let to = head - self.dice.roll(10).min(head as usize) as u64;
        say(Line::Deleting(self.stream.into(), to));
        self.stores.journal.delete(&id(self.stream), to).await.unwrap();
        say(Line::Deleted(self.stream.into(), to));
    }

    async fn save(&mut self, head: Seq) {
        self.stores.snapshots.save(&id(self.stream), head, state(self.stream, head)).await.unwrap();
        say(Line::Saved(self.stream.into(), head));
    }

    /// Removes, with a snapshot, the events that all kept snapshots cover: up to any seq below it.
    async fn compact(&mut self, head: Seq) {
        let (id, state) = (id(self.stream), state(self.stream, head));
        say(Line::Deleting(self.stream.into(), head));
        self.stores.snapshots.save_and_compact_in(&id, head, state, "events").await.unwrap();
        say(Line::Saved(self.stream.into(), head));
    }

    async fn change(&mut self, revision: Revision) -> Revision {
        let (id, state) = (id(self.stream), state(self.stream, revision + 1));
        let token = AppendToken::random();
        let revision = self.stores.states.save(&id, revision, state, token).await.unwrap();
        say(Line::Changed(self.stream.into(), revision));
        revision
    }
}

/// The batch of a stream that begins at `first`. Each event tells the batch that it belongs to.
pub fn batch(stream: &str, first: Seq, count: u64) -> Vec<NewEvent> {
    let event = |seq: Seq| {
        let length = if seq.is_multiple_of(7) { 2000 } else { 40 };
        let text = "x".repeat(length + (seq % 5) as usize);
        NewEvent::json(&(stream, seq, first, count, text)).unwrap().tagged(tags(seq)).unwrap()
    };
    (first..first + count).map(event).collect()
}

fn tags(seq: Seq) -> &'static [&'static str] {
    match seq % 6 {
        0 => &["third", "common"],
        1 | 5 => &["odd"],
        3 => &["odd", "third"],
        _ => &[],
    }
}

/// The state of a stream at a seq, or at a revision.
pub fn state(stream: &str, number: u64) -> NewState {
    NewState::json(&(stream, number, "y".repeat((number % 300) as usize))).unwrap()
}
