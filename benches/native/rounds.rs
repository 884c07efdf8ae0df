//! Rounds in which every contender has its turn.

use std::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput};

use crate::{
    Result, ours, place,
    result::{Figures, Goal, Suite, Workload},
};

/// Somebody who is measured.
pub struct Contender {
    pub name: String,
    /// The events of one turn.
    pub events: u64,
    /// One turn: does them, and says how long that took.
    pub turn: Box<dyn FnMut() -> Result<Duration>>,
}

impl Contender {
    pub fn new(
        name: impl Into<String>,
        events: u64,
        turn: impl FnMut() -> Result<Duration> + 'static,
    ) -> Self {
        Self { name: name.into(), events, turn: Box::new(turn) }
    }
}

/// What a workload is about, apart from who takes part.
pub struct About {
    pub workload: &'static str,
    pub title: String,
    /// The events of one turn of this crate.
    pub events: u64,
    pub unit: Unit,
    pub goals: Vec<Goal>,
}

/// What the turns are told in.
#[derive(Clone, Copy)]
pub enum Unit {
    EventsPerSecond,
    /// For each of the events of a turn, or whatever is counted in their place.
    Milliseconds,
}

impl Unit {
    fn of(self, events: u64, time: Duration) -> f64 {
        match self {
            Self::EventsPerSecond => events as f64 / time.as_secs_f64(),
            Self::Milliseconds => time.as_secs_f64() * 1000.0 / events as f64,
        }
    }

    /// What it is called, and which figures are better.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::EventsPerSecond => ("events/s", "higher"),
            Self::Milliseconds => ("ms", "lower"),
        }
    }
}

/// At least ten rounds a workload, and one before them that does not count.
pub fn criterion() -> Criterion {
    let time = if place::is_quick() { 0.01 } else { 2.0 };
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_nanos(1))
        .measurement_time(Duration::from_secs_f64(time))
        .without_plots()
        .configure_from_args()
}

/// Measures the contenders that `prepare` makes, the first of whom is this crate; does nothing when
/// the command line leaves the workload out. Says whether it was measured.
pub fn measure(
    criterion: &mut Criterion,
    suite: &mut Suite,
    about: About,
    prepare: impl Fn() -> Result<Vec<Contender>>,
) -> Result<bool> {
    let mut table: Option<Table> = None;
    let mut group = criterion.benchmark_group(about.workload);
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(about.events));
    group.bench_function("actor-journal", |bencher| {
        let table = table.get_or_insert_with(|| {
            Table::new(about.unit, prepare().expect("the databases can be made"))
        });
        bencher.iter_custom(|rounds| {
            (0..rounds).map(|_| table.round().expect("a round goes well")).sum()
        });
    });
    group.finish();
    let Some(table) = table else { return Ok(false) };
    let (unit, better) = about.unit.names();
    suite.add(Workload {
        workload: about.workload,
        title: about.title,
        unit,
        better,
        durability: ours::DURABILITY,
        results: table.figures(),
        goals: about.goals,
        notes: Vec::new(),
    });
    Ok(true)
}

struct Table {
    unit: Unit,
    contenders: Vec<Contender>,
    /// The figures of each contender in each round.
    series: Vec<Vec<f64>>,
    rounds: usize,
}

impl Table {
    fn new(unit: Unit, contenders: Vec<Contender>) -> Self {
        let series = contenders.iter().map(|_| Vec::new()).collect();
        Self { unit, contenders, series, rounds: 0 }
    }

    /// Everybody's turn, each round beginning with another; how long the first contender took.
    fn round(&mut self) -> Result<Duration> {
        let mut own = Duration::ZERO;
        let count = self.contenders.len();
        for index in (0..count).map(|index| (index + self.rounds) % count) {
            let contender = &mut self.contenders[index];
            let time = (contender.turn)()?;
            self.series[index].push(self.unit.of(contender.events, time));
            if index == 0 {
                own = time;
            }
        }
        self.rounds += 1;
        Ok(own)
    }

    /// The figures of all rounds but the first.
    fn figures(self) -> Vec<Figures> {
        let warm_up = usize::from(self.rounds > 1);
        let counted = |series: Vec<f64>| series.into_iter().skip(warm_up).collect();
        let figures = self.contenders.iter().zip(self.series);
        figures.map(|(contender, series)| Figures::new(&contender.name, counted(series))).collect()
    }
}
