//! Stores that are one table.

use rusqlite::Connection;

use super::{
    database::Database,
    options::{Settings, check_table},
    schema::{columns, foreign, mark_file},
    upgrade::add_manifest,
};
use crate::error::Result;

/// What stands under a table's name.
#[derive(PartialEq, Eq)]
enum Found {
    Absent,
    /// Without manifests: the table of version 1, and the source page's.
    Version1,
    Current,
}

/// What a table has.
pub(crate) struct Sole {
    columns: &'static str,
    /// The columns that it had in version 1 of the format.
    version_1: Option<&'static str>,
    definition: &'static str,
}

pub(crate) const SNAPSHOTS: Sole = Sole {
    columns: "pid,seq,state,ts,manifest,version",
    version_1: Some("pid,seq,state,ts"),
    definition: "
        pid      TEXT NOT NULL,
        seq      INTEGER NOT NULL,
        state    BLOB NOT NULL,
        ts       INTEGER NOT NULL,
        manifest TEXT,
        version  INTEGER,
        PRIMARY KEY (pid, seq)",
};

pub(crate) const STATES: Sole = Sole {
    columns: "pid,revision,state,ts,token,manifest,version",
    version_1: None,
    definition: "
        pid      TEXT NOT NULL PRIMARY KEY,
        revision INTEGER NOT NULL,
        state    BLOB,
        ts       INTEGER NOT NULL,
        token    BLOB NOT NULL,
        manifest TEXT,
        version  INTEGER",
};

impl Sole {
    /// Opens a database, makes the table there when there is none, and brings it up to date.
    pub(crate) async fn open(
        &'static self,
        table: String,
        path: &str,
        vfs: Option<&str>,
        settings: Settings,
    ) -> Result<Database> {
        check_table(&table)?;
        let looked_for = table.clone();
        let look = move |connection: &_| Ok(self.found(connection, &looked_for)? == Found::Current);
        let make = move |connection: &_| self.make(connection, &table);
        Database::open(path, vfs, settings, Box::new(look), Box::new(make)).await
    }

    /// Makes the table, where there is none, in a database that is open, and brings it up to date.
    pub(crate) async fn within(&'static self, table: String, database: &Database) -> Result<()> {
        check_table(&table)?;
        let looked_for = table.clone();
        let look = move |connection: &_| Ok(self.found(connection, &looked_for)? == Found::Current);
        match database.read(look).await? {
            true => Ok(()),
            false => database.write(move |connection| self.make(connection, &table)).await,
        }
    }

    /// Finds out what stands under the table's name.
    fn found(&self, connection: &Connection, table: &str) -> Result<Found> {
        match columns(connection, table)?.as_deref() {
            None => Ok(Found::Absent),
            Some(found) if found == self.columns => Ok(Found::Current),
            found if found == self.version_1 => Ok(Found::Version1),
            Some(other) => Err(foreign(table, other)),
        }
    }

    /// Brings the table to the current version. To be called inside a transaction.
    fn make(&self, connection: &Connection, table: &str) -> Result<()> {
        match self.found(connection, table)? {
            Found::Current => return Ok(()),
            Found::Version1 => add_manifest(connection, table)?,
            Found::Absent => {
                let create = format!(r#"CREATE TABLE "{table}" ({})"#, self.definition);
                connection.execute_batch(&create)?;
            }
        }
        mark_file(connection)
    }
}
