//! The native suite of `cargo xtask bench`: the crate against bare rusqlite, in one run on one
//! disk.
//!
//! Criterion measures its benchmarks one after the other, and a disk whose speed changes by the
//! minute then decides who wins. So a benchmark here is a whole workload, and each of its
//! iterations is a round in which every contender does its share once, in changing order.
//! Criterion chooses how many rounds there are, is told how long this crate took in them, and
//! reports how that changed since its last run; median, least and most of every contender's rounds
//! are written as JSON.
//!
//! Alone, a workload runs by `cargo bench --bench native -- append-64`. These variables change a
//! run: `ACTOR_JOURNAL_BENCH_OUT` is the file for the results, `ACTOR_JOURNAL_BENCH_DATA` a folder
//! for the databases, `ACTOR_JOURNAL_BENCH_QUICK` asks for small databases and few rounds.

#![deny(clippy::unwrap_used)]

mod append;
mod bare;
mod event;
mod large;
mod latency;
mod memory;
mod ours;
mod paging;
mod place;
mod reading;
mod recovery;
mod replay;
mod result;
mod rounds;
mod tagged;

use criterion::Criterion;
use result::Suite;

type Failure = Box<dyn std::error::Error>;
type Result<T> = std::result::Result<T, Failure>;

const MEASURES: [fn(&mut Criterion, &mut Suite) -> Result<()>; 9] = [
    append::alone,
    append::batches,
    replay::measure,
    recovery::measure,
    reading::measure,
    large::measure,
    tagged::measure,
    paging::measure,
    latency::measure,
];

fn main() -> Result<()> {
    if memory::is_child() {
        return memory::child();
    }
    if let Some(orders) = latency::Orders::given() {
        return latency::follow(orders);
    }
    let mut criterion = rounds::criterion();
    let mut suite = Suite::new()?;
    for measure in MEASURES {
        measure(&mut criterion, &mut suite)?;
    }
    criterion.final_summary();
    suite.write()
}
