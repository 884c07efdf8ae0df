//! All journals and stores of a database, checked on one connection.

use std::slice;

use rusqlite::Connection;

use super::{journal, part, snapshots, states, structure};
use crate::{
    error::{Error, ErrorKind, Result},
    sqlite::{
        info::Contents,
        schema::{self, Found, check_bystanders},
        snapshots::Sql as Snapshots,
        states::Sql as States,
        tables::Tables,
    },
    types::VerificationPage,
};

/// The check of one of them, of which each call takes a part: that which the cursor names.
pub(in crate::sqlite) type Check = Box<dyn Fn(&Connection, &str) -> Result<VerificationPage>>;

/// The checks of all that the database holds, in the version that it has. Of a journal of the source
/// page's format there is only SQLite's. Whether snapshots fit a journal is left open: which one they
/// belong to stands nowhere.
///
/// # Errors
///
/// `corrupt` for tables that cannot be opened.
pub(in crate::sqlite) fn checks(connection: &Connection) -> Result<Vec<Check>> {
    let Contents { journals, snapshots, states, changed } = Contents::of(connection)?;
    if let Some(table) = changed.first() {
        let message = format!("the copy is damaged: what made the table {table:?} was changed");
        return Err(Error::new(ErrorKind::Corrupt, message));
    }
    let mut checks = Vec::new();
    for stem in journals {
        checks.extend(journal_of(connection, &stem)?);
    }
    if checks.is_empty() {
        // That of a journal begins with the same.
        checks.push(Box::new(whole_file));
    }
    for (table, found) in snapshots {
        check_bystanders(connection, slice::from_ref(&table))?;
        let rows = Snapshots::new(&table, usize::MAX, found).select_rows;
        checks.push(Box::new(move |connection, cursor| {
            snapshots::verify_part(connection, &table, &rows, None, cursor)
        }));
    }
    for (table, found) in states {
        check_bystanders(connection, slice::from_ref(&table))?;
        let rows = States::new(&table, found).select_rows;
        checks.push(Box::new(move |connection, cursor| {
            states::verify_part(connection, &table, &rows, cursor)
        }));
    }
    Ok(checks)
}

fn journal_of(connection: &Connection, stem: &str) -> Result<Option<Check>> {
    check_bystanders(connection, &schema::names(stem))?;
    let found = schema::journal(connection, stem)?;
    if found == Found::Page {
        return Ok(None);
    }
    let tables = Tables::of(stem, found)?;
    Ok(Some(Box::new(move |connection, cursor| journal::verify_part(connection, &tables, cursor))))
}

fn whole_file(connection: &Connection, cursor: &str) -> Result<VerificationPage> {
    part(connection, cursor, &[&|part| structure(connection, part, None, "SELECT 0")])
}
