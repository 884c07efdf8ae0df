//! The tables of a projection and how far they have come, for whoever makes them of events.

use std::sync::Arc;

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    ProjectionBuild, View,
    builds::{Builds, Made},
    handler::handled,
};
use crate::{
    error::{Error, ErrorKind, Result},
    recourse::{HandlerError, Skipped},
    sqlite::{
        SqliteJournal,
        options::check_table,
        sole::{PROJECTIONS, SKIPPED},
    },
    types::Position,
};

/// The tables of a projection in its journal's database, for a handler that cannot run inside of the
/// transaction, such as one in another language: it reads the events, and hands over what they change.
/// [`SqliteProjection`](super::SqliteProjection) does all of it for a handler that can. Clones share it.
///
/// Whatever goes on with a build says how far it took it to have come. Where that is not so, somebody
/// else has gone on with it, or the same call was made before and its answer was lost, and nothing is
/// changed: so each event counts once.
#[derive(Clone)]
pub struct ProjectionTables {
    journal: SqliteJournal,
    builds: Arc<Builds>,
}

/// What one event changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where the event stands.
    pub position: Position,
    /// What is to be run, one after the other.
    pub statements: Vec<Statement>,
}

/// A statement of SQL, which names the projection's tables in braces.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its text.
    pub sql: String,
    /// Its parameters, from `?1` on.
    pub params: Vec<Value>,
}

impl ProjectionTables {
    /// Those of the projection of this name. Nothing is made before it is [begun](Self::begin).
    ///
    /// # Errors
    ///
    /// `invalid-argument` for its name, and for a table's.
    pub fn new(journal: &SqliteJournal, name: &str, tables: &[impl AsRef<str>]) -> Result<Self> {
        if !(1..=255).contains(&name.chars().count()) {
            let message = format!("projection name {name:?} has not 1 to 255 characters");
            return Err(Error::invalid(message));
        }
        tables.iter().try_for_each(|table| check_table(table.as_ref()))?;
        let tables: Vec<_> = tables.iter().map(|table| table.as_ref().to_owned()).collect();
        let is_twice = |(i, table): (usize, &String)| {
            tables[..i].iter().any(|before| before.eq_ignore_ascii_case(table))
        };
        if tables.iter().enumerate().any(is_twice) {
            return Err(Error::invalid(format!("tables {tables:?}: one is named twice")));
        }
        let stem = journal.tables.stem.clone();
        let builds = Arc::new(Builds { name: name.to_owned(), tables, stem });
        Ok(Self { journal: journal.clone(), builds })
    }

