//! The most memory that a process takes which does nothing but replay.

use std::{env, fs, path::Path, process::Command};

use crate::{
    Result, bare, ours, place, replay,
    result::{Figures, Goal, Suite, Workload},
};

/// Set for the process that is measured: what it reads, and with what.
const CHILD: &str = "ACTOR_JOURNAL_BENCH_CHILD";
const STATUS: &str = "/proc/self/status";
const OURS: &str = "actor-journal";
const BARE: &str = "rusqlite";

/// Whether this process is one that is measured.
pub fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// Replays, and prints the kilobytes it took. What the parent took does not count.
pub fn child() -> Result<()> {
    let asked = env::var(CHILD)?;
    let (name, path) = asked.split_once(' ').ok_or("a name and a path are expected")?;
    match name {
        OURS => replay::replay(&ours::open(path.as_ref())?)?,
        _ => replay::decode(&bare::open(path.as_ref())?)?,
    };
    let status = fs::read_to_string(STATUS)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", line.ok_or("the system tells no VmHWM")?.trim().trim_end_matches(" kB"));
    Ok(())
}

/// Measures the replay of the journal at `path`, where the system tells what a process took.
pub fn measure(suite: &mut Suite, path: &Path, events: u64) -> Result<()> {
    if !Path::new(STATUS).exists() {
        return Ok(());
    }
    let (mut own, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..place::count(5, 1) {
        own.push(most(OURS, path)?);
        bare.push(most(BARE, path)?);
    }
    suite.add(Workload {
        workload: "replay-1m-memory",
        title: format!("most memory of a process that replays {} events", place::grouped(events)),
        unit: "MB",
        better: "lower",
        durability: ours::DURABILITY,
        results: vec![Figures::new(OURS, own), Figures::new(BARE, bare)],
        goals: vec![Goal { of: OURS.into(), at_most: Some(64.0), ..Goal::default() }],
        notes: Vec::new(),
    });
    Ok(())
}

/// Megabytes.
fn most(name: &str, path: &Path) -> Result<f64> {
    let mut program = Command::new(env::current_exe()?);
    let output = program.env(CHILD, format!("{name} {}", path.display())).output()?;
    let kilobytes: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
