//! A suite as text: a table for each workload, and what came of its goals.

use super::figure::{full, ratio};
use super::measured::{Measured, Workload};

/// All tables of a suite.
pub fn suite(measured: &Measured) -> String {
    let machine = &measured.machine;
    let mut text = format!(
        "{}: {}, {} × {}, {}",
        measured.suite, machine.runtime, machine.cores, machine.cpu, machine.os
    );
    if let Some(date) = &measured.date {
        text += &format!(", {date}");
    }
    if measured.quick {
        text += "\na quick run: it shows that the suite works, and not how fast anything is";
    }
    measured.workloads.iter().fold(text + "\n", |text, workload| text + "\n" + &table(workload))
}

fn table(workload: &Workload) -> String {
    let Workload { workload: name, title, unit, durability, .. } = workload;
    let mut text = format!("{name}: {title}\n");
    let head = ["", "median", "least", "most", "to ours", "rounds"].map(str::to_owned);
    let rows: Vec<[String; 6]> = [head].into_iter().chain(rows(workload)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..6).filter_map(width).collect();
    for row in &rows {
        text += &format!("  {:<1$}", row[0], widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            text += &format!("  {cell:>width$}");
        }
        text += "\n";
    }
    text += &format!("  {unit}; {durability}\n");
    for verdict in workload.goals.iter().map(|goal| goal.verdict(workload)) {
        text += &format!(
            "  {:<8} {}\n",
            if verdict.reached { "reached" } else { "MISSED" },
            verdict.text
        );
    }
    workload.notes.iter().fold(text, |text, note| text + "  note     " + note + "\n")
}

fn rows(workload: &Workload) -> impl Iterator<Item = [String; 6]> {
    let ours = workload.ours();
    workload.results.iter().map(move |outcome| {
        [
            outcome.name.clone(),
            full(outcome.median),
            full(outcome.min),
            full(outcome.max),
            ours.map_or_else(String::new, |ours| ratio(outcome.times(ours))),
            outcome.rounds.to_string(),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: &str = r#"{
        "suite": "native",
        "machine": { "cores": 2, "cpu": "a cpu", "os": "an os", "runtime": "rustc 1.95.0" },
        "workloads": [{
            "workload": "append-64", "title": "64 tasks", "unit": "events/s", "better": "higher",
            "durability": "WAL, synchronous=full",
            "results": [
                { "name": "actor-journal", "median": 41234, "min": 39000, "max": 43000, "rounds": 7 },
                { "name": "bare", "median": 5154.25, "min": 4000, "max": 6000, "rounds": 7 }
            ],
            "goals": [
                { "of": "actor-journal", "times": 8, "than": "bare" },
                { "of": "actor-journal", "at_least": 50000 }
            ]
        }]
    }"#;

    #[test]
    fn a_table_names_figures_ratios_durability_and_verdicts() {
        let text = suite(&serde_json::from_str(SUITE).expect("a suite"));
        let has = |words: &[&str]| {
            text.lines().any(|line| line.split_whitespace().eq(words.iter().copied()))
        };
        assert!(has(&["actor-journal", "41,234", "39,000", "43,000", "1.00", "7"]), "{text}");
        assert!(has(&["bare", "5,154", "4,000", "6,000", "0.12", "7"]), "{text}");
        assert!(text.contains("  reached  actor-journal: 8.00 × bare (goal: 8)\n"), "{text}");
        assert!(text.contains("  MISSED   actor-journal: 41,234 events/s"), "{text}");
        assert!(text.contains("WAL, synchronous=full"), "{text}");
    }
}
