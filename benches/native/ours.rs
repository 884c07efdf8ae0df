//! The crate as a program uses it: tasks that wait for their appends, on one thread.

use std::{
    ops::Range,
    path::Path,
    time::{Duration, Instant},
};

use actor_journal::{Batch, Journal, NewEvent, PersistenceId, Seq, SqliteJournal, SqliteOptions};
use futures_util::future::try_join_all;

use crate::{Result, event::Moved};

/// How both sides keep their events.
pub const DURABILITY: &str = "WAL, synchronous=full";

pub fn open(path: &Path) -> Result<SqliteJournal> {
    let path = path.to_str().ok_or("the path is not text")?;
    Ok(pollster::block_on(SqliteJournal::open(SqliteOptions::new(path).wal(true)))?)
}

/// Makes the tables, for a bare loop to write into.
pub fn create(path: &Path) -> Result<()> {
    Ok(pollster::block_on(open(path)?.close())?)
}

pub fn id(number: u64) -> String {
    format!("account-{number:05}")
}

/// An id with its head.
pub struct Stream {
    id: PersistenceId,
    head: Seq,
}

impl Stream {
    pub fn new(number: u64, head: Seq) -> Result<Self> {
        Ok(Self { id: PersistenceId::new(id(number))?, head })
    }

    /// The streams of these numbers, as they stand in `journal`.
    pub fn stored(journal: &SqliteJournal, numbers: Range<u64>) -> Result<Vec<Self>> {
        numbers
            .map(|number| {
                let stream = Self::new(number, 0)?;
                let head = pollster::block_on(journal.highest_seq(&stream.id))?;
                Ok(Self { head, ..stream })
            })
            .collect()
    }

    async fn append(&mut self, journal: &SqliteJournal, batch: Batch) -> actor_journal::Result<()> {
        let written = journal.append(&self.id, self.head, batch).await?;
        self.head += written.len() as Seq;
        Ok(())
    }

    /// Appends batches, waiting for each.
    pub fn append_batches(
        &mut self,
        journal: &SqliteJournal,
        batches: u64,
        size: u64,
    ) -> Result<Duration> {
        let begin = Instant::now();
        for _ in 0..batches {
            pollster::block_on(self.append(journal, batch(self.head, size)?))?;
        }
        Ok(begin.elapsed())
    }
}

/// A task that appends one event at a time to streams that no other task has.
pub struct Task {
    streams: Vec<Stream>,
    random: u64,
}

impl Task {
    /// Deals `streams` out to `tasks` tasks.
    pub fn deal(streams: Vec<Stream>, tasks: usize) -> Vec<Self> {
        let task = |seed| Self { streams: Vec::new(), random: seed };
        let mut dealt: Vec<Self> = (1..=tasks as u64).map(task).collect();
        for (index, stream) in streams.into_iter().enumerate() {
            dealt[index % tasks].streams.push(stream);
        }
        dealt
    }

    /// As many tasks as there are streams, which begin with this.
    pub fn each_its_own(numbers: Range<u64>) -> Result<Vec<Self>> {
        let streams = numbers.map(|number| Stream::new(number, 0)).collect::<Result<Vec<_>>>()?;
        let tasks = streams.len();
        Ok(Self::deal(streams, tasks))
    }

    async fn append(&mut self, journal: &SqliteJournal, events: u64) -> actor_journal::Result<()> {
        for _ in 0..events {
            // The constants are Knuth's, for his MMIX.
            self.random = self
                .random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let streams = self.streams.len() as u64;
            let stream = &mut self.streams[((self.random >> 33) % streams) as usize];
            stream.append(journal, NewEvent::json(&Moved::nth(self.random))?.into()).await?;
        }
        Ok(())
    }
}

/// How long it takes until every task has appended `events`, waiting for each.
pub fn append(journal: &SqliteJournal, tasks: &mut [Task], events: u64) -> Result<Duration> {
    let begin = Instant::now();
    let appends = tasks.iter_mut().map(|task| task.append(journal, events));
    pollster::block_on(try_join_all(appends))?;
    Ok(begin.elapsed())
}

/// The events `from..from + count` as one batch.
fn batch(from: u64, count: u64) -> actor_journal::Result<Batch> {
    let events = (from..from + count).map(|n| NewEvent::json(&Moved::nth(n)));
    Ok(events.collect::<actor_journal::Result<Vec<_>>>()?.into())
}
