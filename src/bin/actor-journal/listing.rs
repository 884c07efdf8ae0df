//! Events or snapshots on their way out, each on a line of its own.

use actor_journal::{Error, ErrorKind, Result, codec::codec_name};
use serde_json::value::RawValue;

use crate::{
    cbor::Notation,
    columns::Columns,
    failure::{Failure, Verdict},
    output::Output,
    payload,
    stored::Stored,
};

/// Writes what is stored, up to a count, and keeps in mind whether any of it could not be read.
pub struct Listing<'a, const CELLS: usize> {
    output: &'a mut Output,
    columns: Columns<CELLS>,
    left: u64,
    /// The first of them.
    unreadable: Option<Error>,
}

impl<'a, const CELLS: usize> Listing<'a, CELLS> {
    /// At most `limit` of them.
    pub fn new<T: Stored<CELLS>>(output: &'a mut Output, limit: u64) -> Self {
        Self { output, columns: T::columns(), left: limit, unreadable: None }
    }

    /// Whether as many are written as were asked for.
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Writes as many as are left to be.
    pub fn write<'s, T: Stored<CELLS> + 's>(
        &mut self,
        stored: impl Iterator<Item = &'s T>,
    ) -> Result<(), Failure> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let stored: Vec<_> = stored.take(most).collect();
        self.left -= stored.len() as u64;
        match self.output.is_json() {
            true => stored.iter().try_for_each(|stored| self.object(*stored))?,
            false => self.rows(&stored)?,
        }
        Ok(self.output.flush()?)
    }

    /// Says on stderr what could not be read first.
    pub fn end(self) -> Verdict {
        let Some(first) = self.unreadable else { return Verdict::Good };
        self.output.report(&first);
        Verdict::Damaged
    }

    fn rows<T: Stored<CELLS>>(&mut self, stored: &[&T]) -> Result<(), Failure> {
        let rows = stored.iter().map(|stored| {
            let payload = readable(*stored, Notation::Diagnostic).unwrap_or_else(|error| {
                self.unreadable.get_or_insert(error);
                payload::bytes(stored.payload())
            });
            stored.row(payload)
        });
        let rows: Vec<_> = rows.collect();
        Ok(self.columns.lines(&rows).iter().try_for_each(|line| self.output.line(line))?)
    }

    fn object<T: Stored<CELLS>>(&mut self, stored: &T) -> Result<(), Failure> {
        let raw = |json| RawValue::from_string(json).map_err(std::io::Error::from);
        match readable(stored, Notation::Json) {
            Ok(payload) => self.output.json(&stored.json(Some(&*raw(payload)?), None))?,
            Err(error) => {
                self.output.json(&stored.json(None, Some(&*raw(error.to_json())?)))?;
                self.unreadable.get_or_insert(error);
            }
        }
        Ok(())
    }
}

/// The payload as text, or the error of the codec with the place.
fn readable<const CELLS: usize>(stored: &impl Stored<CELLS>, notation: Notation) -> Result<String> {
    payload::text(stored.payload(), notation).map_err(|reason| {
        let (what, id, seq) = stored.place();
        let codec = codec_name(stored.payload());
        let message = format!("{what} {seq} of {id:?} cannot be read as {codec}: {reason}");
        Error::new(ErrorKind::Undecodable { id: id.clone(), seq }, message)
    })
}
