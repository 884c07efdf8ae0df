use actor_journal::{
    AppendToken, Error, ErrorKind, EventQuery, Journal, PersistenceId, ReplayRange, Result,
    SqliteJournal, chunk,
};

use crate::{
    number::{count, whole},
    options::{Filter, JournalOptions},
};

/// An open journal. Clones share it.
#[derive(Clone)]
pub struct JournalHandle(SqliteJournal);

impl JournalHandle {
    /// Opens the journal that `options` name.
    ///
    /// # Errors
    ///
    /// As [`SqliteJournal::open`].
    pub async fn open(options: JournalOptions) -> Result<Self> {
        Ok(Self(SqliteJournal::open(options.check()?).await?))
    }

    /// Appends packed entries; answers the first event's seq, position and timestamp, or nothing
    /// for an empty batch.
    ///
    /// # Errors
    ///
    /// As [`Journal::append`].
    pub async fn append(
        &self,
        id: &str,
        expected_seq: f64,
        entries: &[u8],
        token: &str,
    ) -> Result<Vec<f64>> {
        let id = PersistenceId::new(id)?;
        let expected_seq = whole("expected seq", expected_seq)?;
        let batch = chunk::unpack_entries(entries, parse_token(token)?)?;
        let written = self.0.append(&id, expected_seq, batch).await?;
        let first = written.first();
        Ok(first.map_or_else(Vec::new, |first| {
            vec![first.seq as f64, first.position as f64, first.timestamp as f64]
        }))
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

    /// Closes the journal.
    ///
    /// # Errors
    ///
    /// As [`Journal::close`].
    pub async fn close(&self) -> Result<()> {
        self.0.close().await
    }
}

/// A UUID's 32 hexadecimal digits, with or without its dashes.
fn parse_token(token: &str) -> Result<AppendToken> {
    let digits: String = token.chars().filter(|&character| character != '-').collect();
    let number = u128::from_str_radix(&digits, 16).ok();
    let number = number.filter(|_| digits.len() == 32 && !digits.starts_with('+'));
    let number = number.ok_or_else(|| {
        Error::new(ErrorKind::InvalidArgument, format!("token {token:?} is not a UUID"))
    })?;
    Ok(AppendToken::from_bytes(number.to_be_bytes()))
}
