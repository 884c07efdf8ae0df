//! What a writer tells.

use std::{
    fmt::{self, Display},
    io::{BufRead, BufReader},
    process::ChildStdout,
};

use actor_journal::{Position, Revision, Seq};

/// Each begins with the stream.
#[derive(Debug)]
pub enum Line {
    /// A batch was appended: its first seq, how many events, the first one's position.
    Appended(String, Seq, u64, Position),
    /// Events up to this seq, or fewer, are about to be deleted.
    Deleting(String, Seq),
    /// Events up to this seq are deleted.
    Deleted(String, Seq),
    /// A snapshot at this seq is saved.
    Saved(String, Seq),
    /// The state of that name has this revision.
    Changed(String, Revision),
}

impl Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Appended(stream, first, count, position) => {
                write!(f, "appended {stream} {first} {count} {position}")
            }
            Self::Deleting(stream, to) => write!(f, "deleting {stream} {to}"),
            Self::Deleted(stream, to) => write!(f, "deleted {stream} {to}"),
            Self::Saved(stream, seq) => write!(f, "saved {stream} {seq}"),
            Self::Changed(stream, revision) => write!(f, "changed {stream} {revision}"),
        }
    }
}

impl Line {
    /// `None` for what the test harness says.
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u64>().unwrap();
        match *text.split(' ').collect::<Vec<_>>() {
            ["appended", stream, first, count, position] => {
                Some(Self::Appended(stream.into(), number(first), number(count), number(position)))
            }
            ["deleting", stream, to] => Some(Self::Deleting(stream.into(), number(to))),
            ["deleted", stream, to] => Some(Self::Deleted(stream.into(), number(to))),
            ["saved", stream, seq] => Some(Self::Saved(stream.into(), number(seq))),
            ["changed", stream, revision] => Some(Self::Changed(stream.into(), number(revision))),
            _ => None,
        }
    }
}

/// The lines of a writer, until its end.
pub struct Lines(BufReader<ChildStdout>);

impl Lines {
    pub fn of(output: ChildStdout) -> Self {
        Self(BufReader::new(output))
    }
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        loop {
            let mut text = String::new();
            if self.0.read_line(&mut text).unwrap() == 0 {
                return None;
            }
            if let Some(line) = Line::parse(text.trim_end()) {
                return Some(line);
            }
        }
    }
}
