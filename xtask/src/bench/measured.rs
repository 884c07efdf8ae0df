//! What a suite writes down: the form is the same for the native suite and for those in
//! JavaScript.

use serde::Deserialize;

/// The figures of one suite.
#[derive(Debug, Deserialize)]
pub struct Measured {
    /// The suite's name.
    pub suite: String,
    /// Where it ran.
    pub machine: Machine,
    /// The day on which it ran, in UTC.
    #[serde(default)]
    pub date: Option<String>,
    /// Whether it only shows that the suite works.
    #[serde(default)]
    pub quick: bool,
    /// What was measured.
    pub workloads: Vec<Workload>,
}

/// Where a suite ran.
#[derive(Debug, Deserialize)]
pub struct Machine {
    /// How many processors.
    pub cores: u64,
    /// Which processors.
    pub cpu: String,
    /// The operating system.
    pub os: String,
    /// What ran it, with versions.
    pub runtime: String,
}

/// Contenders who did the same.
#[derive(Debug, Deserialize)]
pub struct Workload {
    /// Its short name.
    pub workload: String,
    /// What is done.
    pub title: String,
    /// What is counted.
    pub unit: String,
    /// Which of two figures is the better one.
    pub better: Better,
    /// What an answer means.
    pub durability: String,
    /// Who reached what.
    pub results: Vec<Outcome>,
    /// What is to be reached.
    #[serde(default)]
    pub goals: Vec<Goal>,
    /// What else is to be known.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Which of two figures is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// As with events a second.
    Higher,
    /// As with milliseconds.
    Lower,
}

/// What one contender reached in its rounds.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    /// Who.
    pub name: String,
    /// The middle round.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
    /// How many rounds.
    pub rounds: u64,
}

/// What a contender is to reach: any one of the bounds given.
#[derive(Debug, Default, Deserialize)]
pub struct Goal {
    /// Who.
    pub of: String,
    /// So many times as good as `than`.
    #[serde(default)]
    pub times: Option<f64>,
    /// Who is compared with.
    #[serde(default)]
    pub than: Option<String>,
    /// So much, or more.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// So much, or less.
    #[serde(default)]
    pub at_most: Option<f64>,
}

/// The name with which those who are ours begin.
pub const OURS: &str = "actor-journal";

impl Workload {
    /// The figures of a contender.
    pub fn outcome(&self, name: &str) -> Option<&Outcome> {
        self.results.iter().find(|outcome| outcome.name == name)
    }

    /// The figures with which the others are compared.
    pub fn ours(&self) -> Option<&Outcome> {
        self.results.iter().find(|outcome| outcome.is_ours()).or(self.results.first())
    }
}

impl Outcome {
    /// Whether it is of this repository.
    pub fn is_ours(&self) -> bool {
        self.name.starts_with(OURS)
    }
}