    /// Begins a build: the first one stands at once, and is the answer where it does already; `anew`, one
    /// is made beside it, in place of any other that does not stand.
    ///
    /// # Errors
    ///
    /// As [`SqliteProjection::open`](super::SqliteProjection::open).
    pub async fn begin(
        &self,
        anew: bool,
        create: impl Fn(&View<'_>) -> Result<(), HandlerError> + Send + 'static,
    ) -> Result<ProjectionBuild> {
        let database = &self.journal.database;
        PROJECTIONS.within(Builds::table(&self.builds.stem), database).await?;
        SKIPPED.within(Builds::skipped_table(&self.builds.stem), database).await?;
        let read = move |builds: &Builds, connection: &Connection| builds.standing(connection);
        if !anew && let Some(standing) = self.look(read).await? {
            return Ok(standing.build);
        }
        let builds = self.builds.clone();
        let begin = move |connection: &Connection| match builds.standing(connection)? {
            Some(standing) if !anew => Ok(standing.build),
            _ => builds.begin(connection, |view| handled(&builds.name, 0, || create(view))),
        };
        database.write(begin).await
    }

    /// The build whose tables are read.
    ///
    /// # Errors
    ///
    /// `corrupt` where there is none any more, or was changed behind the back of the library; the codes
    /// of the storage.
    pub async fn standing(&self) -> Result<ProjectionBuild> {
        let standing = self.look(|builds, connection| builds.standing(connection)).await?;
        Ok(standing.ok_or_else(gone)?.build)
    }

    /// The build of that number, if it is there.
    ///
    /// # Errors
    ///
    /// `corrupt` where it was changed behind the back of the library; the codes of the storage.
    pub async fn numbered(&self, number: u64) -> Result<Option<ProjectionBuild>> {
        let made = self.look(move |builds, connection| builds.numbered(connection, number)).await?;
        Ok(made.map(|made| made.build))
    }

    /// Applies what events change in one transaction, behind which the build knows of everything up to
    /// `end`. Nothing where the build was not as it was taken for, and then nothing is changed.
    ///
    /// # Errors
    ///
    /// `projection`, with the position, for a statement that is refused; `invalid-argument` for an `end` in
    /// front of the build; the codes of the storage.
    pub async fn apply(
        &self,
        build: ProjectionBuild,
        end: Position,
        changes: Vec<Change>,
    ) -> Result<Option<ProjectionBuild>> {
        let name = self.builds.name.clone();
        let run = |view: &View<'_>, change: &Change| {
            for Statement { sql, params } in &change.statements {
                view.execute(sql, params_from_iter(params))?;
            }
            Ok(())
        };
        let apply = move |view: &View<'_>| {
            let handle = |change: &Change| handled(&name, change.position, || run(view, change));
            changes.iter().try_for_each(handle)
        };
        self.step(build, end, apply).await
    }

    /// Passes over an event, and records that. The last 1000 that were passed over are kept.
    ///
    /// # Errors
    ///
    /// The codes of the storage.
    pub async fn skip(
        &self,
        build: ProjectionBuild,
        skipped: Skipped,
    ) -> Result<Option<ProjectionBuild>> {
        let end = skipped.position;
        let record = move |builds: &Builds, connection: &Connection, made: &Made| {
            builds.record(connection, made.build, &skipped)
        };
        self.advance(build, end, record).await
    }

    /// Refuses a journal of which events were compacted: tables that are made anew would be without
    /// them, whatever their tags were. To be asked before a rebuild begins, and once more before its
    /// swap: what was compacted behind that had been read. Costs by the streams, not by the events.
    ///
    /// # Errors
    ///
    /// `integrity`, with a stream and its compaction mark; the codes of the storage.
    pub async fn check_uncompacted(&self) -> Result<()> {
        self.look(|builds, connection| builds.check_uncompacted(connection)).await
    }

    /// Puts a build in the place of the one that stands, unless that has come further, and answers
    /// whether it is there.
    ///
    /// # Errors
    ///
    /// `busy` where another rebuild has begun meanwhile; the codes of the storage.
    pub async fn swap(&self, number: u64) -> Result<bool> {
        let builds = self.builds.clone();
        self.journal.database.write(move |connection| builds.swap(connection, number)).await
    }

    /// What `read` reads in the tables that stand, at one moment.
    ///
    /// # Errors
    ///
    /// What `read` reports; the codes of the storage.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let at_once = move |builds: &Builds, connection: &Connection| {
            let standing = builds.standing(connection)?.ok_or_else(gone)?;
            read(&View::to_read(connection, &builds.names(&standing)?))
        };
        self.look(at_once).await
    }

    /// [`read`](Self::read) in the tables of the build of that number; nothing where it is gone.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub async fn read_build<T: Send + 'static>(
        &self,
        number: u64,
        read: impl FnOnce(&View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let at_once = move |builds: &Builds, connection: &Connection| {
            let Some(made) = builds.numbered(connection, number)? else { return Ok(None) };
            read(&View::to_read(connection, &builds.names(&made)?)).map(Some)
        };
        self.look(at_once).await
    }

    /// The events behind a position that were passed over, in position order, and at most so many.
    ///
    /// # Errors
    ///
    /// The codes of the storage.
    pub async fn skipped(&self, after: Position, limit: usize) -> Result<Vec<Skipped>> {
        self.look(move |builds, connection| builds.skipped(connection, after, limit)).await
    }

    /// [`apply`](Self::apply) for a handler that runs inside of the transaction.
    pub(super) async fn step(
        &self,
        build: ProjectionBuild,
        end: Position,
        change: impl Fn(&View<'_>) -> Result<()> + Send + 'static,
    ) -> Result<Option<ProjectionBuild>> {
        let change = move |builds: &Builds, connection: &Connection, made: &Made| {
            change(&View::to_write(connection, &builds.names(made)?))
        };
        self.advance(build, end, change).await
    }

    async fn advance(
        &self,
        build: ProjectionBuild,
        end: Position,
        change: impl Fn(&Builds, &Connection, &Made) -> Result<()> + Send + 'static,
    ) -> Result<Option<ProjectionBuild>> {
        if end < build.position {
            let message = format!("a build goes on from {} and not to {end}", build.position);
            return Err(Error::invalid(message));
        }
        let builds = self.builds.clone();
        let advance = move |connection: &Connection| {
            let made = builds.numbered(connection, build.number)?;
            let Some(made) = made.filter(|made| made.build == build) else { return Ok(None) };
            change(&builds, connection, &made)?;
            builds.advance(connection, made, end).map(Some)
        };
        self.journal.database.write(advance).await
    }

    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Builds, &Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let builds = self.builds.clone();
        self.journal.database.read(move |connection| look(&builds, connection)).await
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Corrupt, "the projection has no position any more")
}
