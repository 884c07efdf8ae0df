//! What a part printed of its failures, kept to be told again where a run is read first: at its end.

/// As many lines behind the one that tells of a failure belong to it.
const BEHIND: usize = 12;

/// More lines are not kept of one part.
const MOST: usize = 120;

/// The lines of one part's output that tell of failures, in their order.
#[derive(Debug, Default)]
pub struct Failures {
    lines: Vec<String>,
    wanted: usize,
}

impl Failures {
    /// Takes the next line of output.
    pub fn take(&mut self, line: &str) {
        if line.contains("FAILED") || line.contains("panicked at") {
            self.wanted = BEHIND + 1;
        }
        if self.wanted > 0 && self.lines.len() < MOST {
            self.wanted -= 1;
            self.lines.push(line.trim_end().to_owned());
        }
    }

    /// The lines that were kept.
    pub fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(output: &str) -> Vec<String> {
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.take(line));
        failures.into_lines()
    }

    #[test]
    fn a_failure_is_kept_with_the_lines_behind_it() {
        let behind: String = (0..30).map(|n| format!("    at line {n}\n")).collect();
        let lines = kept(&format!("a: 3 scenarios\nFAILED a: b\n{behind}c: 4 scenarios\n"));
        assert_eq!(lines.first().map(String::as_str), Some("FAILED a: b"));
        assert_eq!(lines.len(), 1 + BEHIND);
    }

    #[test]
    fn a_good_part_has_nothing_to_tell() {
        assert!(kept("a: 3 scenarios\ntest b ... ok\n3 passed, 0 failed\n").is_empty());
    }

    #[test]
    fn no_more_is_kept_than_can_be_read() {
        assert_eq!(kept(&"test a ... FAILED\n".repeat(1000)).len(), MOST);
    }
}
