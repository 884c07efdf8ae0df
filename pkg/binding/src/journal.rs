use std::pin::Pin;

use actor_journal::{
    EventQuery, EventsPage, Journal, PAGE_EVENTS, PersistenceId, PersistentEvent, ReplayPage,
    ReplayRange, Result, SqliteJournal,
    chunk::{self, PackedAppend},
};
use futures_util::future::{maybe_done, poll_immediate};

use crate::{
    backups::Images,
    lines::{self, Lines},
    lives::Lives,
    number::{count, whole},
    options::{Filter, OpenOptions},
    verification,
};

/// An open journal. Clones share it.
#[derive(Clone)]
pub struct JournalHandle(SqliteJournal, Images, Lives);

impl JournalHandle {
    /// Opens the journal that `options` name.
    ///
    /// # Errors
    ///
    /// As [`SqliteJournal::open`].
    pub async fn open(options: OpenOptions) -> Result<Self> {
        Ok(Self(
            SqliteJournal::open(options.journal()?).await?,
            Images::default(),
            Lives::default(),
        ))
    }

    /// Makes packed appends, in this order, and answers each in the packed format.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for what is not in the format. The error of an append, as of
    /// [`Journal::append`], is part of the answer.
    pub async fn append(&self, appends: &[u8]) -> Result<Vec<u8>> {
        let appends = chunk::unpack_appends(appends)?;
        let mut calls: Vec<_> =
            appends.iter().map(|append| maybe_done(Box::pin(self.append_one(append)))).collect();
        // Each takes its place in the queue before the next one does.
        for call in &mut calls {
            let _ = poll_immediate(&mut *call).await;
        }
        let mut answers = Vec::with_capacity(calls.len());
        for mut call in calls {
            (&mut call).await;
            answers.extend(Pin::new(&mut call).take_output());
        }
        Ok(chunk::pack_answers(&answers))
    }

    async fn append_one(&self, append: &PackedAppend<'_>) -> Result<Vec<PersistentEvent>> {
        let id = PersistenceId::new(append.id)?;
        let expected_seq = whole("expected seq", append.expected_seq)?;
        self.0.append(&id, expected_seq, append.batch()?).await
    }

    /// One packed page of a stream.
    ///
    /// # Errors
    ///
    /// As [`Journal::replay_page`].
    pub async fn replay_page(
        &self,
        id: &str,
        from_seq: f64,
        to_seq: f64,
        limit: f64,
        continuing: bool,
    ) -> Result<Vec<u8>> {
        let id = self.stream(id).await?;
        let range = ReplayRange::from(whole("fromSeq", from_seq)?..=whole("toSeq", to_seq)?);
        let range = range.limit(whole("limit", limit)?);
        Ok(self.0.replay_page(&id, range, continuing).await?.pack())
    }

    /// One packed page of the whole journal.
    ///
    /// # Errors
    ///
    /// As [`Journal::events_page`].
    pub async fn events_page(
        &self,
        filter: Filter,
        after: f64,
        until: f64,
        limit: f64,
    ) -> Result<Vec<u8>> {
        let (after, until) = (whole("fromPosition", after)?, whole("untilPosition", until)?);
        let query = EventQuery { filter: filter.check()?, after, until };
        Ok(self.0.events_page(query, count("limit", limit)?).await?.pack())
    }

    /// One packed page of a stream, for which this waits; nothing is in one that is at the range's end,
    /// or that was ended.
    ///
    /// # Errors
    ///
    /// As [`Journal::live_replay_page`].
    pub async fn live_replay_page(
        &self,
        id: &str,
        from_seq: f64,
        to_seq: f64,
        continuing: bool,
        number: f64,
    ) -> Result<Vec<u8>> {
        let range = ReplayRange::from(whole("fromSeq", from_seq)?..=whole("toSeq", to_seq)?);
        let page = async {
            let id = self.stream(id).await?;
            self.0.live_replay_page(&id, range, continuing).await
        };
        let nothing = ReplayPage { events: Vec::new(), through: 0, last: true };
        let page = self.2.run(whole("number", number)?, page).await;
        Ok(page.unwrap_or(Ok(nothing))?.pack())
    }

    /// One packed page of the whole journal, for which this waits; nothing is in one that was ended.
    ///
    /// # Errors
    ///
    /// As [`Journal::live_events_page`].
    pub async fn live_events_page(
        &self,
        filter: Filter,
        after: f64,
        number: f64,
    ) -> Result<Vec<u8>> {
        let (filter, after) = (filter.check()?, whole("fromPosition", after)?);
        let query = EventQuery { filter, after, ..EventQuery::default() };
        let page = self.0.live_events_page(query, PAGE_EVENTS);
        let nothing = EventsPage { events: Vec::new(), through: 0, last: true };
        let page = self.2.run(whole("number", number)?, page).await;
        Ok(page.unwrap_or(Ok(nothing))?.pack())
    }

    /// Ends the call of that number which waits for a page, if there is one.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for what is no number.
    pub fn end_live(&self, number: f64) -> Result<()> {
        self.2.end(whole("number", number)?);
        Ok(())
    }

