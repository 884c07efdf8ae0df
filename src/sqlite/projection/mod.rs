//! Views of the events, kept up to date in the journal's own database.

mod builds;
mod handler;
mod tables;
mod view;

use std::sync::Arc;

pub(super) use builds::Builds;
pub use builds::ProjectionBuild;
pub use handler::Projection;
pub use tables::{Change, ProjectionTables, Statement};
pub use view::View;

use super::SqliteJournal;
use crate::{
    error::{Error, ErrorKind, Result},
    journal::Journal,
    platform::now,
    recourse::{Recourse, Skipped, pause},
    types::{EventQuery, EventsPage, MAX_SEQ, PersistentEvent, Position, TagFilter},
};
use builds::replaced;
use handler::handled;

/// Events that are applied in one transaction, in which appends wait.
const BATCH: usize = 256;

/// A projection over a journal: its tables and its position change in one transaction, so that each
/// event counts exactly once, whatever is killed when, and however many run it at the same time.
///
/// It begins with the first event that is there: events that were compacted before it has come to them
/// are not counted. With actors that compact their history (`retention`), what stands may be all that
/// knows of them: so a [`rebuild`](Self::rebuild) is refused, unless that is accepted.
pub struct SqliteProjection<P> {
    journal: SqliteJournal,
    projection: Arc<P>,
    tables: ProjectionTables,
    filter: TagFilter,
}

/// How a projection is [rebuilt](SqliteProjection::rebuild).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RebuildOptions {
    accept_compacted: bool,
}

impl RebuildOptions {
    /// Goes on where events were compacted, which count no more then. Default: false, and that is an
    /// error.
    pub fn accept_compacted(self, accept_compacted: bool) -> Self {
        Self { accept_compacted }
    }
}

impl<P: Projection> SqliteProjection<P> {
    /// Opens the projection, and makes its tables where it is new.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for its name, for a table's, for tables that are there already or that
    /// `create` does not make; `projection`, at position 0, where `create` fails; the codes of the
    /// storage.
    pub async fn open(journal: &SqliteJournal, projection: P) -> Result<Self> {
        let tables = ProjectionTables::new(journal, projection.name(), projection.tables())?;
        let (journal, filter) = (journal.clone(), projection.filter());
        let opened = Self { journal, projection: Arc::new(projection), tables, filter };
        opened.begin(false).await?;
        Ok(opened)
    }

    /// The last position of which the tables know.
    ///
    /// # Errors
    ///
    /// `corrupt` where it was changed behind the back of the library; the codes of the storage.
    pub async fn position(&self) -> Result<Position> {
        Ok(self.stood().await?.position)
    }

    /// Applies what the journal holds now, and answers the position: where the journal ended, whatever
    /// the filter passes.
    ///
    /// # Errors
    ///
    /// `projection`, with the position, where an event cannot be applied and
    /// [`on_failure`](Projection::on_failure) says to stop; what the journal reports.
    pub async fn catch_up(&self) -> Result<Position> {
        let mut until = MAX_SEQ;
        loop {
            let build = self.stood().await?;
            if build.position >= until {
                return Ok(build.position);
            }
            let page = self.journal.events_page(self.query(build, until), BATCH).await?;
            until = page.through;
            self.take(build, &page).await?;
        }
    }

    /// Applies what the journal holds, and what is appended, until it is dropped.
    ///
    /// # Errors
    ///
    /// As [`catch_up`](Self::catch_up), and `closed` when the journal is closed. It never answers
    /// otherwise.
    pub async fn run(&self) -> Result<()> {
        self.catch_up().await?;
        loop {
            let build = self.stood().await?;
            let query = self.query(build, MAX_SEQ);
            let page = self.journal.live_events_page(query, BATCH).await?;
            self.take(build, &page).await?;
        }
    }

    /// Makes the tables anew from the first event on, beside those that stand, which are read and go on
    /// meanwhile; then they take their place in one transaction. One that was given up, or killed,
    /// leaves tables that the next one removes.
    ///
    /// # Errors
    ///
    /// `integrity`, with a stream and its compaction mark, where events were compacted, whatever their
    /// tags and whether or not it had read them before, and that is not
    /// [accepted](RebuildOptions::accept_compacted); `busy` where another rebuild of it has begun meanwhile; as [`catch_up`](Self::catch_up). What stands goes on.
    pub async fn rebuild(&self, options: RebuildOptions) -> Result<()> {
        self.check(options).await?;
        let mut build = self.begin(true).await?;
        loop {
            let page = self.journal.events_page(self.query(build, MAX_SEQ), BATCH).await?;
            build = self.take(build, &page).await?.ok_or_else(replaced)?;
            if page.last {
                self.check(options).await?;
                if self.tables.swap(build.number).await? {
                    return Ok(());
                }
            }
        }
    }

