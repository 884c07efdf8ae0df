//! How far a projection has come, beside its tables. A build is one making of the tables from the
//! events on; one of them stands, another one may be made beside it to take its place.

use rusqlite::{Connection, Row, params};

use super::view::{Names, View};
use crate::{
    error::{Error, ErrorKind, Result},
    recourse::{MOST_SKIPPED, Skipped},
    sqlite::{
        checksum::Checksum,
        row::{self, CHANGED, integer},
        schema::{self, check_bystanders},
        tables::prepare,
    },
    types::Position,
};

/// The builds of one projection. Everything here is to be called inside a transaction.
pub(in crate::sqlite) struct Builds {
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
}

/// A build as it is noted.
pub(super) struct Made {
    pub(super) build: ProjectionBuild,
    /// Whether its tables are those that are read. Another one may take their place.
    stands: bool,
    /// What it has made, and what goes with it.
    tables: Vec<String>,
}

impl Made {
    pub(super) fn names(&self) -> Names {
        let number = self.build.number;
        let suffix = if self.stands { String::new() } else { format!("_{number}") };
        Names::new(&self.tables, suffix)
    }

    fn has(&self, table: &str) -> bool {
        self.tables.iter().any(|own| own.eq_ignore_ascii_case(table))
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

    /// Of each projection of a journal, whether all is sound that is noted of its builds.
    pub(in crate::sqlite) fn check_all(
        connection: &Connection,
        stem: &str,
    ) -> Result<Vec<Result<()>>> {
        let table = Self::table(stem);
        if !schema::has(connection, &table)? {
            return Ok(Vec::new());
        }
        let mut select = prepare(connection, &format!("SELECT DISTINCT name FROM \"{table}\""))?;
        let names = select.query_map([], |row| row.get(0))?;
        let check = |name: rusqlite::Result<String>| {
            let builds = Self { name: name?, tables: Vec::new(), stem: stem.to_owned() };
            builds.all(connection).map(drop)
        };
        Ok(names.map(check).collect())
    }

    /// The build that stands, if there is one.
    pub(super) fn standing(&self, connection: &Connection) -> Result<Option<Made>> {
        Ok(self.all(connection)?.into_iter().find(|made| made.stands))
    }

    /// The build of that number, if it is there.
    pub(super) fn numbered(&self, connection: &Connection, number: u64) -> Result<Option<Made>> {
        Ok(self.all(connection)?.into_iter().find(|made| made.build.number == number))
    }

    /// What the tables of a build are called, to be read or written to.
    ///
    /// # Errors
    ///
    /// `invalid-argument` where it has made other tables than the projection has.
    pub(super) fn names(&self, made: &Made) -> Result<Names> {
        if made.tables == self.tables {
            return Ok(made.names());
        }
        let Self { name, tables, .. } = self;
        let message = format!(
            "the projection {name:?} was made with the tables {:?}, not with {tables:?}: rebuild it",
            made.tables
        );
        Err(Error::invalid(message))
    }

    /// Begins a build: the first one stands at once, another one takes the place of one that was
    /// begun before and does not stand.
    pub(super) fn begin(
        &self,
        connection: &Connection,
        create: impl FnOnce(&View<'_>) -> Result<()>,
    ) -> Result<ProjectionBuild> {
        let builds = self.all(connection)?;
        for given_up in builds.iter().filter(|made| !made.stands) {
            self.drop(connection, given_up)?;
        }
        let number = builds.iter().map(|made| made.build.number).max().unwrap_or(0) + 1;
        let standing = builds.iter().find(|made| made.stands);
        let build = ProjectionBuild { number, position: 0 };
        let made = Made { build, stands: standing.is_none(), tables: self.tables.clone() };
        let names = made.names();
        let others = |table: &&String| standing.is_none_or(|standing| !standing.has(table));
        check_free(connection, self.tables.iter().filter(others))?;
        check_free(connection, names.all().map(|(_, table)| table))?;
        create(&View::to_make(connection, &names))?;
        for (table, made) in names.all() {
            if !schema::has(connection, &made)? {
                let message = format!("`create` has not made the table {table:?}");
                return Err(Error::invalid(message));
            }
        }
        check_bystanders(connection, &schema::names(&self.stem))?;
        self.note(connection, &made)?;
        Ok(build)
    }

    /// Notes that a build knows of everything up to a position.
    pub(super) fn advance(
        &self,
        connection: &Connection,
        made: Made,
        position: Position,
    ) -> Result<ProjectionBuild> {
        let build = ProjectionBuild { position, ..made.build };
        self.note(connection, &Made { build, ..made }).map(|()| build)
    }

    /// Puts a build in the place of the one that stands, unless that has come further. It may be there
    /// already: a swap whose answer was lost is repeated.
    pub(super) fn swap(&self, connection: &Connection, number: u64) -> Result<bool> {
        let made = self.numbered(connection, number)?.ok_or_else(replaced)?;
        if made.stands {
            return Ok(true);
        }
        if let Some(standing) = self.standing(connection)? {
            if standing.build.position > made.build.position {
                return Ok(false);
            }
            self.drop(connection, &standing)?;
        }
        check_free(connection, &made.tables)?;
        for (table, beside) in made.names().all() {
            connection.execute_batch(&format!("ALTER TABLE \"{beside}\" RENAME TO \"{table}\""))?;
        }
        self.note(connection, &Made { stands: true, ..made })?;
        Ok(true)
    }

    /// Records an event that is passed over, and why. Of those before it the last ones are kept.
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
        let sql = format!(
            "DELETE FROM \"{0}\" WHERE name = ?1 AND build = ?2 AND position <= (
                 SELECT position FROM \"{0}\" WHERE name = ?1 AND build = ?2
                 ORDER BY position DESC LIMIT 1 OFFSET ?3
             )",
            Self::skipped_table(&self.stem)
        );
        prepare(connection, &sql)?.execute(params![self.name, build, MOST_SKIPPED as i64])?;
        Ok(())
    }