    /// The last position.
    ///
    /// # Errors
    ///
    /// As [`Journal::last_position`].
    pub async fn last_position(&self) -> Result<f64> {
        Ok(self.0.last_position().await? as f64)
    }

    /// The highest seq of a stream.
    ///
    /// # Errors
    ///
    /// As [`Journal::highest_seq`].
    pub async fn highest_seq(&self, id: &str) -> Result<f64> {
        Ok(self.0.highest_seq(&self.stream(id).await?).await? as f64)
    }

    /// Compacts a stream.
    ///
    /// # Errors
    ///
    /// As [`Journal::delete`].
    pub async fn delete(&self, id: &str, to_seq: f64) -> Result<()> {
        let id = self.stream(id).await?;
        self.0.delete(&id, whole("toSeq", to_seq)?).await
    }

    /// Raises a stream's compaction mark.
    ///
    /// # Errors
    ///
    /// As [`Journal::raise_compaction_mark`].
    pub async fn raise_compaction_mark(&self, id: &str, through_seq: f64) -> Result<()> {
        let id = PersistenceId::new(id)?;
        self.0.raise_compaction_mark(&id, whole("throughSeq", through_seq)?).await
    }

    /// One page of the ids.
    ///
    /// # Errors
    ///
    /// As [`Journal::persistence_ids`].
    pub async fn persistence_ids(&self, after: Option<&str>, limit: f64) -> Result<Vec<String>> {
        let after = after.map(PersistenceId::stored);
        let ids = self.0.persistence_ids(after.as_ref(), count("limit", limit)?).await?;
        Ok(ids.iter().map(ToString::to_string).collect())
    }

    /// One page of the ids in the order in which their streams began, for which this waits; nothing is in
    /// one that was ended.
    ///
    /// # Errors
    ///
    /// As [`Journal::live_persistence_ids_page`].
    pub async fn live_persistence_ids_page(&self, skip: f64, number: f64) -> Result<Vec<String>> {
        let page = self.0.live_persistence_ids_page(whole("skip", skip)?, PAGE_EVENTS);
        let ids = self.2.run(whole("number", number)?, page).await.unwrap_or(Ok(Vec::new()))?;
        Ok(ids.iter().map(ToString::to_string).collect())
    }

    /// One part of a check, as JSON text.
    ///
    /// # Errors
    ///
    /// As [`SqliteJournal::verify_part`].
    pub async fn verify_part(&self, cursor: String) -> Result<String> {
        Ok(verification::to_json(&self.0.verify_part(cursor).await?))
    }

    /// The stream called `id`. A file written elsewhere may hold streams whose ids would be
    /// refused today; they stay readable.
    async fn stream(&self, id: &str) -> Result<PersistenceId> {
        match PersistenceId::new(id) {
            Ok(id) => Ok(id),
            Err(refused) => {
                let stored = PersistenceId::stored(id);
                let exists = self.0.highest_seq(&stored).await? > 0;
                exists.then_some(stored).ok_or(refused)
            }
        }
    }

    /// Begins an image of the database; answers its token and how many bytes it has.
    ///
    /// # Errors
    ///
    /// As [`SqliteJournal::image`].
    pub async fn backup_begin(&self) -> Result<[f64; 2]> {
        self.1.begin(&self.0).await
    }

    /// A piece of an image.
    ///
    /// # Errors
    ///
    /// `closed` for a token that nobody here has given; as [`Image::read`](actor_journal::Image::read).
    pub async fn backup_read(&self, token: f64, offset: f64, length: f64) -> Result<Vec<u8>> {
        let image = self.1.find(whole("token", token)?)?;
        image.read(whole("offset", offset)?, count("length", length)?).await
    }

    /// Ends an image, if it is there.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for what is no token.
    pub fn backup_end(&self, token: f64) -> Result<()> {
        self.1.end(whole("token", token)?);
        Ok(())
    }

    /// Some lines of an export, with the snapshots of a table in the same database.
    ///
    /// # Errors
    ///
    /// As [`Export::page`](actor_journal::Export::page).
    pub async fn export_page(
        &self,
        cursor: Option<&str>,
        snapshots_table: Option<&str>,
        leave_out: bool,
    ) -> Result<Lines> {
        lines::export_page(&self.0, cursor, snapshots_table, leave_out).await
    }

    /// Takes in lines of an export, and answers where the import is then, and how many events it has
    /// taken in.
    ///
    /// # Errors
    ///
    /// As [`Import::page`](actor_journal::Import::page) and, for the last lines,
    /// [`Import::finish`](actor_journal::Import::finish).
    pub async fn import_page(
        &self,
        text: &str,
        cursor: Option<&str>,
        snapshots_table: Option<&str>,
        is_last: bool,
    ) -> Result<(String, f64)> {
        lines::import_page(&self.0, text, cursor, snapshots_table, is_last).await
    }

    /// The journal itself.
    pub fn journal(&self) -> &SqliteJournal {
        &self.0
    }

    /// Closes the journal.
    ///
    /// # Errors
    ///
    /// As [`Journal::close`].
    pub async fn close(&self) -> Result<()> {
        self.1.close();
        self.0.close().await
    }
}
