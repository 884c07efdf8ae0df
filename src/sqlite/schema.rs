//! The tables of a journal, and the marks of a file.
//!
//! The columns that the first version of the format had are the source page's and stand under its
//! names; DESIGN.md says why the others stand beside them.

use rusqlite::{Connection, OptionalExtension, Row};

use super::tables::at_once;
use crate::error::{Error, ErrorKind, Result};

/// `PRAGMA application_id`: `acjn` in ASCII.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"acjn");

/// `PRAGMA user_version`: the version of the tables below.
const VERSION: i32 = 2;

/// Refuses a file of another application or of a newer version.
pub(crate) fn check_file(connection: &Connection) -> Result<()> {
    // Another program may be making the file's tables and setting both at this moment.
    let (application, version) = at_once(connection, || {
        Ok((read_pragma(connection, "application_id")?, read_pragma(connection, "user_version")?))
    })?;
    if application != 0 && application != APPLICATION_ID {
        let message = format!("the file belongs to another application (id {application:#010x})");
        return Err(Error::new(ErrorKind::Corrupt, message));
    }
    if application == 0 && version != 0 {
        let message = format!("the file belongs to another application (version {version})");
        return Err(Error::new(ErrorKind::Corrupt, message));
    }
    if version > VERSION {
        let message = format!("the file has version {version}, this library writes {VERSION}");
        return Err(Error::new(ErrorKind::NewerVersion, message));
    }
    Ok(())
}

fn read_pragma(connection: &Connection, name: &str) -> Result<i32> {
    Ok(connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?)
}

/// Which tables of a journal, or of a store, a file holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Absent,
    /// Made by the source page's DDL.
    Page,
    /// Without manifests.
    Version1,
    Current,
}

/// Finds out what stands under the journal's names.
pub(crate) fn journal(connection: &Connection, stem: &str) -> Result<Found> {
    let found = columns(connection, stem)?;
    match found.as_deref() {
        None => {
            let siblings = ["_tags", "_heads", "_meta", "_position", "_tags_tag"];
            expect_none(connection, stem, &siblings).map(|()| Found::Absent)
        }
        Some("pid,seq,event,ts,tags") => {
            let siblings = ["_heads", "_meta", "_position", "_page", "_page_tags"];
            expect_none(connection, stem, &siblings).map(|()| Found::Page)
        }
        Some("pid,seq,event,ts,tags,position,token") => {
            expect_siblings(connection, stem).map(|()| Found::Version1)
        }
        Some("pid,seq,event,ts,tags,position,token,manifest,version") => {
            expect_siblings(connection, stem).map(|()| Found::Current)
        }
        Some(other) => Err(foreign(stem, other)),
    }
}

fn expect_siblings(connection: &Connection, stem: &str) -> Result<()> {
    expect(connection, &format!("{stem}_tags"), "pid,seq,tag,position")?;
    expect(connection, &format!("{stem}_heads"), "pid,head,compacted")?;
    expect(connection, &format!("{stem}_meta"), "key,value")
}

/// Makes the tables of a journal.
pub(crate) fn create_journal(connection: &Connection, stem: &str) -> Result<()> {
    connection.execute_batch(&format!(
        r#"
        CREATE TABLE "{stem}" (
            pid      TEXT NOT NULL,
            seq      INTEGER NOT NULL,
            event    BLOB NOT NULL,
            ts       INTEGER NOT NULL,
            tags     TEXT,
            position INTEGER NOT NULL,
            token    BLOB,
            manifest TEXT,
            version  INTEGER,
            PRIMARY KEY (pid, seq)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX "{stem}_position" ON "{stem}" (position);
        CREATE TABLE "{stem}_tags" (
            pid      TEXT NOT NULL,
            seq      INTEGER NOT NULL,
            tag      TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (pid, seq, tag),
            FOREIGN KEY (pid, seq) REFERENCES "{stem}" (pid, seq) ON DELETE CASCADE
        ) WITHOUT ROWID;
        CREATE INDEX "{stem}_tags_tag" ON "{stem}_tags" (tag, position);
        CREATE TABLE "{stem}_heads" (
            pid       TEXT NOT NULL PRIMARY KEY,
            head      INTEGER NOT NULL,
            compacted INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE "{stem}_meta" (
            key   TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID;
        "#
    ))?;
    Ok(())
}

/// Writes into the file what it is. To be called inside a transaction.
pub(crate) fn mark_file(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

fn expect(connection: &Connection, table: &str, expected: &str) -> Result<()> {
    match columns(connection, table)? {
        Some(found) if found == expected => Ok(()),
        Some(found) => Err(foreign(table, &found)),
        None => Err(Error::new(ErrorKind::Corrupt, format!("table {table:?} is missing"))),
    }
}

/// Refuses what stands where the journal's own tables and indexes would be made.
fn expect_none(connection: &Connection, stem: &str, suffixes: &[&str]) -> Result<()> {
    let names = suffixes.iter().map(|suffix| format!("{stem}{suffix}"));
    for name in names {
        if kind(connection, &name)?.is_some() {
            let message = format!("{name:?} stands where a table of the journal {stem:?} would");
            return Err(Error::new(ErrorKind::Corrupt, message));
        }
    }
    Ok(())
}

/// What is called `name`, in whatever case: a table, an index, a view, a trigger. What it was made
/// with must be text, or its columns have names that are none.
fn kind(connection: &Connection, name: &str) -> Result<Option<String>> {
    let sql = "SELECT type, sql FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE";
    let kind = |row: &Row<'_>| {
        row.get_ref(1)?.as_str_or_null()?;
        row.get(0)
    };
    Ok(connection.query_row(sql, [name], kind).optional()?)
}

pub(crate) fn foreign(table: &str, columns: &str) -> Error {
    let message = format!("table {table:?} is something else: it has the columns {columns}");
    Error::new(ErrorKind::Corrupt, message)
}

/// The names of a table's columns, comma-separated; `None` when there is no such table.
pub(crate) fn columns(connection: &Connection, table: &str) -> Result<Option<String>> {
    match kind(connection, table)?.as_deref() {
        None => return Ok(None),
        Some("table") => {}
        Some(kind) => {
            let message = format!("{table:?} is not a table but a kind of {kind}");
            return Err(Error::new(ErrorKind::Corrupt, message));
        }
    }
    let columns = connection.prepare(&format!("SELECT * FROM \"{table}\""))?;
    Ok(Some(columns.column_names().collect::<Vec<_>>().join(",")))
}
