//! Appends, one caller's in batches and many callers' at once.

use criterion::Criterion;

use crate::{
    Result,
    bare::{Shape, Writer},
    ours::{self, Stream, Task},
    place::{self, Place},
    result::{Goal, Suite},
    rounds::{About, Contender, Unit, measure},
};

/// How many tasks wait at the same time.
pub const TASKS: u64 = 64;
const OURS: &str = "actor-journal";
const ALONE: &str = "rusqlite, one transaction an append";
const TOGETHER: &str = "rusqlite, 64 inserts a transaction";
const BARE: &str = "rusqlite";

/// Tasks that each wait for their own appends.
pub fn alone(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let place = Place::new()?;
    let each = place::count(100, 20);
    let about = About {
        workload: "append-64",
        title: format!("{TASKS} tasks, each awaits its own append of one event"),
        events: TASKS * each,
        unit: Unit::EventsPerSecond,
        goals: vec![Goal::times(OURS, 8.0, ALONE), Goal::times(OURS, 0.8, TOGETHER)],
    };
    measure(criterion, suite, about, || {
        let journal = ours::open(&place.path("ours.db"))?;
        let mut tasks = Task::each_its_own(0..TASKS)?;
        let mut alone = Writer::new(&place.path("alone.db"), TASKS)?;
        let mut together = Writer::new(&place.path("together.db"), TASKS)?;
        let all = Shape { streams: 0..TASKS as usize, batch: 1 };
        // A tenth of the events takes about as long.
        let appends = TASKS as usize * each as usize / 10;
        let one = |n: usize| Shape { streams: n % 64..n % 64 + 1, batch: 1 };
        Ok(vec![
            Contender::new(OURS, TASKS * each, move || ours::append(&journal, &mut tasks, each)),
            Contender::new(ALONE, appends as u64, move || alone.write((0..appends).map(one))),
            Contender::new(TOGETHER, TASKS * each, move || {
                together.write(std::iter::repeat_n(all.clone(), each as usize))
            }),
        ])
    })?;
    Ok(())
}

/// One caller who waits for one batch after the other, all to one stream.
pub fn batches(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    const BATCH: u64 = 100;
    let place = Place::new()?;
    let batches = place::count(200, 20);
    let about = About {
        workload: "append-batch-100",
        title: format!("one caller, batches of {BATCH} events to one stream"),
        events: BATCH * batches,
        unit: Unit::EventsPerSecond,
        goals: vec![Goal::times(OURS, 0.8, BARE)],
    };
    measure(criterion, suite, about, || {
        let journal = ours::open(&place.path("ours.db"))?;
        let mut stream = Stream::new(0, 0)?;
        let mut bare = Writer::new(&place.path("bare.db"), 1)?;
        let batch = Shape { streams: 0..1, batch: BATCH as i64 };
        Ok(vec![
            Contender::new(OURS, BATCH * batches, move || {
                stream.append_batches(&journal, batches, BATCH)
            }),
            Contender::new(BARE, BATCH * batches, move || {
                bare.write(std::iter::repeat_n(batch.clone(), batches as usize))
            }),
        ])
    })?;
    Ok(())
}
