use super::{
    cursor::{At, Cursor},
    line,
    reader::Reader,
    stores::Stores,
};
use crate::{error::Result, types::Progress};

/// A journal as lines of JSON ([NDJSON](https://github.com/ndjson/ndjson-spec)), page by page, for
/// an [`Import`](crate::Import): what [`copy`](crate::copy()) copies, in the same order.
///
/// The first line says what the text is, `{"format":"actor-journal","version":1}`, and the last one
/// how many events there were, `{"end":600}`. Between them stand, for each stream, `stream` (its id)
/// and `compacted`, then its snapshots (`snapshot`, its id; `sequenceNr`, `timestamp`, `manifest`,
/// `version`, `state`), and behind all streams the events in the order of their positions
/// (`persistenceId`, `sequenceNr`, `position`, `timestamp`, `tags`, `manifest`, `version`, `event`).
/// A payload that is JSON on one line stands there as it is, any other one as `payload` in Base64.
/// Where a stream has events below its mark, `mark` and `compacted` stand before the end.
///
/// ```
/// use actor_journal::{Export, Import, InMemoryJournal, Journal, NewEvent, PersistenceId, Stores};
///
/// # pollster::block_on(async {
/// let (old, new) = (InMemoryJournal::new(), InMemoryJournal::new());
/// let id = PersistenceId::new("account-7")?;
/// old.append(&id, 0, NewEvent::json("opened")?.into()).await?;
/// let mut export = Export::of(Stores::of(&old));
/// let mut import = Import::into(Stores::of(&new));
/// while let Some(lines) = export.page().await? {
///     import.page(&lines).await?;
/// }
/// import.finish()?;
/// assert_eq!(new.highest_seq(&id).await?, 1);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
pub struct Export<'a>(Reader<'a>);

impl<'a> Export<'a> {
    /// Begins to read.
    pub fn of(stores: Stores<'a>) -> Self {
        Self(Reader::new(stores))
    }

    /// The same, where a stream that cannot be read is left out: a line with its id as `leftOut`,
    /// with the `code` and the `message` of its error, stands in its place.
    pub fn leaving_out(mut self) -> Self {
        self.0.cursor.leave_out = true;
        self
    }

    /// Goes on from where another export of the same journal was.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for what is not the answer of [`cursor`](Self::cursor).
    pub fn resume(stores: Stores<'a>, cursor: &str) -> Result<Self> {
        Ok(Self(Reader::at(stores, Cursor::read(cursor)?)))
    }

    /// Where it is, as text.
    pub fn cursor(&self) -> String {
        self.0.cursor.write()
    }

    /// The next lines, each with its end; there may be none yet. `None` behind the last ones.
    ///
    /// # Errors
    ///
    /// `integrity` and `corrupt` for what cannot be read, unless it is left out; `corrupt` at the
    /// end where something was deleted meanwhile; what the journal reports.
    pub async fn page(&mut self) -> Result<Option<String>> {
        let first = matches!(self.0.cursor.at, At::Begin).then(line::first);
        let Some(records) = self.0.page().await? else { return Ok(None) };
        let lines = first.into_iter().chain(records.iter().map(line::write));
        Ok(Some(lines.flat_map(|line| [line, "\n".into()]).collect()))
    }

    /// How far it has come, in events, each of which is read twice.
    pub fn progress(&self) -> Progress {
        self.0.cursor.progress()
    }

    /// The ids of the streams that were left out until now.
    pub fn left_out(&self) -> &[String] {
        &self.0.cursor.left_out
    }
}
