//! Handlers that are called at least once for each event of any journal.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    durable::DurableStateStore,
    error::{Error, Result},
    journal::Journal,
    platform::{BoxFuture, MaybeSend, MaybeSync, now},
    recourse::{HandlerError, MOST_SKIPPED, Recourse, Skipped, failed, pause},
    types::{
        AppendToken, EventQuery, EventsPage, MAX_SEQ, NewState, PersistenceId, PersistentEvent,
        Position, Revision, Seq, TagFilter, Timestamp,
    },
};

/// Events behind which the position is noted: so many may come again.
const BATCH: usize = 64;

/// What deals with events.
pub trait EventHandler: MaybeSend + MaybeSync {
    /// The id under which the position is kept.
    fn name(&self) -> &str;

    /// Which events it is of. Default: all.
    fn filter(&self) -> TagFilter {
        TagFilter::default()
    }

    /// Deals with one event, in position order, each behind the one before. After a crash the last ones
    /// come again: their positions tell those that were dealt with from the others.
    ///
    /// # Errors
    ///
    /// [`on_failure`](Self::on_failure) says how to go on.
    fn apply<'a>(&'a self, event: &'a PersistentEvent) -> BoxFuture<'a, Result<(), HandlerError>>;

    /// What becomes of an event that could not be dealt with, which was tried `attempts` times. Default:
    /// stop.
    fn on_failure(&self, _event: &PersistentEvent, _error: &Error, _attempts: u32) -> Recourse {
        Recourse::Stop
    }
}

/// Calls a handler with each event of any journal at least once, and keeps its position in a durable state
/// store, as the npm package does: one goes on where the other was.
///
/// It is for what is made of events elsewhere than in the journal's database; there `SqliteProjection` makes
/// each of them count exactly once. One runs it at a time: where another one does as well, noting the position is
/// a `conflict`, which ends it.
///
/// Events that were compacted before it has come to them are not dealt with. With actors that compact their
/// history ([`retention`](crate::PersistentActor::retention)), one that begins knows of what is left alone.
///
/// Where an older copy of the journal was restored, the
/// position that was noted may lie behind its end: then nothing is dealt with, so that none of the events that
/// are appended there is passed over. To go on, delete the position from the store, and be told again of
/// everything that is left, or take another name.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use actor_journal::{
///     AtLeastOnceProjection, BoxFuture, EventHandler, HandlerError, InMemoryDurableStateStore,
///     InMemoryJournal, Journal, NewEvent, PersistenceId, PersistentEvent,
/// };
///
/// #[derive(Default)]
/// struct Mails(Mutex<Vec<String>>);
///
/// impl EventHandler for Mails {
///     fn name(&self) -> &str {
///         "mails"
///     }
///     fn apply<'a>(&'a self, event: &'a PersistentEvent) -> BoxFuture<'a, Result<(), HandlerError>> {
///         Box::pin(async move {
///             self.0.lock().unwrap().push(event.json()?);
///             Ok(())
///         })
///     }
/// }
///
/// # pollster::block_on(async {
/// let journal = Arc::new(InMemoryJournal::new());
/// let id = PersistenceId::new("order-7")?;
/// journal.append(&id, 0, NewEvent::json("ordered")?.into()).await?;
///
/// let positions = Arc::new(InMemoryDurableStateStore::new());
/// let mails = AtLeastOnceProjection::new(journal, positions, Mails::default())?;
/// assert_eq!(mails.catch_up().await?, 1);
/// assert_eq!(*mails.handler().0.lock().unwrap(), ["ordered"]);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
pub struct AtLeastOnceProjection<H> {
    journal: Arc<dyn Journal>,
    positions: Arc<dyn DurableStateStore>,
    id: PersistenceId,
    handler: H,
}

/// How far it has come, and which change of the store that was.
struct Progress {
    revision: Revision,
    kept: Kept,
}

/// What is kept, in JSON.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    position: Position,
    skipped: Vec<KeptSkipped>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeptSkipped {
    persistence_id: String,
    sequence_nr: Seq,
    position: Position,
    error: String,
    timestamp: Timestamp,
}

impl<H: EventHandler> AtLeastOnceProjection<H> {
    /// The projection of a handler.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a name that is no id.
    pub fn new(
        journal: Arc<dyn Journal>,
        positions: Arc<dyn DurableStateStore>,
        handler: H,
    ) -> Result<Self> {
        let id = PersistenceId::new(handler.name())?;
        Ok(Self { journal, positions, id, handler })
    }

    /// What deals with the events.
    pub fn handler(&self) -> &H {
        &self.handler
    }