    /// The events behind a position that the standing build has passed over, in position order.
    pub(super) fn skipped(
        &self,
        connection: &Connection,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Skipped>> {
        let Some(Made { build, .. }) = self.standing(connection)? else { return Ok(Vec::new()) };
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

    /// Refuses a journal of which events were compacted. Costs by the streams.
    pub(super) fn check_uncompacted(&self, connection: &Connection) -> Result<()> {
        let heads = format!("{}_heads", self.stem);
        let sql = format!("SELECT pid, compacted FROM \"{heads}\" WHERE compacted > 0 LIMIT 1");
        let mut select = prepare(connection, &sql)?;
        let mut rows = select.query([])?;
        let Some(row) = rows.next()? else { return Ok(()) };
        let (id, seq) = (row::id(row, 0)?, row.get::<_, i64>(1)?.cast_unsigned());
        let message = format!(
            "stream {id:?} was compacted up to seq {seq}, and a rebuild would be without these events: say `acceptCompacted` (`accept_compacted`) to go on"
        );
        Err(Error::new(ErrorKind::Integrity { id, seq }, message))
    }

    /// None where nothing was ever begun in the database.
    fn all(&self, connection: &Connection) -> Result<Vec<Made>> {
        if !schema::has(connection, &Self::table(&self.stem))? {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT build, position, stands, tables, checksum FROM \"{}\" WHERE name = ?1",
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

    fn read(&self, row: &Row<'_>) -> Result<Made> {
        let (number, position): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (number, position) = (number.cast_unsigned(), position.cast_unsigned());
        let tables: String = row.get(3)?;
        let made = Made {
            build: ProjectionBuild { number, position },
            stands: row.get(2)?,
            tables: tables.split_terminator(',').map(str::to_owned).collect(),
        };
        if row::checksum(row, 4)? == Some(self.checksum(&made, &tables)) {
            return Ok(made);
        }
        let message = format!("of the position of projection {:?}, {CHANGED}", self.name);
        Err(Error::new(ErrorKind::Corrupt, message))
    }

    fn note(&self, connection: &Connection, made: &Made) -> Result<()> {
        let sql = format!(
            "INSERT OR REPLACE INTO \"{}\" (name, build, position, stands, tables, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            Self::table(&self.stem)
        );
        let (number, position) = (integer(made.build.number), integer(made.build.position));
        let tables = made.tables.join(",");
        let checksum = self.checksum(made, &tables);
        let row = params![self.name, number, position, made.stands, tables, checksum];
        prepare(connection, &sql)?.execute(row)?;
        Ok(())
    }

    /// Drops the tables that a build has made, and what is noted of it.
    fn drop(&self, connection: &Connection, made: &Made) -> Result<()> {
        for (_, table) in made.names().all() {
            connection.execute_batch(&format!("DROP TABLE IF EXISTS \"{table}\""))?;
        }
        for table in [Self::table(&self.stem), Self::skipped_table(&self.stem)] {
            let sql = format!("DELETE FROM \"{table}\" WHERE name = ?1 AND build = ?2");
            connection.execute(&sql, params![self.name, integer(made.build.number)])?;
        }
        Ok(())
    }

    fn checksum(&self, made: &Made, tables: &str) -> i64 {
        let ProjectionBuild { number, position } = made.build;
        Checksum::of_build(&self.name, number, position, made.stands, tables)
    }
}

/// Refuses tables that somebody else has made: a projection drops those that are its own.
fn check_free(
    connection: &Connection,
    tables: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<()> {
    for table in tables {
        let table = table.as_ref();
        if schema::has(connection, table)? {
            return Err(Error::invalid(format!("the table {table:?} is there already")));
        }
    }
    Ok(())
}

pub(super) fn replaced() -> Error {
    Error::new(ErrorKind::Busy, "another rebuild of the projection has begun")
}
