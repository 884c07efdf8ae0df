//! Whether a goal was reached.

use super::figure::{full, ratio};
use super::measured::{Better, Goal, Outcome, Workload};

/// What came of a goal.
#[derive(Debug, PartialEq)]
pub struct Verdict {
    /// Whether any of its bounds is kept.
    pub reached: bool,
    /// What was reached and what was to be.
    pub text: String,
}

/// One bound of a goal.
struct Bound {
    kept: bool,
    text: String,
    /// The figure from which on it is kept.
    line: f64,
}

impl Goal {
    /// What came of it in `workload`. A contender that was not measured has reached nothing.
    pub fn verdict(&self, workload: &Workload) -> Verdict {
        let bounds = self.bounds(workload);
        let texts: Vec<&str> = bounds.iter().map(|bound| bound.text.as_str()).collect();
        let text = if texts.is_empty() { "was not measured".into() } else { texts.join(", or ") };
        Verdict {
            reached: bounds.iter().any(|bound| bound.kept),
            text: format!("{}: {text}", self.of),
        }
    }

    /// The figure that reaches it: of several bounds the one that is easiest to keep.
    pub fn line(&self, workload: &Workload) -> Option<f64> {
        let lines = self.bounds(workload).into_iter().map(|bound| bound.line);
        match workload.better {
            Better::Higher => lines.min_by(f64::total_cmp),
            Better::Lower => lines.max_by(f64::total_cmp),
        }
    }

    fn bounds(&self, workload: &Workload) -> Vec<Bound> {
        let Some(outcome) = workload.outcome(&self.of) else { return Vec::new() };
        let (own, unit) = (outcome.median, &workload.unit);
        let absolute = |kept, word, bound| Bound {
            kept,
            text: format!("{} {unit} (goal: {word} {})", full(own), full(bound)),
            line: bound,
        };
        let least = self.at_least.map(|least| absolute(own >= least, "at least", least));
        let most = self.at_most.map(|most| absolute(own <= most, "at most", most));
        self.relative(outcome, workload).into_iter().chain(least).chain(most).collect()
    }

    fn relative(&self, own: &Outcome, workload: &Workload) -> Option<Bound> {
        let (times, than) = (self.times?, self.than.as_ref()?);
        let other = workload.outcome(than)?;
        let (reached, line) = match workload.better {
            Better::Higher => (own.times(other), own.median * times / own.times(other)),
            Better::Lower => (other.times(own), own.median * other.times(own) / times),
        };
        let text = format!("{} × {than} (goal: {times})", ratio(reached));
        Some(Bound { kept: reached >= times, text, line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(better: Better, figures: &[(&str, f64)]) -> Workload {
        let outcome = |&(name, median): &(&str, f64)| Outcome {
            name: name.to_owned(),
            median,
            min: median,
            max: median,
            rounds: 5,
            series: Vec::new(),
        };
        Workload {
            workload: "append".into(),
            title: String::new(),
            unit: "events/s".into(),
            better,
            durability: String::new(),
            results: figures.iter().map(outcome).collect(),
            goals: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn times(times: f64) -> Goal {
        let than = Some("peer".to_owned());
        Goal { of: "ours".into(), times: Some(times), than, ..Goal::default() }
    }

    #[test]
    fn a_ratio_is_reached_from_the_goal_on() {
        let workload = workload(Better::Higher, &[("ours", 800.0), ("peer", 100.0)]);
        let verdict = times(8.0).verdict(&workload);
        assert!(verdict.reached);
        assert_eq!(verdict.text, "ours: 8.00 × peer (goal: 8)");
        assert!(!times(8.1).verdict(&workload).reached);
        assert_eq!(times(2.0).line(&workload), Some(200.0));
    }

    #[test]
    fn where_less_is_better_a_ratio_says_how_much_less() {
        let workload = workload(Better::Lower, &[("ours", 50.0), ("peer", 100.0)]);
        assert!(times(2.0).verdict(&workload).reached);
        assert!(!times(2.5).verdict(&workload).reached);
        assert_eq!(times(4.0).line(&workload), Some(25.0));
    }

    #[test]
    fn bounds_hold_at_the_bound_itself() {
        let workload = workload(Better::Lower, &[("ours", 64.0)]);
        let goal =
            |at_least, at_most| Goal { of: "ours".into(), at_least, at_most, ..Goal::default() };
        assert!(goal(None, Some(64.0)).verdict(&workload).reached);
        assert!(!goal(None, Some(63.9)).verdict(&workload).reached);
        assert!(goal(Some(64.0), None).verdict(&workload).reached);
        assert!(!goal(Some(64.1), None).verdict(&workload).reached);
    }

    #[test]
    fn one_of_several_bounds_is_enough() {
        let workload = workload(Better::Higher, &[("ours", 600.0), ("peer", 1000.0)]);
        let either = Goal { at_least: Some(1500.0), ..times(0.5) };
        assert!(either.verdict(&workload).reached);
        assert_eq!(either.line(&workload), Some(500.0));
        assert!(!Goal { at_least: Some(1500.0), ..times(0.7) }.verdict(&workload).reached);
    }

    #[test]
    fn who_was_not_measured_has_reached_nothing() {
        let alone = workload(Better::Higher, &[("ours", 800.0)]);
        assert!(!times(0.1).verdict(&alone).reached);
        let verdict = times(0.1).verdict(&workload(Better::Higher, &[("peer", 1.0)]));
        assert_eq!(verdict.text, "ours: was not measured");
    }
}
