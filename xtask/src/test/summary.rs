//! The table at the end of a test run, and its last line.

use std::time::Duration;

use crate::tally::Tally;

/// What came of one part.
pub struct Row {
    /// The part.
    pub name: &'static str,
    /// Its counts.
    pub tally: Tally,
    /// How long it took.
    pub time: Duration,
    /// What it told of its failures.
    pub failures: Vec<String>,
}

/// Prints what failed, a row for each part and the total as the last line; says whether all is well.
pub fn print(rows: &[Row]) -> bool {
    println!("\n{}{}", failures(rows), table(rows));
    rows.iter().all(|row| row.tally.is_good())
}

/// What the bad parts told of their failures, told again: by then it may be far up.
fn failures(rows: &[Row]) -> String {
    let lines = |row: &Row| {
        let bad = !row.tally.is_good();
        let lines = row.failures.iter().filter(move |_| bad);
        lines.map(|line| format!("{}: {line}\n", row.name)).collect::<String>()
    };
    let told: String = rows.iter().map(lines).collect();
    if told.is_empty() { told } else { told + "\n" }
}

fn table(rows: &[Row]) -> String {
    let mut total = Tally::default();
    let mut text = format!("{:<14} {:>7} {:>7} {:>8}\n", "part", "passed", "failed", "seconds");
    for row in rows {
        let Tally { passed, failed } = row.tally;
        text +=
            &format!("{:<14} {passed:>7} {failed:>7} {:>8.1}\n", row.name, row.time.as_secs_f64());
        total += row.tally;
    }
    text + &total.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &'static str, passed: u64, failed: u64) -> Row {
        let failures = vec![format!("FAILED in {name}")];
        Row { name, tally: Tally { passed, failed }, time: Duration::from_millis(1250), failures }
    }

    #[test]
    fn the_last_line_is_the_total() {
        let text = table(&[row("native", 40, 0), row("node", 2, 1)]);
        assert_eq!(text.lines().last(), Some("42 passed, 1 failed"));
        assert!(
            text.lines().any(|line| line.split_whitespace().eq(["node", "2", "1", "1.2"])),
            "{text}"
        );
    }

    #[test]
    fn the_failures_of_bad_parts_are_told_again() {
        let rows = [row("native", 40, 0), row("node", 2, 1)];
        assert_eq!(failures(&rows), "node: FAILED in node\n\n");
        assert_eq!(failures(&rows[..1]), "");
    }

    #[test]
    fn one_bad_part_makes_a_bad_run() {
        assert!(print(&[row("native", 40, 0)]));
        assert!(!print(&[row("native", 40, 0), row("node", 2, 1)]));
        assert!(!print(&[row("native", 0, 0)]));
    }
}
