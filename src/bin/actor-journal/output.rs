//! What the commands say: their results on stdout, what went wrong on stderr.

use std::{
    error::Error as _,
    io::{self, BufWriter, IsTerminal, StdoutLock, Write},
    iter,
};

use actor_journal::Error;
use serde::Serialize;

use crate::visible::visible;

/// The program's stdout, as people or as programs read it.
pub struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    json: bool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { stdout: BufWriter::new(io::stdout().lock()), json }
    }

    /// Whether programs read it.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Writes a line for people.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.stdout, "{}", visible(text))
    }

    /// Writes a line for programs.
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.line(&serde_json::to_string(value)?)
    }

    /// Writes lines byte for byte; on a terminal, where nobody else reads them, so that they are
    /// safe.
    pub fn text(&mut self, lines: &str) -> io::Result<()> {
        match io::stdout().is_terminal() {
            true => lines.lines().try_for_each(|line| self.line(line)),
            false => self.bytes(lines.as_bytes()),
        }
    }

    /// Writes bytes, which are for no terminal.
    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stdout.write_all(bytes)
    }

    /// Tells of a copy that is made.
    pub fn copied(&mut self, how: &str, bytes: u64, to: &str) -> io::Result<()> {
        match self.json {
            true => self.json(&serde_json::json!({ "bytes": bytes })),
            false => self.line(&format!("{how} {bytes} bytes to {to}")),
        }
    }

    /// Hands on what is written: a reader waits for it.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// Says what went wrong, on stderr.
    pub fn report(&self, error: &Error) {
        let text = if self.json { error.to_json() } else { told(error) };
        // Nobody is left who could be told that nobody can be told.
        let _ = text.lines().try_for_each(|line| writeln!(io::stderr(), "{}", visible(line)));
    }
}

/// An error with its causes, for people; without those that say again what was said before.
fn told(error: &Error) -> String {
    let mut told = format!("error [{}]: {error}", error.code());
    let mut before = error.to_string();
    for cause in iter::successors(error.source(), |&cause| cause.source()) {
        let cause = cause.to_string();
        if !told.contains(&cause) && !cause.contains(&before) {
            told += &format!("\n  because: {cause}");
        }
        before = cause;
    }
    told
}
