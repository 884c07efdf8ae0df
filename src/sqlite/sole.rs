//! Stores that are one table.

use rusqlite::Connection;

use super::{
    database::Database,
    options::{Settings, check_table},
    schema::{self, Definition, Found, check_bystanders, foreign, made_by, mark_file},
    upgrade::add_columns,
};
use crate::error::Result;

/// What a store's table is in each version.
pub(crate) struct Sole {
    definition: fn(&str, Found) -> Definition,
    /// The version that brought it.
    since: Found,
}

/// The source page had snapshots as well.
pub(crate) const SNAPSHOTS: Sole = Sole { definition: schema::snapshots, since: Found::Version1 };

pub(crate) const STATES: Sole = Sole { definition: schema::states, since: Found::Version2 };

/// They came with the current version.
pub(crate) const PROJECTIONS: Sole =
    Sole { definition: schema::projections, since: Found::Current };

pub(crate) const SKIPPED: Sole = Sole { definition: schema::skipped, since: Found::Current };

impl Sole {
    /// Opens a database, makes the table there when there is none, and brings it up to date; answers
    /// what the table then is.
    pub(crate) async fn open(
        &'static self,
        table: String,
        path: &str,
        vfs: Option<&str>,
        settings: Settings,
    ) -> Result<(Database, Found)> {
        check_table(&table)?;
        let looked_for = table.clone();
        let look = move |connection: &_| {
            check_bystanders(connection, std::slice::from_ref(&looked_for))?;
            Ok(self.found(connection, &looked_for)?.serves(settings.read_only))
        };
        let made = table.clone();
        let make = move |connection: &_| self.make(connection, &made);
        let (look, make) = (Box::new(look), Box::new(make));
        let database = Database::open(path, vfs, settings, look, make).await?;
        if !settings.read_only {
            return Ok((database, Found::Current));
        }
        let found = database.read(move |connection| self.found(connection, &table)).await?;
        Ok((database, found))
    }

    /// Makes the table, where there is none, in a database that is open, and brings it up to date;
    /// answers what the table then is.
    pub(crate) async fn within(&'static self, table: String, database: &Database) -> Result<Found> {
        check_table(&table)?;
        let looked_for = table.clone();
        let look = move |connection: &_| {
            check_bystanders(connection, std::slice::from_ref(&looked_for))?;
            self.found(connection, &looked_for)
        };
        let found = database.read(look).await?;
        if found.serves(database.is_read_only()?) {
            return Ok(found);
        }
        database.make(move |connection| self.make(connection, &table)).await?;
        Ok(Found::Current)
    }

    /// Finds out what stands under the table's name.
    fn found(&self, connection: &Connection, table: &str) -> Result<Found> {
        let Some(sql) = made_by(connection, table)? else { return Ok(Found::Absent) };
        self.version(table, &sql).ok_or_else(|| foreign(table, &sql))
    }

    /// The version of a table that was made by `sql`, if it is one of these.
    pub(crate) fn version(&self, table: &str, sql: &str) -> Option<Found> {
        let known = Found::READABLE.into_iter().filter(|found| *found >= self.since);
        known.into_iter().find(|found| (self.definition)(table, *found).is_made_by(sql))
    }

    /// Whether a table that was made by `sql` is one of these, changed behind the back of the library.
    pub(crate) fn was(&self, table: &str, sql: &str) -> bool {
        let known = Found::READABLE.into_iter().filter(|found| *found >= self.since);
        known.into_iter().any(|found| (self.definition)(table, found).is_nearly(sql))
    }

    /// Brings the table to the current version. To be called inside a transaction.
    fn make(&self, connection: &Connection, table: &str) -> Result<()> {
        match self.found(connection, table)? {
            Found::Current => return Ok(()),
            Found::Absent => {
                connection.execute_batch(&(self.definition)(table, Found::Current).sql)?;
            }
            earlier => add_columns(connection, table, earlier)?,
        }
        mark_file(connection)
    }
}
