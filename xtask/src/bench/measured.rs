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
    /// The rounds in their order, where they were taken in turns with those of the others.
    #[serde(default)]
    pub series: Vec<f64>,
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
    /// How many times as much as `other` it is. Of rounds that were taken in turns it is the middle
    /// one of their ratios: what slows the machine down for a while slows both of a pair.
    pub fn times(&self, other: &Self) -> f64 {
        let pairs = self.series.iter().zip(&other.series);
        let mut ratios: Vec<f64> = pairs.map(|(own, other)| own / other).collect();
        if ratios.is_empty() || self.series.len() != other.series.len() {
            return self.median / other.median;
        }
        ratios.sort_by(f64::total_cmp);
        let middle = ratios.len() / 2;
        match ratios.len() % 2 {
            0 => f64::midpoint(ratios[middle - 1], ratios[middle]),
            _ => ratios[middle],
        }
    }

    /// Whether it is of this repository.
    pub fn is_ours(&self) -> bool {
        self.name.starts_with(OURS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(median: f64, series: &[f64]) -> Outcome {
        let (name, series) = (OURS.to_owned(), series.to_vec());
        Outcome { name, median, min: median, max: median, rounds: 1, series }
    }

    #[test]
    fn rounds_that_were_taken_in_turns_are_compared_in_pairs() {
        let (own, other) = (outcome(40.0, &[10.0, 40.0, 90.0]), outcome(20.0, &[5.0, 20.0, 30.0]));
        assert_eq!(own.times(&other), 2.0);
        let other = outcome(20.0, &[10.0, 20.0, 30.0]);
        assert_eq!(own.times(&other), 2.0);
        let (own, other) = (outcome(25.0, &[10.0, 40.0]), outcome(20.0, &[10.0, 10.0]));
        assert_eq!(own.times(&other), 2.5);
    }

    #[test]
    fn other_rounds_are_compared_by_their_medians() {
        assert_eq!(outcome(30.0, &[]).times(&outcome(20.0, &[])), 1.5);
        assert_eq!(outcome(30.0, &[30.0]).times(&outcome(20.0, &[])), 1.5);
        assert_eq!(outcome(30.0, &[30.0]).times(&outcome(20.0, &[1.0, 39.0])), 1.5);
    }
}
