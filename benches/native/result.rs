//! The figures of a run, in the form that `cargo xtask bench` reads from every suite.

use std::{env, fs, path::PathBuf, process::Command, thread};

use serde::Serialize;

use crate::Result;

/// All workloads of a run.
#[derive(Serialize)]
pub struct Suite {
    suite: &'static str,
    machine: Machine,
    workloads: Vec<Workload>,
}

#[derive(Serialize)]
struct Machine {
    cores: usize,
    cpu: String,
    os: String,
    runtime: String,
}

/// One table of the report.
#[derive(Serialize)]
pub struct Workload {
    pub workload: &'static str,
    pub title: String,
    pub unit: &'static str,
    pub better: &'static str,
    pub durability: &'static str,
    pub results: Vec<Figures>,
    pub goals: Vec<Goal>,
    pub notes: Vec<String>,
}

/// What one contender reached in its rounds.
#[derive(Serialize)]
pub struct Figures {
    name: String,
    median: f64,
    min: f64,
    max: f64,
    rounds: usize,
    /// The rounds in their order: those of two contenders make pairs.
    series: Vec<f64>,
}

/// What is to be reached: any one of the bounds given.
#[derive(Serialize, Default)]
pub struct Goal {
    pub of: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub than: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

impl Goal {
    /// So many times as much as another contender.
    pub fn times(of: impl Into<String>, times: f64, than: impl Into<String>) -> Self {
        Self { of: of.into(), times: Some(times), than: Some(than.into()), ..Self::default() }
    }
}

impl Figures {
    /// The figures of rounds that there must be.
    pub fn new(name: &str, series: Vec<f64>) -> Self {
        let mut rounds = series.clone();
        rounds.sort_by(f64::total_cmp);
        let middle = rounds.len() / 2;
        let median = match rounds.len() % 2 {
            0 => (rounds[middle - 1] + rounds[middle]) / 2.0,
            _ => rounds[middle],
        };
        let (min, max) = (rounds[0], rounds[rounds.len() - 1]);
        Self { name: name.into(), median, min, max, rounds: rounds.len(), series }
    }
}

impl Suite {
    pub fn new() -> Result<Self> {
        let rustc = Command::new("rustc").arg("--version").output()?.stdout;
        let rustc = String::from_utf8(rustc)?;
        let version = rustc.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let machine = Machine {
            cores: thread::available_parallelism()?.into(),
            cpu: field("/proc/cpuinfo", "model name", ':')
                .unwrap_or_else(|| env::consts::ARCH.into()),
            os: field("/etc/os-release", "PRETTY_NAME", '=')
                .unwrap_or_else(|| env::consts::OS.into()),
            runtime: format!("{version} / SQLite {}", rusqlite::version()),
        };
        Ok(Self { suite: "native", machine, workloads: Vec::new() })
    }

    pub fn add(&mut self, workload: Workload) {
        self.workloads.push(workload);
    }

    /// Adds a remark to the workload that was added last.
    pub fn note(&mut self, note: String) {
        if let Some(last) = self.workloads.last_mut() {
            last.notes.push(note);
        }
    }

    /// Writes the file that was asked for, if one was.
    pub fn write(&self) -> Result<()> {
        let Some(path) = env::var_os("ACTOR_JOURNAL_BENCH_OUT").map(PathBuf::from) else {
            return Ok(());
        };
        Ok(fs::write(path, serde_json::to_vec_pretty(self)?)?)
    }
}

/// The value of a line `name = value` in one of the system's files.
fn field(file: &str, name: &str, separator: char) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(separator)?.1.trim().trim_matches('"').to_owned())
}
