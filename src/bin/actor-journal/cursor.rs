//! Reading on, page by page, and later from where it ended.

use actor_journal::{
    EventQuery, Journal, PAGE_EVENTS, PersistenceId, PersistentEvent, ReplayRange, Result,
    SqliteJournal,
};

/// Where reading has come to.
pub struct Cursor {
    source: Source,
    /// Whether it goes on with what is appended meanwhile.
    follows: bool,
}

enum Source {
    Stream { id: PersistenceId, range: ReplayRange, continuing: bool },
    Journal(EventQuery),
}

impl Cursor {
    /// Along one stream.
    pub fn of_stream(id: PersistenceId, range: ReplayRange, follows: bool) -> Self {
        Self { source: Source::Stream { id, range, continuing: false }, follows }
    }

    /// Along the whole journal, in position order.
    pub fn of_journal(query: EventQuery, follows: bool) -> Self {
        Self { source: Source::Journal(query), follows }
    }

    /// The next events, and whether nothing is left behind them for now.
    pub async fn page(&mut self, journal: &SqliteJournal) -> Result<(Vec<PersistentEvent>, bool)> {
        let follows = self.follows;
        match &mut self.source {
            Source::Stream { id, range, continuing } => {
                let page = journal.replay_page(id, *range, *continuing).await?;
                if let Some(last) = page.events.last() {
                    (range.from, *continuing) = (last.seq + 1, true);
                }
                if !follows {
                    range.to = range.to.min(page.through);
                }
                Ok((page.events, page.last))
            }
            Source::Journal(query) => {
                let page = journal.events_page(query.clone(), PAGE_EVENTS).await?;
                query.after = match page.events.last() {
                    Some(event) if !page.last => event.position,
                    // What the filter leaves out up to here need not be looked at again.
                    _ => query.after.max(page.through),
                };
                if !follows {
                    query.until = query.until.min(page.through);
                }
                Ok((page.events, page.last))
            }
        }
    }

    /// Whether nothing can come any more.
    pub fn is_at_end(&self) -> bool {
        match &self.source {
            Source::Stream { range, .. } => range.is_empty(),
            Source::Journal(query) => query.after >= query.until,
        }
    }
}
