//! How far a projection has come, beside its tables. A build is one making of the tables from the
//! events on; one of them stands, another one may be made beside it to take its place.

use rusqlite::{Connection, Row, params};

use super::view::{Names, View};
use crate::{
    error::{Error, ErrorKind, Result},
    recourse::Skipped,
    sqlite::{
        checksum::Checksum,
        row::{self, CHANGED, integer},
        schema::{self, check_bystanders},
        tables::prepare,
    },
    types::Position,
};

/// The builds of one projection. Everything here is to be called inside a transaction.
pub(super) struct Builds {
    pub(super) name: String,
    pub(super) tables: Vec<String>,
    /// The stem of the journal's tables.
    pub(super) stem: String,
}

/// One making of a projection's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectionBuild {
    /// Which of those of its projection it is. None is given out twice.
    pub number: u64,
    /// The last position of which it knows.
    pub position: Position,
    /// Whether its tables are those that are read. Another one may take their place.
    pub(super) stands: bool,
}

impl ProjectionBuild {
    /// The build of that number, taken to have come to a position.
    pub fn at(number: u64, position: Position) -> Self {
        Self { number, position, stands: false }
    }
}

impl Builds {
    /// The name of the table of builds.
    pub(super) fn table(stem: &str) -> String {
        format!("{stem}_projections")
    }

    /// The name of the table of events that were passed over.
    pub(super) fn skipped_table(stem: &str) -> String {
        format!("{stem}_skipped")
    }

    pub(super) fn names(&self, build: ProjectionBuild) -> Names {
        let suffix = if build.stands { String::new() } else { format!("_{}", build.number) };
        Names::new(&self.tables, suffix)
    }

    /// What the tables that stand are called.
    pub(super) fn standing_names(&self) -> Names {
        Names::new(&self.tables, String::new())
    }

    /// The build that stands, if there is one.
    pub(super) fn standing(&self, connection: &Connection) -> Result<Option<ProjectionBuild>> {
        Ok(self.all(connection)?.into_iter().find(|build| build.stands))
    }

    /// The build of that number, if it is there.
    pub(super) fn numbered(
        &self,
        connection: &Connection,
        number: u64,
    ) -> Result<Option<ProjectionBuild>> {
        Ok(self.all(connection)?.into_iter().find(|build| build.number == number))
    }