    /// The last position that was noted: up to there, everything is dealt with.
    ///
    /// # Errors
    ///
    /// What the store reports; `undecodable` for what stands there under the name and is no position.
    pub async fn position(&self) -> Result<Position> {
        Ok(self.load().await?.kept.position)
    }

    /// The last 1000 events that were passed over, in position order.
    ///
    /// # Errors
    ///
    /// As [`position`](Self::position).
    pub async fn skipped(&self) -> Result<Vec<Skipped>> {
        let skipped = self.load().await?.kept.skipped;
        Ok(skipped.into_iter().map(Skipped::from).collect())
    }

    /// Deals with what the journal holds now, and answers the position: where the journal ended, whatever
    /// the filter passes.
    ///
    /// # Errors
    ///
    /// `projection`, with the position, where an event cannot be dealt with and
    /// [`on_failure`](EventHandler::on_failure) says to stop; `corrupt` where the journal ends before the
    /// position that was noted; what the journal and the store report.
    pub async fn catch_up(&self) -> Result<Position> {
        let mut progress = self.begin().await?;
        let mut until = MAX_SEQ;
        while progress.kept.position < until {
            let page = self.journal.events_page(self.query(&progress, until), BATCH).await?;
            until = page.through;
            self.take(&mut progress, &page).await?;
        }
        Ok(progress.kept.position)
    }

    /// Deals with what the journal holds, and with what is appended, until it is dropped.
    ///
    /// # Errors
    ///
    /// As [`catch_up`](Self::catch_up), and `closed` when the journal is closed. It never answers
    /// otherwise.
    pub async fn run(&self) -> Result<()> {
        let mut progress = self.begin().await?;
        loop {
            let query = self.query(&progress, MAX_SEQ);
            let page = self.journal.live_events_page(query, BATCH).await?;
            self.take(&mut progress, &page).await?;
        }
    }

    /// Where it goes on: the journal knows what was dealt with.
    async fn begin(&self) -> Result<Progress> {
        let progress = self.load().await?;
        let last = self.journal.last_position().await?;
        if last < progress.kept.position {
            Err(Error::shorter(last, progress.kept.position))
        } else {
            Ok(progress)
        }
    }

    fn query(&self, progress: &Progress, until: Position) -> EventQuery {
        EventQuery { filter: self.handler.filter(), after: progress.kept.position, until }
    }

    /// Deals with a page, and notes how far that went.
    async fn take(&self, progress: &mut Progress, page: &EventsPage) -> Result<()> {
        let before = progress.kept.position;
        let dealt = self.apply_all(&mut progress.kept, page).await;
        if progress.kept.position == before {
            return dealt;
        }
        let state = NewState::json(&progress.kept)?;
        let token = AppendToken::random();
        progress.revision = self.positions.save(&self.id, progress.revision, state, token).await?;
        dealt
    }

    async fn apply_all(&self, kept: &mut Kept, page: &EventsPage) -> Result<()> {
        for event in &page.events {
            self.apply(kept, event).await?;
            kept.position = event.position;
        }
        if page.last {
            kept.position = kept.position.max(page.through);
        }
        Ok(())
    }

    async fn apply(&self, kept: &mut Kept, event: &PersistentEvent) -> Result<()> {
        let mut attempts = 0;
        loop {
            let Err(why) = self.handler.apply(event).await else { return Ok(()) };
            attempts += 1;
            let error = failed(self.handler.name(), event.position, why);
            match self.handler.on_failure(event, &error, attempts) {
                Recourse::Retry(after) => pause(after).await?,
                Recourse::Skip => {
                    kept.skip(event, &error);
                    return Ok(());
                }
                Recourse::Stop => return Err(error),
            }
        }
    }

    async fn load(&self) -> Result<Progress> {
        let held = self.positions.load(&self.id).await?;
        Ok(Progress { revision: held.revision, kept: held.decode()?.unwrap_or_default() })
    }
}

impl Kept {
    fn skip(&mut self, event: &PersistentEvent, error: &Error) {
        self.skipped.push(KeptSkipped {
            persistence_id: event.id.to_string(),
            sequence_nr: event.seq,
            position: event.position,
            error: error.to_string(),
            timestamp: now(),
        });
        let outlived = self.skipped.len().saturating_sub(MOST_SKIPPED);
        self.skipped.drain(..outlived);
    }
}

impl From<KeptSkipped> for Skipped {
    fn from(kept: KeptSkipped) -> Self {
        Self {
            id: PersistenceId::stored(kept.persistence_id),
            seq: kept.sequence_nr,
            position: kept.position,
            error: kept.error,
            timestamp: kept.timestamp,
        }
    }
}
