//! How many tests passed and failed, read from what test programs print.

use std::ops::AddAssign;

/// Tests that passed and tests that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Tally {
    /// One test, with its outcome.
    pub fn of(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into() }
    }

    /// Whether something was tested and nothing failed.
    pub fn is_good(self) -> bool {
        self.passed > 0 && self.failed == 0
    }

    /// The counts of a finished program. A program that failed without counting a failure, or that
    /// tested nothing, counts as a failure: silence is no success.
    pub fn judged(self, succeeded: bool) -> Self {
        let tested = self.passed + self.failed > 0;
        let failed = if succeeded && tested { self.failed } else { self.failed.max(1) };
        Self { failed, ..self }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads a test program's output as it comes.
///
/// Rust's harness prints a line `test result: …` for each of its programs; those are added up. Other
/// programs end in a line `N passed, N failed`, which then stands for all of their output.
#[derive(Debug, Default)]
pub struct Reader {
    line: Vec<u8>,
    harness: Tally,
    last: Option<Tally>,
}

impl Reader {
    /// Takes the next piece of output, of any length.
    pub fn take(&mut self, output: &[u8]) {
        for &byte in output {
            match byte {
                b'\n' => self.end_line(),
                _ => self.line.push(byte),
            }
        }
    }

    /// The counts, after the end of the output.
    pub fn finish(mut self) -> Tally {
        self.end_line();
        self.last.unwrap_or(self.harness)
    }

    fn end_line(&mut self) {
        let line = plain(&String::from_utf8_lossy(&std::mem::take(&mut self.line)));
        if line.trim().is_empty() {
            return;
        }
        self.last = summary(line.trim());
        if let Some(tally) = harness(&line) {
            self.harness += tally;
        }
    }
}

/// `N passed, N failed`, and nothing else on the line.
fn summary(line: &str) -> Option<Tally> {
    let (passed, failed) = line.split_once(", ")?;
    Some(Tally { passed: count(passed, "passed")?, failed: count(failed, "failed")? })
}

/// `test result: ok. N passed; N failed; …`, wherever it stands on the line.
fn harness(line: &str) -> Option<Tally> {
    let (_, counts) = line.split_once("test result: ")?.1.split_once(". ")?;
    let mut parts = counts.split("; ");
    Some(Tally { passed: count(parts.next()?, "passed")?, failed: count(parts.next()?, "failed")? })
}

fn count(text: &str, word: &str) -> Option<u64> {
    text.strip_suffix(word)?.trim().parse().ok()
}

/// The line without its colours (the sequences `ESC [ … letter` of ECMA-48).
fn plain(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        text + piece.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).get(1..).unwrap_or("")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> Tally {
        let mut reader = Reader::default();
        output.as_bytes().chunks(7).for_each(|piece| reader.take(piece));
        reader.finish()
    }

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn the_results_of_several_rust_programs_are_added() {
        let output = "running 3 tests\ntest a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            \n     Running tests\ntest result: FAILED. 4 passed; 2 failed; 0 ignored\n";
        assert_eq!(read(output), tally(7, 2));
    }

    #[test]
    fn the_last_line_of_another_program_counts() {
        assert_eq!(read("ok 1\n3 passed, 9 failed\nok 2\n12 passed, 1 failed\n\n"), tally(12, 1));
        assert_eq!(read("12 passed, 1 failed"), tally(12, 1));
    }

    #[test]
    fn a_summary_that_is_not_last_does_not_count() {
        assert_eq!(read("12 passed, 0 failed\nthen it crashed\n"), tally(0, 0));
    }

    #[test]
    fn a_last_line_stands_for_the_rust_results_before_it() {
        assert_eq!(
            read("test result: ok. 3 passed; 0 failed; \n5 passed, 0 failed\n"),
            tally(5, 0)
        );
    }

    #[test]
    fn colours_do_not_hide_a_result() {
        assert_eq!(
            read("test result: \u{1b}[32mok\u{1b}[0m. 2 passed; 0 failed; 0 ignored\n"),
            tally(2, 0)
        );
        assert_eq!(read("\u{1b}[1;32m2 passed, 0 failed\u{1b}[m\n"), tally(2, 0));
    }

    #[test]
    fn lines_that_only_look_alike_are_not_counted() {
        assert_eq!(read("all 3 passed, 0 failed\n3 passed, none failed\n"), tally(0, 0));
    }

    #[test]
    fn silence_and_a_bad_end_are_failures() {
        assert_eq!(tally(0, 0).judged(true), tally(0, 1));
        assert_eq!(tally(5, 0).judged(false), tally(5, 1));
        assert_eq!(tally(5, 2).judged(false), tally(5, 2));
        assert_eq!(tally(5, 2).judged(true), tally(5, 2));
        assert!(tally(5, 0).judged(true).is_good());
    }
}