    /// Begins a build: the first one stands at once, another one takes the place of one that was
    /// begun before and does not stand.
    pub(super) fn begin(
        &self,
        connection: &Connection,
        create: impl FnOnce(&View<'_>) -> Result<()>,
    ) -> Result<ProjectionBuild> {
        let builds = self.all(connection)?;
        for given_up in builds.iter().filter(|build| !build.stands) {
            self.drop_tables(connection, *given_up)?;
            self.forget(connection, *given_up)?;
        }
        let number = builds.iter().map(|build| build.number).max().unwrap_or(0) + 1;
        let build = ProjectionBuild {
            number,
            position: 0,
            stands: !builds.iter().any(|build| build.stands),
        };
        let names = self.names(build);
        create(&View::to_make(connection, &names))?;
        for (table, made) in names.all() {
            if !schema::has(connection, &made)? {
                let message = format!("`create` has not made the table {table:?}");
                return Err(Error::invalid(message));
            }
        }
        check_bystanders(connection, &schema::names(&self.stem))?;
        self.note(connection, build)?;
        Ok(build)
    }

    /// Notes that a build knows of everything up to a position.
    pub(super) fn advance(
        &self,
        connection: &Connection,
        build: ProjectionBuild,
        position: Position,
    ) -> Result<ProjectionBuild> {
        let build = ProjectionBuild { position, ..build };
        self.note(connection, build).map(|()| build)
    }

    /// Puts a build in the place of the one that stands, unless that has come further. It may be there
    /// already: a swap whose answer was lost is repeated.
    pub(super) fn swap(&self, connection: &Connection, number: u64) -> Result<bool> {
        let build = self.numbered(connection, number)?.ok_or_else(replaced)?;
        if build.stands {
            return Ok(true);
        }
        if let Some(standing) = self.standing(connection)? {
            if standing.position > build.position {
                return Ok(false);
            }
            self.drop_tables(connection, standing)?;
            self.forget(connection, standing)?;
        }
        for (table, made) in self.names(build).all() {
            connection.execute_batch(&format!("ALTER TABLE \"{made}\" RENAME TO \"{table}\""))?;
        }
        self.note(connection, ProjectionBuild { stands: true, ..build })?;
        Ok(true)
    }

    /// Records an event that is passed over, and why.
    pub(super) fn record(
        &self,
        connection: &Connection,
        build: ProjectionBuild,
        skipped: &Skipped,
    ) -> Result<()> {
        let sql = format!(
            "INSERT INTO \"{}\" (name, build, position, pid, seq, error, ts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            Self::skipped_table(&self.stem)
        );
        let Skipped { id, seq, position, error, timestamp } = skipped;
        let (build, position, seq) = (integer(build.number), integer(*position), integer(*seq));
        let row = params![self.name, build, position, id.as_str(), seq, error, timestamp];
        prepare(connection, &sql)?.execute(row)?;
        Ok(())
    }

    /// The events behind a position that the standing build has passed over, in position order.
    pub(super) fn skipped(
        &self,
        connection: &Connection,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Skipped>> {
        let Some(build) = self.standing(connection)? else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT pid, seq, position, error, ts FROM \"{}\"
             WHERE name = ?1 AND build = ?2 AND position > ?3 ORDER BY position LIMIT ?4",
            Self::skipped_table(&self.stem)
        );
        let mut select = prepare(connection, &sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let asked = params![self.name, integer(build.number), integer(after), limit];
        let mut rows = select.query(asked)?;
        let mut skipped = Vec::new();
        while let Some(row) = rows.next()? {
            let (seq, position): (i64, i64) = (row.get(1)?, row.get(2)?);
            skipped.push(Skipped {
                id: row::id(row, 0)?,
                seq: seq.cast_unsigned(),
                position: position.cast_unsigned(),
                error: row.get(3)?,
                timestamp: row.get(4)?,
            });
        }
        Ok(skipped)
    }

    /// None where nothing was ever begun in the database.
    fn all(&self, connection: &Connection) -> Result<Vec<ProjectionBuild>> {
        if !schema::has(connection, &Self::table(&self.stem))? {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT build, position, stands, checksum FROM \"{}\" WHERE name = ?1",
            Self::table(&self.stem)
        );
        let mut select = prepare(connection, &sql)?;
        let mut rows = select.query([&self.name])?;
        let mut builds = Vec::new();
        while let Some(row) = rows.next()? {
            builds.push(self.read(row)?);
        }
        Ok(builds)
    }

    fn read(&self, row: &Row<'_>) -> Result<ProjectionBuild> {
        let (number, position): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (number, position) = (number.cast_unsigned(), position.cast_unsigned());
        let build = ProjectionBuild { number, position, stands: row.get(2)? };
        if row::checksum(row, 3)? == Some(self.checksum(build)) {
            return Ok(build);
        }
        let message = format!("of the position of projection {:?}, {CHANGED}", self.name);
        Err(Error::new(ErrorKind::Corrupt, message))
    }

    fn note(&self, connection: &Connection, build: ProjectionBuild) -> Result<()> {
        let sql = format!(
            "INSERT OR REPLACE INTO \"{}\" (name, build, position, stands, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            Self::table(&self.stem)
        );
        let (number, position) = (integer(build.number), integer(build.position));
        let row = params![self.name, number, position, build.stands, self.checksum(build)];
        prepare(connection, &sql)?.execute(row)?;
        Ok(())
    }

    fn forget(&self, connection: &Connection, build: ProjectionBuild) -> Result<()> {
        for table in [Self::table(&self.stem), Self::skipped_table(&self.stem)] {
            let sql = format!("DELETE FROM \"{table}\" WHERE name = ?1 AND build = ?2");
            connection.execute(&sql, params![self.name, integer(build.number)])?;
        }
        Ok(())
    }

    fn drop_tables(&self, connection: &Connection, build: ProjectionBuild) -> Result<()> {
        for (_, table) in self.names(build).all() {
            connection.execute_batch(&format!("DROP TABLE IF EXISTS \"{table}\""))?;
        }
        Ok(())
    }

    fn checksum(&self, build: ProjectionBuild) -> i64 {
        Checksum::of_build(&self.name, build.number, build.position, build.stands)
    }
}

pub(super) fn replaced() -> Error {
    Error::new(ErrorKind::Busy, "another rebuild of the projection has begun")
}
