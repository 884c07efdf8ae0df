use super::{
    fields::{Fields, Written},
    line,
    record::Record,
    stores::Stores,
    writer::Writer,
};
use crate::{
    error::{Error, Result},
    types::Position,
};

/// Writes the lines of an [`Export`](crate::Export) into a journal, page by page: see
/// [`copy`](crate::copy()).
pub struct Import<'a> {
    writer: Writer<'a>,
    cursor: Cursor,
}

/// How far lines have been taken in.
#[derive(Clone, Default)]
struct Cursor {
    lines: u64,
    events: u64,
    /// Of the last event, as its line said.
    position: Position,
    /// The same, as it was written.
    written: Position,
    left_out: Vec<String>,
    is_ended: bool,
}

impl<'a> Import<'a> {
    /// Begins to write.
    pub fn into(stores: Stores<'a>) -> Self {
        Self { writer: Writer::new(stores), cursor: Cursor::default() }
    }

    /// Goes on from where another import into the same journal was.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for what is not the answer of [`cursor`](Self::cursor).
    pub fn resume(stores: Stores<'a>, cursor: &str) -> Result<Self> {
        let cursor = Cursor::read(cursor)?;
        Ok(Self { writer: Writer::behind(stores, cursor.written), cursor })
    }

    /// Where it is, as text.
    pub fn cursor(&self) -> String {
        self.cursor.write()
    }

    /// Writes whole lines, as many as fit in memory together; some hundred at once share their
    /// flushes. Lines behind the first one that are blank count, and are passed over, as is a byte
    /// order mark in front of it. Nothing is written of a page in which a line is wrong; where an
    /// event is refused by the journal, what stands before it is written, and what stands behind it
    /// may be.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a wrong line, with its number, and for a snapshot where there is no
    /// store for it; `newer-version` for lines of a later format; and as [`copy`](crate::copy()),
    /// with the number of the line.
    pub async fn page(&mut self, lines: &str) -> Result<()> {
        let mut read = self.cursor.clone();
        let (mut records, mut numbers) = (Vec::new(), Vec::new());
        for line in lines.lines() {
            read.lines += 1;
            if let Some(record) = read.line(line).map_err(|error| at_line(read.lines, &error))? {
                records.push(record);
                numbers.push(read.lines);
            }
        }
        let written = self.writer.page(&records).await;
        written.map_err(|(at, error)| at_line(numbers[at], &error))?;
        self.cursor = Cursor { written: self.writer.position(), ..read };
        Ok(())
    }

    /// How many events were taken in.
    pub fn events(&self) -> u64 {
        self.cursor.events
    }

    /// The ids of the streams that the export has left out.
    pub fn left_out(&self) -> &[String] {
        &self.cursor.left_out
    }

    /// Ends the import.
    ///
    /// # Errors
    ///
    /// `invalid-argument` where the last line has not come: the text was cut short.
    pub fn finish(&self) -> Result<()> {
        match self.cursor.is_ended {
            true => Ok(()),
            false => {
                let message = format!("the text is cut short behind line {}", self.cursor.lines);
                Err(Error::invalid(message))
            }
        }
    }
}

impl Cursor {
    fn write(&self) -> String {
        let line = Written::new().number("lines", self.lines).number("events", self.events);
        let line = line.number("position", self.position).number("written", self.written);
        let line = line.texts("leftOut", self.left_out.iter().map(String::as_str));
        line.number("ended", u8::from(self.is_ended)).end()
    }

    fn read(text: &str) -> Result<Self> {
        let mut fields = Fields::read(text)?;
        Ok(Self {
            lines: fields.number("lines")?,
            events: fields.number("events")?,
            position: fields.number("position")?,
            written: fields.number("written")?,
            left_out: fields.texts("leftOut")?,
            is_ended: fields.number::<u8>("ended")? != 0,
        })
    }

    /// The record of the next line, where it is one.
    fn line(&mut self, text: &str) -> Result<Option<Record>> {
        match self.lines {
            1 => line::check_first(text.strip_prefix('\u{feff}').unwrap_or(text)).map(|()| None),
            _ if text.trim_ascii().is_empty() => Ok(None),
            _ if self.is_ended => Err(Error::invalid("something stands behind the last line")),
            _ => self.record(text).map(Some),
        }
    }

    /// The record of a line, which must be in its place.
    fn record(&mut self, text: &str) -> Result<Record> {
        let record = line::read(text)?;
        match &record {
            Record::Event(event) if event.position <= self.position => {
                let message = format!("position {} is not behind the one before", event.position);
                return Err(Error::invalid(message));
            }
            Record::Event(event) => {
                (self.position, self.events) = (event.position, self.events + 1);
            }
            Record::Stream { .. } | Record::Snapshot(_) if self.events > 0 => {
                return Err(Error::invalid("streams and snapshots stand before all events"));
            }
            Record::End { events } if *events != self.events => {
                let message = format!("there are {} events, not {events}", self.events);
                return Err(Error::invalid(message));
            }
            Record::LeftOut { id, .. } => self.left_out.push(id.to_string()),
            Record::End { .. } => self.is_ended = true,
            _ => {}
        }
        Ok(record)
    }
}

fn at_line(number: u64, error: &Error) -> Error {
    Error::caused(error.kind().clone(), format!("line {number}: {error}"), error.clone())
}
