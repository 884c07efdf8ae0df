//! Appends while others read.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use actor_journal::{Journal, PersistenceId, ReplayRange, SqliteJournal};
use criterion::Criterion;
use futures_util::TryStreamExt;

use crate::{
    Result,
    append::TASKS,
    ours::{self, Stream, Task},
    place::{self, Place},
    result::{Goal, Suite},
    rounds::{About, Contender, Unit, measure as measure_rounds},
};

const READ: &str = "actor-journal, two readers replaying";
const UNREAD: &str = "actor-journal, no readers";
/// The stream that is read, which none of the tasks appends to.
const HISTORY: u64 = TASKS;

pub fn measure(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let place = Place::new()?;
    let each = place::count(100, 20);
    let about = About {
        workload: "append-64-while-reading",
        title: format!("{TASKS} tasks append while two threads replay all the time"),
        events: TASKS * each,
        unit: Unit::EventsPerSecond,
        goals: vec![Goal::times(READ, 0.7, UNREAD)],
    };
    let (read, seconds) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counts = (read.clone(), seconds.clone());
    let measured = measure_rounds(criterion, suite, about, move || {
        let (mut busy, mut quiet) = (Bank::new(&place, "read")?, Bank::new(&place, "unread")?);
        let (read, nanoseconds) = counts.clone();
        Ok(vec![
            Contender::new(READ, TASKS * each, move || {
                let readers = Readers::start(&busy.journal);
                let time = busy.append(each)?;
                read.fetch_add(readers.stop()?, Relaxed);
                nanoseconds.fetch_add(time.as_nanos() as u64, Relaxed);
                Ok(time)
            }),
            Contender::new(UNREAD, TASKS * each, move || quiet.append(each)),
        ])
    })?;
    if measured {
        let rate = read.load(Relaxed) as f64 / seconds.load(Relaxed) as f64 * 1e9;
        suite.note(format!(
            "meanwhile the readers got {} events/s, both together",
            place::grouped(rate as u64)
        ));
    }
    Ok(())
}

/// A journal with a long stream and tasks that append to others.
struct Bank {
    journal: SqliteJournal,
    tasks: Vec<Task>,
}

impl Bank {
    fn new(place: &Place, name: &str) -> Result<Self> {
        let journal = ours::open(&place.path(name))?;
        Stream::new(HISTORY, 0)?.append_batches(&journal, place::count(200, 10), 1000)?;
        Ok(Self { journal, tasks: Task::each_its_own(0..TASKS)? })
    }

    fn append(&mut self, each: u64) -> Result<Duration> {
        ours::append(&self.journal, &mut self.tasks, each)
    }
}

/// Threads that replay one stream from beginning to end until they are stopped.
struct Readers {
    stop: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<actor_journal::Result<u64>>>,
}

impl Readers {
    fn start(journal: &SqliteJournal) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let reader = |_| {
            let (journal, stop) = (journal.clone(), stop.clone());
            thread::spawn(move || pollster::block_on(read(&journal, &stop)))
        };
        Self { threads: (0..2).map(reader).collect(), stop }
    }

    /// How many events were read.
    fn stop(self) -> Result<u64> {
        self.stop.store(true, Relaxed);
        let read = self.threads.into_iter().map(|thread| {
            thread.join().map_err(|_| "a reader panicked")?.map_err(crate::Failure::from)
        });
        read.sum()
    }
}

async fn read(journal: &SqliteJournal, stop: &AtomicBool) -> actor_journal::Result<u64> {
    let id = PersistenceId::new(ours::id(HISTORY))?;
    let mut count = 0;
    while !stop.load(Relaxed) {
        let mut events = journal.replay(&id, ReplayRange::from(..));
        while !stop.load(Relaxed) && events.try_next().await?.is_some() {
            count += 1;
        }
    }
    Ok(count)
}
