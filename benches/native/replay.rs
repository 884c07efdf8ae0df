//! One long stream, read and decoded to a Rust struct.

use std::time::{Duration, Instant};

use actor_journal::{Journal, PersistenceId, ReplayRange, SqliteJournal};
use criterion::Criterion;
use futures_util::TryStreamExt;
use rusqlite::Connection;

use crate::{
    Result, bare,
    event::Moved,
    memory,
    ours::{self, Stream},
    place::{self, Place},
    result::{Goal, Suite},
    rounds::{self, About, Contender, Unit},
};

const OURS: &str = "actor-journal";
const DECODED: &str = "rusqlite, decoded likewise";
const SCANNED: &str = "rusqlite, not decoded";

pub fn measure(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let place = Place::new()?;
    let path = place.path("events.db");
    let events = place::count(1_000_000, 50_000);
    let either = Goal { at_least: Some(1_500_000.0), ..Goal::times(OURS, 0.5, DECODED) };
    let about = About {
        workload: "replay-1m",
        title: format!(
            "replay of {} events of one stream, decoded to a struct",
            place::grouped(events)
        ),
        events,
        unit: Unit::EventsPerSecond,
        goals: vec![either],
    };
    let measured = rounds::measure(criterion, suite, about, || {
        fill(&path, events)?;
        let journal = ours::open(&path)?;
        let (decoded, scanned) = (bare::open(&path)?, bare::open(&path)?);
        Ok(vec![
            Contender::new(OURS, events, move || timed(|| replay(&journal))),
            Contender::new(DECODED, events, move || timed(|| decode(&decoded))),
            Contender::new(SCANNED, events, move || timed(|| scan(&scanned))),
        ])
    })?;
    if measured {
        memory::measure(suite, &path, events)?;
    }
    Ok(())
}

fn fill(path: &std::path::Path, events: u64) -> Result<()> {
    const BATCH: u64 = 5000;
    let journal = ours::open(path)?;
    Stream::new(0, 0)?.append_batches(&journal, events / BATCH, BATCH)?;
    Ok(pollster::block_on(journal.close())?)
}

fn timed(read: impl FnOnce() -> Result<u64>) -> Result<Duration> {
    let begin = Instant::now();
    match read()? {
        0 => Err("nothing was read".into()),
        _ => Ok(begin.elapsed()),
    }
}

/// The sum of what the events hold, read as a program would.
pub fn replay(journal: &SqliteJournal) -> Result<u64> {
    let id = PersistenceId::new(ours::id(0))?;
    let sum = async {
        let mut sum = 0;
        let mut events = journal.replay(&id, ReplayRange::from(..));
        while let Some(event) = events.try_next().await? {
            sum += event.json::<Moved>()?.cents;
        }
        Result::Ok(sum)
    };
    pollster::block_on(sum)
}

const SCAN: &str = "SELECT seq, event FROM events WHERE pid = ?1 AND seq > 0 ORDER BY seq";

/// The same by a loop over the rows.
pub fn decode(connection: &Connection) -> Result<u64> {
    let mut select = connection.prepare_cached(SCAN)?;
    let (mut rows, mut sum) = (select.query([ours::id(0)])?, 0);
    while let Some(row) = rows.next()? {
        sum += serde_json::from_slice::<Moved>(row.get_ref(1)?.as_blob()?)?.cents;
    }
    Ok(sum)
}

/// The bytes of all events.
fn scan(connection: &Connection) -> Result<u64> {
    let mut select = connection.prepare_cached(SCAN)?;
    let (mut rows, mut sum) = (select.query([ours::id(0)])?, 0);
    while let Some(row) = rows.next()? {
        sum += row.get::<_, i64>(0)?.unsigned_abs() + row.get_ref(1)?.as_blob()?.len() as u64;
    }
    Ok(sum)
}
