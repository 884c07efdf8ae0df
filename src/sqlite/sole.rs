//! Stores that are one table.

use rusqlite::Connection;

use super::{
    database::Database,
    options::{Settings, check_table},
    schema::{columns, foreign, mark_file},
};
use crate::error::Result;

/// What a table has.
pub(crate) struct Sole {
    columns: &'static str,
    definition: &'static str,
}

pub(crate) const SNAPSHOTS: Sole = Sole {
    columns: "pid,seq,state,ts",
    definition: "
        pid   TEXT NOT NULL,
        seq   INTEGER NOT NULL,
        state BLOB NOT NULL,
        ts    INTEGER NOT NULL,
        PRIMARY KEY (pid, seq)",
};

pub(crate) const STATES: Sole = Sole {
    columns: "pid,revision,state,ts,token",
    definition: "
        pid      TEXT NOT NULL PRIMARY KEY,
        revision INTEGER NOT NULL,
        state    BLOB,
        ts       INTEGER NOT NULL,
        token    BLOB NOT NULL",
};

impl Sole {
    /// Opens a database and makes the table there when there is none.
    pub(crate) async fn open(
        &'static self,
        table: String,
        path: &str,
        vfs: Option<&str>,
        settings: Settings,
    ) -> Result<Database> {
        check_table(&table)?;
        let looked_for = table.clone();
        let look = move |connection: &_| self.stands(connection, &looked_for);
        let make = move |connection: &_| self.make(connection, &table);
        Database::open(path, vfs, settings, Box::new(look), Box::new(make)).await
    }

    /// Whether the table stands.
    fn stands(&self, connection: &Connection, table: &str) -> Result<bool> {
        match columns(connection, table)? {
            None => Ok(false),
            Some(found) if found == self.columns => Ok(true),
            Some(other) => Err(foreign(table, &other)),
        }
    }

    /// Makes the table when there is none. To be called inside a transaction.
    fn make(&self, connection: &Connection, table: &str) -> Result<()> {
        if self.stands(connection, table)? {
            return Ok(());
        }
        connection.execute_batch(&format!(r#"CREATE TABLE "{table}" ({})"#, self.definition))?;
        mark_file(connection)
    }
}
