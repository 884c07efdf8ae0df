use std::{fmt, str::FromStr};

use crate::{
    error::{Error, ErrorKind, Result},
    types::Progress,
};

/// Where a check goes on: behind a row of a stage, known by an id, or a tag, and a number. As text it
/// crosses to those who ask.
#[derive(Clone)]
pub(super) struct Cursor {
    pub(super) stage: usize,
    pub(super) progress: Progress,
    pub(super) id: String,
    pub(super) seq: i64,
    /// The position of that row, where it is an event.
    pub(super) position: i64,
}

impl Cursor {
    /// The cursor in `text`; without text, the beginning.
    pub(super) fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Self::at(0, Progress { done: 0, total: 0 }));
        }
        Self::read(text).ok_or_else(|| invalid(text))
    }

    /// The beginning of the next stage.
    pub(super) fn next_stage(&self) -> Self {
        Self::at(self.stage + 1, self.progress)
    }

    /// Goes on to a row. In a damaged file one may stand in front of those behind which it is met; a
    /// check that went on from there would not end.
    pub(super) fn advance(&mut self, id: &str, seq: i64) -> Result<()> {
        if (id, seq) <= (self.id.as_str(), self.seq) {
            let message = format!("{id:?} {seq} stands behind {:?} {}", self.id, self.seq);
            return Err(Error::new(ErrorKind::Corrupt, message));
        }
        (self.id, self.seq) = (id.to_owned(), seq);
        Ok(())
    }

    /// In front of every row.
    fn at(stage: usize, progress: Progress) -> Self {
        Self { stage, progress, id: String::new(), seq: i64::MIN, position: 0 }
    }

    fn read(text: &str) -> Option<Self> {
        let mut words = text.splitn(6, ' ');
        let stage = word(&mut words)?;
        let progress = Progress { done: word(&mut words)?, total: word(&mut words)? };
        let (seq, position) = (word(&mut words)?, word(&mut words)?);
        Some(Self { stage, progress, seq, position, id: words.next()?.to_owned() })
    }
}

fn word<'a, T: FromStr>(words: &mut impl Iterator<Item = &'a str>) -> Option<T> {
    words.next()?.parse().ok()
}

/// That no check goes on at `text`.
pub(super) fn invalid(text: &str) -> Error {
    Error::invalid(format!("no part of a check begins at {text:?}"))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stage, progress: Progress { done, total }, id, seq, position } = self;
        write!(f, "{stage} {done} {total} {seq} {position} {id}")
    }
}