    async fn check(&self, options: RebuildOptions) -> Result<()> {
        if options.accept_compacted { Ok(()) } else { self.tables.check_uncompacted().await }
    }

    /// What `read` reads in the tables, at one moment.
    ///
    /// # Errors
    ///
    /// What `read` reports, and the codes of the storage.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.tables.read(read).await
    }

    /// The last 1000 events that were passed over, in position order.
    ///
    /// # Errors
    ///
    /// The codes of the storage.
    pub async fn skipped(&self) -> Result<Vec<Skipped>> {
        self.tables.skipped(0, usize::MAX).await
    }

    async fn stood(&self) -> Result<ProjectionBuild> {
        self.tables.standing().await
    }

    /// As [`ProjectionTables::begin`].
    async fn begin(&self, anew: bool) -> Result<ProjectionBuild> {
        let projection = self.projection.clone();
        self.tables.begin(anew, move |view| projection.create(view)).await
    }

    fn query(&self, build: ProjectionBuild, until: Position) -> EventQuery {
        EventQuery { filter: self.filter.clone(), after: build.position, until }
    }

    /// Applies a page, and answers the build that knows of it; nothing where the build was not as it was
    /// taken for: somebody else has gone on with it, or has replaced it.
    async fn take(
        &self,
        build: ProjectionBuild,
        page: &EventsPage,
    ) -> Result<Option<ProjectionBuild>> {
        let end = page.events.last().filter(|_| !page.last).map(|event| event.position);
        let end = end.unwrap_or(page.through.max(build.position));
        let mut build = build;
        let mut events = &page.events[..];
        loop {
            let error = match self.apply(build, events, end).await {
                Err(error) => error,
                applied => return applied,
            };
            let ErrorKind::Projection { position } = *error.kind() else { return Err(error) };
            let failed = events.iter().take_while(|event| event.position < position).count();
            let (sound, rest) = events.split_at(failed);
            let Some((failed, rest)) = rest.split_first() else { return Err(error) };
            let Some(before) = self.apply(build, sound, position - 1).await? else {
                return Ok(None);
            };
            match self.recourse(before, failed, error).await? {
                Some(behind) => (build, events) = (behind, rest),
                None => return Ok(None),
            }
        }
    }

    /// Goes on behind an event that has failed, as the projection says.
    async fn recourse(
        &self,
        build: ProjectionBuild,
        event: &PersistentEvent,
        mut error: Error,
    ) -> Result<Option<ProjectionBuild>> {
        for attempts in 1.. {
            match self.projection.on_failure(event, &error, attempts) {
                Recourse::Stop => break,
                Recourse::Skip => return self.skip(build, event, &error).await,
                Recourse::Retry(after) => pause(after).await?,
            }
            let one = std::slice::from_ref(event);
            match self.apply(build, one, event.position).await {
                Err(again) if matches!(again.kind(), ErrorKind::Projection { .. }) => error = again,
                applied => return applied,
            }
        }
        Err(error)
    }

    async fn skip(
        &self,
        build: ProjectionBuild,
        event: &PersistentEvent,
        error: &Error,
    ) -> Result<Option<ProjectionBuild>> {
        let skipped = Skipped {
            id: event.id.clone(),
            seq: event.seq,
            position: event.position,
            error: error.to_string(),
            timestamp: now(),
        };
        self.tables.skip(build, skipped).await
    }

    async fn apply(
        &self,
        build: ProjectionBuild,
        events: &[PersistentEvent],
        end: Position,
    ) -> Result<Option<ProjectionBuild>> {
        let (projection, events) = (self.projection.clone(), events.to_vec());
        let apply = move |view: &View<'_>| {
            events.iter().try_for_each(|event| {
                handled(projection.name(), event.position, || projection.apply(view, event))
            })
        };
        self.tables.step(build, end, apply).await
    }
}
