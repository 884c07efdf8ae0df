//! How long an event takes from the call that appends it to a subscriber in another process.

use std::{
    cell::RefCell,
    env,
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
    rc::Rc,
    thread,
    time::{Duration, Instant, SystemTime},
};

use actor_journal::{Journal, NewEvent, PersistenceId, Position, SqliteJournal};
use criterion::Criterion;
use futures_util::{TryStreamExt, future::try_join_all};
use serde::{Deserialize, Serialize};

use crate::{
    Failure, Result,
    append::TASKS,
    ours,
    place::{self, Place},
    result::{Goal, Suite},
    rounds::{self, About, Contender, Unit},
};

/// How many of a hundred events have come by the time that is told.
const MOST: usize = 95;
const MODERATE: &str = "100 appends a second";
const FULL: &str = "64 tasks, each awaits its own append of one event";

/// Set for the process that follows.
const FOLLOWER: &str = "ACTOR_JOURNAL_BENCH_FOLLOWER";

pub fn measure(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let place = Place::new()?;
    let about = About {
        workload: "live-in-another-process",
        title: format!("from an append's call to a subscriber in another process, {MOST} of 100"),
        events: 1,
        unit: Unit::Milliseconds,
        goals: vec![Goal { of: MODERATE.into(), at_most: Some(50.0), ..Goal::default() }],
    };
    let loads = [Load::new(MODERATE, paced, 300, 1), Load::new(FULL, at_once, 500, TASKS)];
    let measured = rounds::measure(criterion, suite, about, || {
        let load = |load: &Load| load.contender(&place);
        loads.iter().map(load).collect()
    })?;
    for load in loads.iter().filter(|_| measured) {
        suite.note(load.summary());
    }
    Ok(())
}

/// Appends of some streams, one each at a time.
#[derive(Clone)]
struct Load {
    name: &'static str,
    run: fn(&mut Bank, u64) -> Result<()>,
    each: u64,
    streams: u64,
    /// Milliseconds of every event of every round.
    times: Rc<RefCell<Vec<f64>>>,
}

impl Load {
    fn new(
        name: &'static str,
        run: fn(&mut Bank, u64) -> Result<()>,
        each: u64,
        streams: u64,
    ) -> Self {
        Self { name, run, each: place::count(each, 20), streams, times: Rc::default() }
    }

    fn contender(&self, place: &Place) -> Result<Contender> {
        let path = place.path(&format!("followed-{}.db", self.streams));
        let path = path.to_str().ok_or("the path is not text")?.to_owned();
        let mut bank = Bank::new(&path, self.streams)?;
        let load = self.clone();
        Ok(Contender::new(self.name, 1, move || {
            let count = load.each * load.streams;
            let mut follower =
                Follower::start(&Orders { path: path.clone(), after: bank.position, count })?;
            (load.run)(&mut bank, load.each)?;
            bank.position += count;
            let times = sorted(follower.times()?);
            let most = percentile(&times, MOST);
            load.times.borrow_mut().extend(times);
            Ok(Duration::from_secs_f64(most / 1000.0))
        }))
    }

    fn summary(&self) -> String {
        let times = sorted(self.times.borrow().clone());
        let [half, most, nearly] = [50, MOST, 99].map(|part| percentile(&times, part));
        format!(
            "{}: of all rounds, 50 of 100 within {half:.1} ms, {MOST} within {most:.1}, 99 within {nearly:.1}",
            self.name
        )
    }
}

fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

/// What so many of a hundred do not exceed.
fn percentile(sorted: &[f64], part: usize) -> f64 {
    sorted
        .get((sorted.len() * part / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(f64::NAN)
}

/// When an event was appended, in microseconds since 1970.
#[derive(Serialize, Deserialize)]
struct Sent {
    at: u64,
}

fn now() -> Result<u64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(since.as_micros() as u64)
}

/// A journal with streams that grow alike.
struct Bank {
    journal: SqliteJournal,
    ids: Vec<PersistenceId>,
    head: u64,
    position: Position,
}

impl Bank {
    fn new(path: &str, streams: u64) -> Result<Self> {
        let ids = (0..streams).map(|number| PersistenceId::new(ours::id(number)));
        let ids = ids.collect::<actor_journal::Result<_>>()?;
        Ok(Self { journal: ours::open(path.as_ref())?, ids, head: 0, position: 0 })
    }

    async fn append(&self, id: &PersistenceId, head: u64) -> Result<()> {
        let sent = Sent { at: now()? };
        self.journal.append(id, head, NewEvent::json(&sent)?.into()).await?;
        Ok(())
    }
}

/// One append after the other, a hundred a second.
fn paced(bank: &mut Bank, each: u64) -> Result<()> {
    let begin = Instant::now();
    for turn in 0..each {
        let due = begin + Duration::from_millis(10 * turn);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        pollster::block_on(bank.append(&bank.ids[0], bank.head))?;
        bank.head += 1;
    }
    Ok(())
}

/// Each stream's appends as fast as they are answered.
fn at_once(bank: &mut Bank, each: u64) -> Result<()> {
    let (shared, heads) = (&*bank, bank.head..bank.head + each);
    let task = |id| {
        let heads = heads.clone();
        async move {
            for head in heads {
                shared.append(id, head).await?;
            }
            Ok::<_, Failure>(())
        }
    };
    pollster::block_on(try_join_all(bank.ids.iter().map(task)))?;
    bank.head += each;
    Ok(())
}

/// What a process follows: so many events behind a position.
pub struct Orders {
    path: String,
    after: Position,
    count: u64,
}

impl Orders {
    /// What this process was started with, if it is to follow.
    pub fn given() -> Option<Self> {
        let orders = env::var(FOLLOWER).ok()?;
        let mut parts = orders.splitn(3, ' ');
        let mut number = || parts.next()?.parse().ok();
        let (after, count) = (number()?, number()?);
        Some(Self { path: parts.next()?.into(), after, count })
    }
}

/// Follows, and prints how long each event took, in milliseconds, after a first line when it waits.
pub fn follow(orders: Orders) -> Result<()> {
    pollster::block_on(async {
        let journal = ours::open(orders.path.as_ref())?;
        let mut events = journal.live_events(orders.after);
        println!("{}", journal.last_position().await?);
        let mut times = Vec::new();
        while (times.len() as u64) < orders.count {
            let event = events.try_next().await?.ok_or("a live query has no end")?;
            times.push((now()?.saturating_sub(event.json::<Sent>()?.at)) as f64 / 1000.0);
        }
        times.iter().for_each(|time| println!("{time}"));
        Ok(())
    })
}

/// A process that follows.
struct Follower {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Follower {
    /// Answers when it waits.
    fn start(Orders { path, after, count }: &Orders) -> Result<Self> {
        let mut program = Command::new(env::current_exe()?);
        program.env(FOLLOWER, format!("{after} {count} {path}")).stdout(Stdio::piped());
        let mut process = program.spawn()?;
        let output = process.stdout.take().ok_or("it has no output")?;
        let mut lines = BufReader::new(output).lines();
        lines.next().ok_or("the follower has ended")??;
        Ok(Self { process, lines })
    }

    fn times(&mut self) -> Result<Vec<f64>> {
        let times = self.lines.by_ref().map(|line| Ok(line?.parse()?)).collect();
        self.process.wait()?;
        times
    }
}
