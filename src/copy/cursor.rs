use super::fields::{Fields, Written};
use crate::{
    error::{Error, Result},
    types::{Position, Progress, Seq},
};

/// How far a journal has been read to be copied. It is all there is to know: whoever has it goes
/// on from there.
#[derive(Clone, Default)]
pub(super) struct Cursor {
    pub(super) at: At,
    /// Whether streams that cannot be read are left out; they end the copy otherwise.
    pub(super) leave_out: bool,
    /// The position up to which events are counted, so that none is missed.
    pub(super) counted: Position,
    /// How many events up to there were found in the streams that can be read.
    pub(super) checked: u64,
    /// How many events up to there were copied.
    pub(super) copied: u64,
    /// How many events were copied in all.
    pub(super) events: u64,
    /// The highest position that was found in a stream.
    pub(super) highest: Position,
    /// The ids of streams that cannot be read.
    pub(super) left_out: Vec<String>,
    /// Streams that have events below their marks, with these.
    pub(super) marks: Vec<(String, Seq)>,
}

/// What is read next.
#[derive(Clone, Default)]
pub(super) enum At {
    /// Where the journal ends now.
    #[default]
    Begin,
    /// The streams behind this id.
    Streams { after: String },
    /// The rest of a stream, then those behind it.
    Within(Within),
    /// The events behind a position, up to another.
    Events { after: Position, until: Position },
    /// What is said when all is copied.
    End,
    /// Nothing.
    Ended,
}

/// A stream that has been checked up to a seq.
#[derive(Clone, Default)]
pub(super) struct Within {
    pub(super) id: String,
    /// Where its events begin, 0 where it has none.
    pub(super) first: Seq,
    pub(super) next: Seq,
    /// Where the replay ends.
    pub(super) through: Seq,
    /// Events up to [`Cursor::counted`].
    pub(super) count: u64,
}

impl Cursor {
    /// In events that were checked or copied.
    pub(super) fn progress(&self) -> Progress {
        let within = if let At::Within(within) = &self.at { within.count } else { 0 };
        let done = self.checked + within + self.events;
        let total = match self.at {
            At::Begin | At::Streams { .. } | At::Within(_) => 2 * self.counted,
            At::Events { .. } => 2 * self.checked,
            At::End | At::Ended => done,
        };
        Progress { done, total: total.max(done) }
    }

    pub(super) fn write(&self) -> String {
        let line = Written::new().number("leaveOut", u8::from(self.leave_out));
        let line = line.number("counted", self.counted).number("checked", self.checked);
        let line = line.number("copied", self.copied).number("events", self.events);
        let line = line.number("highest", self.highest);
        let line = line.texts("leftOut", self.left_out.iter().map(String::as_str));
        let line = line.texts("marks", self.marks.iter().map(|(id, _)| id.as_str()));
        let marks: Vec<_> = self.marks.iter().map(|(_, mark)| mark.to_string()).collect();
        let line = line.texts("compacted", marks.iter().map(String::as_str));
        match &self.at {
            At::Begin => line.text("at", "begin"),
            At::Streams { after } => line.text("at", "streams").text("after", after),
            At::Within(within) => within.write(line.text("at", "within")),
            At::Events { after, until } => {
                line.text("at", "events").number("after", after).number("until", until)
            }
            At::End => line.text("at", "end"),
            At::Ended => line.text("at", "ended"),
        }
        .end()
    }

    pub(super) fn read(text: &str) -> Result<Self> {
        let mut fields = Fields::read(text)?;
        let at = match &*fields.text("at")? {
            "begin" => At::Begin,
            "streams" => At::Streams { after: fields.text("after")? },
            "within" => At::Within(Within::read(&mut fields)?),
            "events" => {
                At::Events { after: fields.number("after")?, until: fields.number("until")? }
            }
            "end" => At::End,
            _ => At::Ended,
        };
        let ids = fields.texts("marks")?;
        let marks: Result<Vec<Seq>, _> =
            fields.texts("compacted")?.iter().map(|mark| mark.parse()).collect();
        let marks = marks.map_err(|_| Error::invalid("\"compacted\" are no marks"))?;
        Ok(Self {
            at,
            leave_out: fields.number::<u8>("leaveOut")? != 0,
            counted: fields.number("counted")?,
            checked: fields.number("checked")?,
            copied: fields.number("copied")?,
            events: fields.number("events")?,
            highest: fields.number("highest")?,
            left_out: fields.texts("leftOut")?,
            marks: ids.into_iter().zip(marks).collect(),
        })
    }
}

impl Within {
    fn write(&self, line: Written) -> Written {
        let line = line.text("id", &self.id).number("first", self.first);
        let line = line.number("next", self.next).number("through", self.through);
        line.number("count", self.count)
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self> {
        Ok(Self {
            id: fields.text("id")?,
            first: fields.number("first")?,
            next: fields.number("next")?,
            through: fields.number("through")?,
            count: fields.number("count")?,
        })
    }
}
