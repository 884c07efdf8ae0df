//! Appends to a journal that has grown large.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use criterion::Criterion;
use rusqlite::Connection;

use crate::{
    Result,
    append::TASKS,
    bare::{self, Shape, Writer},
    ours::{self, Stream, Task},
    place::{self, Place},
    result::{Goal, Suite},
    rounds::{self, About, Contender, Unit},
};

const SMALL: &str = "actor-journal, small";
const LARGE: &str = "actor-journal, large";
const SMALL_OWN: &str = "actor-journal, small, an id a task";
const LARGE_OWN: &str = "actor-journal, large, an id a task";

pub fn measure(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let place = Place::new()?;
    let ids = place::count(10_000, 1000);
    let (many, few) = (place::count(10_000_000, 200_000), place::count(100_000, 20_000));
    let each = place::count(50, 20);
    let about = About {
        workload: "append-64-in-10m",
        title: format!(
            "{TASKS} tasks append to {} ids that hold {} events (large) or {} (small)",
            place::grouped(ids),
            place::grouped(many),
            place::grouped(few)
        ),
        events: TASKS * each,
        unit: Unit::EventsPerSecond,
        goals: vec![Goal::times(LARGE, 0.7, SMALL), Goal::times(LARGE_OWN, 0.7, SMALL_OWN)],
    };
    rounds::measure(criterion, suite, about, || {
        let (small, large) = (place.path("small.db"), lasting(ids, many)?);
        fill(&small, ids, few)?;
        let large = contenders(&large, ids, each, [LARGE, LARGE_OWN])?;
        let small = contenders(&small, ids, each, [SMALL, SMALL_OWN])?;
        Ok(large.into_iter().chain(small).collect())
    })?;
    Ok(())
}

/// Tasks that append to any of the journal's ids, and tasks that have one new id each.
fn contenders(path: &Path, ids: u64, each: u64, names: [&str; 2]) -> Result<[Contender; 2]> {
    let journal = ours::open(path)?;
    let any = Stream::stored(&journal, 0..ids)?;
    let own = Stream::stored(&journal, ids..ids + TASKS)?;
    let contender = |name: &str, streams: Vec<Stream>| {
        let (journal, mut tasks) = (journal.clone(), Task::deal(streams, TASKS as usize));
        Contender::new(name, TASKS * each, move || ours::append(&journal, &mut tasks, each))
    };
    Ok([contender(names[0], any), contender(names[1], own)])
}

/// The tag of every tenth event.
pub const TENTH: &str = "tenth";

/// A journal of `events` in which every id has had its turn after the other, as in a long life.
fn fill(path: &Path, ids: u64, events: u64) -> Result<()> {
    let mut writer = Writer::new(path, ids)?;
    writer.hurry()?;
    let turn = Shape { streams: 0..ids as usize, batch: 1 };
    writer.write(std::iter::repeat_n(turn, (events / ids) as usize))?;
    writer.tag(TENTH, 10)?;
    // As a file of version 3: which streams have begun is noted when it is brought up to date.
    let older = "DROP TABLE events_begun; DELETE FROM events_meta WHERE key = 'version'";
    bare::open(path)?.execute_batch(older)?;
    ours::create(path)
}

/// A journal that is kept for the next run, as long as the tables are made alike: filling it takes
/// minutes, and what a run appends is little beside what is there.
pub fn lasting(ids: u64, events: u64) -> Result<PathBuf> {
    let (folder, name) = (place::lasting()?, format!("journal-{ids}-{events}-"));
    let path = folder.join(format!("{name}{:016x}.db", fingerprint()?));
    if path.exists() {
        return Ok(path);
    }
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&name) {
            fs::remove_file(entry.path())?;
        }
    }
    println!("filling {}, once", path.display());
    let unfinished = folder.join(format!("{name}unfinished.db"));
    fill(&unfinished, ids, events)?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}

/// Changes when the crate makes other tables or pages, or other events are tagged.
fn fingerprint() -> Result<u64> {
    let place = Place::new()?;
    let path = place.path("empty.db");
    ours::create(&path)?;
    let connection = Connection::open(&path)?;
    let mut hasher = DefaultHasher::new();
    TENTH.hash(&mut hasher);
    connection.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0))?.hash(&mut hasher);
    let mut select = connection.prepare("SELECT sql FROM sqlite_schema ORDER BY name")?;
    for sql in select.query_map([], |row| row.get::<_, Option<String>>(0))? {
        sql?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}
