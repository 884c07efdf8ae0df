//! The panel of one workload.

use super::{EDGE, WIDTH};
use crate::bench::figure::short;
use crate::bench::measured::{Better, Outcome, Workload};

/// From a panel's top to its first bar.
const HEAD: f64 = 62.0;
/// From one bar to the next.
const ROW: f64 = 26.0;
const BAR: f64 = 16.0;
/// From one line of verdicts to the next.
const LINE: f64 = 17.0;
/// Room at the right for the figure beside the longest bar.
const FIGURE: f64 = 70.0;
/// Between a bar or a mark and the figure beside it.
const SPACE: f64 = 7.0;

/// Bars that share a scale.
pub struct Panel<'a> {
    workload: &'a Workload,
    /// Where the bars begin.
    zero: f64,
    /// Pixels for a unit.
    scale: f64,
}

impl<'a> Panel<'a> {
    /// A panel with bars from `zero`, whose scale holds every round, and the goals that are near.
    pub fn new(workload: &'a Workload, zero: f64) -> Self {
        let most = workload.results.iter().map(|outcome| outcome.max.max(outcome.median));
        let most = most.fold(f64::MIN_POSITIVE, f64::max);
        let goals = workload.goals.iter().filter_map(|goal| goal.line(workload));
        let most = goals.filter(|line| *line < 1.5 * most).fold(most, f64::max);
        Self { workload, zero, scale: (WIDTH - EDGE - FIGURE - zero) / most }
    }

    /// How much room it takes.
    pub fn height(&self) -> f64 {
        HEAD + ROW * self.workload.results.len() as f64 + self.lines().len() as f64 * LINE
    }

    /// The panel, from `top` downwards.
    pub fn draw(&self, top: f64) -> String {
        let Workload { title, unit, durability, .. } = self.workload;
        let better = match self.workload.better {
            Better::Higher => "more",
            Better::Lower => "less",
        };
        let about = format!("{unit}, {better} is better; {durability}");
        let mut svg = line("rule", (EDGE, top), (WIDTH - EDGE, top));
        svg += &text("title", EDGE, top + 26.0, &capitalised(title));
        svg += &text("muted", EDGE, top + 45.0, &about);
        for (index, outcome) in self.workload.results.iter().enumerate() {
            svg += &self.bar(outcome, top + HEAD + ROW * index as f64);
        }
        let below = top + HEAD + ROW * self.workload.results.len() as f64;
        for (index, (class, words)) in self.lines().iter().enumerate() {
            svg += &text(class, EDGE, below + 12.0 + LINE * index as f64, words);
        }
        svg
    }

    /// What stands below the bars: what came of the goals, and remarks.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let verdicts = self.workload.goals.iter().map(|goal| goal.verdict(self.workload));
        let verdicts = verdicts.map(|verdict| match verdict.reached {
            true => ("reached", format!("✓ {}", verdict.text)),
            false => ("missed", format!("✗ {}", verdict.text)),
        });
        let notes = self.workload.notes.iter().map(|note| ("muted", note.clone()));
        verdicts.chain(notes).collect()
    }

    fn bar(&self, outcome: &Outcome, top: f64) -> String {
        let class = self.class(outcome);
        let middle = top + BAR / 2.0;
        let (end, least, most) = (self.x(outcome.median), self.x(outcome.min), self.x(outcome.max));
        let strength = if class == "ours" { "strong" } else { "" };
        let mut svg = text(strength, EDGE, middle + 4.5, &outcome.name);
        svg += &format!(
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"2\"/>\n",
            self.zero,
            (end - self.zero).max(1.0)
        );
        svg += &line("spread", (least, middle), (most, middle));
        let mut beside = end.max(most) + SPACE;
        for mark in self.marks(outcome) {
            svg += &line("goal", (mark, top - 3.0), (mark, top + BAR + 3.0));
            if (beside - SPACE..beside + FIGURE - SPACE).contains(&mark) {
                beside = mark + SPACE;
            }
        }
        let figure = format!("figure {strength}");
        svg + &text(figure.trim(), beside, middle + 4.5, &short(outcome.median))
    }

    /// Where its goals are reached, as far as that is in the picture, from left to right.
    fn marks(&self, outcome: &Outcome) -> Vec<f64> {
        let goals = self.workload.goals.iter().filter(|goal| goal.of == outcome.name);
        let marks = goals.filter_map(|goal| goal.line(self.workload)).map(|value| self.x(value));
        let mut marks: Vec<f64> =
            marks.filter(|mark| *mark <= WIDTH - EDGE - FIGURE + 1.0).collect();
        marks.sort_by(f64::total_cmp);
        marks
    }

    /// Who is to reach something stands out; others of ours are what it is compared with.
    fn class(&self, outcome: &Outcome) -> &'static str {
        let goals = &self.workload.goals;
        match outcome.is_ours() {
            true if goals.is_empty() || goals.iter().any(|goal| goal.of == outcome.name) => "ours",
            true => "own-peer",
            false => "peer",
        }
    }

    fn x(&self, value: f64) -> f64 {
        self.zero + value * self.scale
    }
}

fn capitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A line of text, whose characters are no markup.
pub fn text(class: &str, x: f64, y: f64, words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>\n")
}

fn line(class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> String {
    format!(
        "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload() -> Workload {
        let value = serde_json::json!({
            "workload": "append", "title": "appends", "unit": "events/s", "better": "higher",
            "durability": "WAL",
            "results": [
                { "name": "actor-journal", "median": 100, "min": 90, "max": 200, "rounds": 5 },
                { "name": "actor-journal, quiet", "median": 50, "min": 50, "max": 50, "rounds": 5 },
                { "name": "bare", "median": 50, "min": 50, "max": 50, "rounds": 5 }
            ],
            "goals": [{ "of": "actor-journal", "times": 1.5, "than": "bare" }]
        });
        serde_json::from_value(value).expect("a workload")
    }

    #[test]
    fn bars_are_as_long_as_their_figures() {
        let (workload, width) = (workload(), WIDTH - EDGE - FIGURE - 200.0);
        let panel = Panel::new(&workload, 200.0);
        assert!((panel.x(100.0) - 200.0 - width / 2.0).abs() < 1e-9);
        assert!((panel.x(0.0) - 200.0).abs() < 1e-9);
    }

    #[test]
    fn who_has_a_goal_stands_out() {
        let workload = workload();
        let panel = Panel::new(&workload, 200.0);
        let classes: Vec<_> = workload.results.iter().map(|outcome| panel.class(outcome)).collect();
        assert_eq!(classes, ["ours", "own-peer", "peer"]);
        assert_eq!(panel.draw(0.0).matches("class=\"goal\"").count(), 1);
        assert!(panel.draw(0.0).contains("✓ actor-journal: 2.00 × bare (goal: 1.5)"));
    }
}
