//! Views of the events, kept up to date in the journal's own database.

mod builds;
mod handler;
mod pause;
mod view;

use std::sync::Arc;

use rusqlite::Connection;

pub use builds::Skipped;
pub use handler::{HandlerError, Projection, Recourse};
pub use view::View;

use super::{
    SqliteJournal,
    options::check_table,
    sole::{PROJECTIONS, SKIPPED},
};
use crate::{
    error::{Error, ErrorKind, Result},
    journal::Journal,
    types::{EventQuery, EventsPage, MAX_SEQ, PersistentEvent, Position, TagFilter},
};
use builds::{Build, Builds};
use handler::handled;
use pause::pause;

/// Events that are applied in one transaction, in which appends wait.
const BATCH: usize = 256;

/// A projection over a journal: its tables and its position change in one transaction, so that each
/// event counts exactly once, whatever is killed when, and however many run it at the same time.
///
/// It begins with the first event, and with events that are appended now where the journal's past is
/// compacted.
pub struct SqliteProjection<P> {
    journal: SqliteJournal,
    projection: Arc<P>,
    builds: Arc<Builds>,
    filter: TagFilter,
}

impl<P: Projection> SqliteProjection<P> {
    /// Opens the projection, and makes its tables where it is new.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for its name, for a table's, for tables that are there already or that
    /// `create` does not make; `projection` where `create` fails; the codes of the storage.
    pub async fn open(journal: &SqliteJournal, projection: P) -> Result<Self> {
        let (name, tables) = (projection.name(), projection.tables());
        if !(1..=255).contains(&name.chars().count()) {
            return Err(Error::invalid(format!(
                "projection name {name:?} has not 1 to 255 characters"
            )));
        }
        tables.iter().try_for_each(|table| check_table(table))?;
        let stem = journal.tables.stem.clone();
        let tables = tables.iter().map(|&table| table.to_owned()).collect();
        let builds = Builds { name: name.to_owned(), tables, stem };
        let (journal, filter) = (journal.clone(), projection.filter());
        PROJECTIONS.within(Builds::table(&builds.stem), &journal.database).await?;
        SKIPPED.within(Builds::skipped_table(&builds.stem), &journal.database).await?;
        let projection = Arc::new(projection);
        let opened = Self { journal, projection, builds: Arc::new(builds), filter };
        if opened.standing().await?.is_none() {
            opened.begin(|builds, connection| Ok(builds.standing(connection)?.is_none())).await?;
        }
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

    /// Applies what the journal holds now, and answers the position.
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
    /// meanwhile; then they take their place in one transaction. One that was given up, or killed, leaves
    /// tables that the next one removes.
    ///
    /// # Errors
    ///
    /// As [`catch_up`](Self::catch_up); `conflict`-like `busy` where another rebuild of it has begun
    /// meanwhile. What stands goes on.
    pub async fn rebuild(&self) -> Result<()> {
        let mut build = self.begin(|_, _| Ok(true)).await?;
        loop {
            let page = self.journal.events_page(self.query(build, MAX_SEQ), BATCH).await?;
            build = match self.take(build, &page).await? {
                Some(build) => build,
                None => {
                    let message = "another rebuild of the projection has begun";
                    return Err(Error::new(ErrorKind::Busy, message));
                }
            };
            if page.last && self.swap(build).await? {
                return Ok(());
            }
        }
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
        let builds = self.builds.clone();
        let names = builds.standing_names();
        let at_once = move |connection: &Connection| read(&View::to_read(connection, &names));
        self.journal.database.read(at_once).await
    }

    /// The events that were passed over, in position order.
    ///
    /// # Errors
    ///
    /// The codes of the storage.
    pub async fn skipped(&self) -> Result<Vec<Skipped>> {
        let builds = self.builds.clone();
        self.journal.database.read(move |connection| builds.skipped(connection)).await
    }

    async fn standing(&self) -> Result<Option<Build>> {
        let builds = self.builds.clone();
        self.journal.database.read(move |connection| builds.standing(connection)).await
    }

    async fn stood(&self) -> Result<Build> {
        let gone = || Error::new(ErrorKind::Corrupt, "the projection has no position any more");
        self.standing().await?.ok_or_else(gone)
    }

    fn query(&self, build: Build, until: Position) -> EventQuery {
        EventQuery { filter: self.filter.clone(), after: build.position, until }
    }

    /// Begins a build where `is_due`; what stands is answered otherwise.
    async fn begin(
        &self,
        is_due: impl Fn(&Builds, &Connection) -> Result<bool> + Send + 'static,
    ) -> Result<Build> {
        let (builds, projection) = (self.builds.clone(), self.projection.clone());
        let begin = move |connection: &Connection| {
            if !is_due(&builds, connection)?
                && let Some(standing) = builds.standing(connection)?
            {
                return Ok(standing);
            }
            let create = |view: &View<'_>| handled(0, || projection.create(view));
            builds.begin(connection, create)
        };
        self.journal.database.write(begin).await
    }

    async fn swap(&self, build: Build) -> Result<bool> {
        let builds = self.builds.clone();
        self.journal.database.write(move |connection| builds.swap(connection, build)).await
    }

    /// Applies a page, and answers the build that knows of it; nothing where the build was not as it was
    /// taken for: somebody else has gone on with it, or has replaced it.
    async fn take(&self, build: Build, page: &EventsPage) -> Result<Option<Build>> {
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
        build: Build,
        event: &PersistentEvent,
        mut error: Error,
    ) -> Result<Option<Build>> {
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
        build: Build,
        event: &PersistentEvent,
        error: &Error,
    ) -> Result<Option<Build>> {
        let (event, why) = (event.clone(), error.to_string());
        let end = event.position;
        let record = move |builds: &Builds, connection: &Connection| {
            builds.record(connection, build, &event, &why)
        };
        self.step(build, end, record).await
    }

    async fn apply(
        &self,
        build: Build,
        events: &[PersistentEvent],
        end: Position,
    ) -> Result<Option<Build>> {
        let (projection, events) = (self.projection.clone(), events.to_vec());
        let apply = move |builds: &Builds, connection: &Connection| {
            let names = builds.names(build);
            let view = View::to_write(connection, &names);
            events
                .iter()
                .try_for_each(|event| handled(event.position, || projection.apply(&view, event)))
        };
        self.step(build, end, apply).await
    }

    /// One transaction, behind which a build knows of everything up to `end`.
    async fn step(
        &self,
        build: Build,
        end: Position,
        change: impl Fn(&Builds, &Connection) -> Result<()> + Send + 'static,
    ) -> Result<Option<Build>> {
        let builds = self.builds.clone();
        let step = move |connection: &Connection| {
            if !builds.is_still(connection, build)? {
                return Ok(None);
            }
            change(&builds, connection)?;
            builds.advance(connection, build, end).map(Some)
        };
        self.journal.database.write(step).await
    }
}
