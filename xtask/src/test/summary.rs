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
}

/// Prints a row for each part and the total as the last line; says whether all is well.
pub fn print(rows: &[Row]) -> bool {
    println!("\n{}", table(rows));
    rows.iter().all(|row| row.tally.is_good())
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
        Row { name, tally: Tally { passed, failed }, time: Duration::from_millis(1250) }
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
    fn one_bad_part_makes_a_bad_run() {
        assert!(print(&[row("native", 40, 0)]));
        assert!(!print(&[row("native", 40, 0), row("node", 2, 1)]));
        assert!(!print(&[row("native", 0, 0)]));
    }
}
