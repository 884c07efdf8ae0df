//! Many actors that come back at once, their events having been written in turns.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use actor_journal::{Journal, PersistenceId, ReplayRange};
use criterion::Criterion;
use futures_util::{StreamExt, TryStreamExt, stream};
use rusqlite::{Connection, params};

use crate::{
    Result,
    bare::{self, Shape, TIMESTAMP, Writer},
    event::Moved,
    ours,
    place::{self, Place},
    result::{Goal, Suite},
    rounds::{self, About, Contender, Unit},
};

const OURS: &str = "actor-journal";
const PAGE: &str = "rusqlite, the first layout (rowid)";
const SAME: &str = "rusqlite, the same layout";
/// Events of each id.
const EACH: u64 = 50;
/// Actors that recover at the same time.
const AT_ONCE: usize = 64;

pub fn measure(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let place = Place::new()?;
    let ids = place::count(2000, 200);
    let about = About {
        workload: "recovery-2000x50",
        title: format!(
            "recovery of {} ids of {EACH} events, written interleaved, {AT_ONCE} at once",
            place::grouped(ids)
        ),
        events: ids * EACH,
        unit: Unit::EventsPerSecond,
        goals: vec![Goal::times(OURS, 4.0, PAGE)],
    };
    rounds::measure(criterion, suite, about, || {
        let (journal, page) = (place.path("journal.db"), place.path("page.db"));
        let same = journal.clone();
        write(&journal, ids)?;
        write_page(&page, ids)?;
        Ok(vec![
            Contender::new(OURS, ids * EACH, move || recover(&journal, ids)),
            Contender::new(PAGE, ids * EACH, move || recover_bare(&page, ids)),
            Contender::new(SAME, ids * EACH, move || recover_bare(&same, ids)),
        ])
    })?;
    Ok(())
}

/// Event by event, every id in its turn.
fn write(path: &Path, ids: u64) -> Result<()> {
    let mut writer = Writer::new(path, ids)?;
    let turn = Shape { streams: 0..ids as usize, batch: 1 };
    writer.write(std::iter::repeat_n(turn, EACH as usize))?;
    Ok(())
}

/// The same events in the tables of the page that the format comes from.
fn write_page(path: &Path, ids: u64) -> Result<()> {
    let connection = bare::open(path)?;
    connection.execute_batch(
        "CREATE TABLE events (pid TEXT NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL,
         ts INTEGER NOT NULL, tags TEXT, PRIMARY KEY (pid, seq))",
    )?;
    let transaction = connection.unchecked_transaction()?;
    let mut insert = connection
        .prepare("INSERT INTO events (pid, seq, event, ts, tags) VALUES (?1, ?2, ?3, ?4, NULL)")?;
    for seq in 1..=EACH {
        for number in 0..ids {
            let event = Moved::json(seq * ids + number)?;
            insert.execute(params![ours::id(number), seq as i64, event, TIMESTAMP])?;
        }
    }
    Ok(transaction.commit()?)
}

/// The numbers below `count` in an order that is not the one in which they were written.
fn scattered(count: u64) -> impl Iterator<Item = u64> {
    // A prime that divides neither count.
    (0..count).map(move |index| index * 7919 % count)
}

/// Recovers every id from a journal that has just been opened.
fn recover(path: &Path, ids: u64) -> Result<Duration> {
    let journal = ours::open(path)?;
    let scattered = scattered(ids).map(|number| PersistenceId::new(ours::id(number)));
    let scattered = scattered.collect::<actor_journal::Result<Vec<_>>>()?;
    let begin = Instant::now();
    let recovered = stream::iter(&scattered)
        .map(|id| journal.read(id, ReplayRange::from(..)))
        .buffer_unordered(AT_ONCE)
        .try_fold(0, async |sum, events| Ok(sum + events.len() as u64));
    check(pollster::block_on(recovered)?, ids)?;
    let time = begin.elapsed();
    pollster::block_on(journal.close())?;
    Ok(time)
}

/// The same by a loop, which copies each payload out as well.
fn recover_bare(path: &Path, ids: u64) -> Result<Duration> {
    let connection: Connection = bare::open(path)?;
    let scattered: Vec<String> = scattered(ids).map(ours::id).collect();
    let begin = Instant::now();
    let mut select = connection
        .prepare("SELECT seq, event FROM events WHERE pid = ?1 AND seq > 0 ORDER BY seq")?;
    let mut count = 0;
    for id in scattered {
        let rows = select.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let events: Vec<(i64, Vec<u8>)> = rows.collect::<rusqlite::Result<_>>()?;
        count += events.len() as u64;
    }
    check(count, ids)?;
    Ok(begin.elapsed())
}

fn check(recovered: u64, ids: u64) -> Result<()> {
    match recovered == ids * EACH {
        true => Ok(()),
        false => Err(format!("{recovered} events were recovered").into()),
    }
}
