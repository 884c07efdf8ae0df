//! What a file holds: its marks, and which version of the tables.

mod bystanders;
mod definition;

use rusqlite::{Connection, OptionalExtension};

pub(crate) use bystanders::check_bystanders;
pub(crate) use definition::{Definition, beginnings, projections, skipped, snapshots, states};

use super::{notes, tables::at_once};
use crate::error::{Error, ErrorKind, Result};

/// `PRAGMA application_id`: `acjn` in ASCII.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"acjn");

/// `PRAGMA user_version`: the version of the tables.
pub(crate) const VERSION: u32 = 4;

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
    if version > VERSION.cast_signed() {
        let message = format!("the file has version {version}, this library writes {VERSION}");
        return Err(Error::new(ErrorKind::NewerVersion, message));
    }
    Ok(())
}

/// Whether the file says that it is one of this library's.
pub(crate) fn is_marked(connection: &Connection) -> Result<bool> {
    Ok(read_pragma(connection, "application_id")? == APPLICATION_ID)
}

fn read_pragma(connection: &Connection, name: &str) -> Result<i32> {
    Ok(connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?)
}

/// Which tables of a journal, or of a store, a file holds. Each has what those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Found {
    Absent,
    /// Made by the source page's DDL.
    Page,
    /// Without manifests.
    Version1,
    /// Without checksums.
    Version2,
    /// Without the order in which streams have begun.
    Version3,
    Current,
}

impl Found {
    /// Those that a statement reads as they are, newest first.
    pub(crate) const READABLE: [Self; 4] =
        [Self::Current, Self::Version3, Self::Version2, Self::Version1];

    /// Whether tables like these do where nothing may be written, or else only current ones.
    pub(crate) fn serves(self, read_only: bool) -> bool {
        self == Self::Current || read_only && self >= Self::Version1
    }

    pub(crate) fn has_manifests(self) -> bool {
        self >= Self::Version2
    }

    pub(crate) fn has_checksums(self) -> bool {
        self >= Self::Version3
    }

    pub(crate) fn has_beginnings(self) -> bool {
        self >= Self::Current
    }
}

/// Finds out what stands under the journal's names.
pub(crate) fn journal(connection: &Connection, stem: &str) -> Result<Found> {
    let Some(sql) = made_by(connection, stem)? else {
        let siblings = ["_tags", "_heads", "_begun", "_meta", "_position", "_tags_tag"];
        return expect_none(connection, stem, &siblings).map(|()| Found::Absent);
    };
    for found in Found::READABLE {
        if definition::journal(stem, found)[0].is_made_by(&sql) {
            return whole(connection, stem, found);
        }
    }
    if !definition::journal(stem, Found::Page)[0].is_made_by(&sql) {
        return Err(foreign(stem, &sql));
    }
    if has(connection, &format!("{stem}_tags"))? {
        expect(connection, &definition::page_tags(stem))?;
    }
    let siblings = ["_heads", "_begun", "_meta", "_position", "_page", "_page_tags"];
    expect_none(connection, stem, &siblings).map(|()| Found::Page)
}

/// Finds the other tables and the indexes beside a table of events that was made as in a version. Version
/// 3 made it as the current one does, which notes its number.
fn whole(connection: &Connection, stem: &str, found: Found) -> Result<Found> {
    let expect_all = |found| {
        let definitions = definition::journal(stem, found);
        definitions.iter().try_for_each(|definition| expect(connection, definition))
    };
    let begun = definition::beginnings(stem);
    if found.has_beginnings() && has(connection, &begun.name)? {
        return expect_all(found).map(|()| found);
    }
    let found = found.min(Found::Version3);
    expect_all(found)?;
    expect_none(connection, stem, &["_begun"])?;
    if notes::has(connection, stem, notes::VERSION)? {
        expect(connection, &begun)?
    }
    Ok(found)
}

/// The stem of the journal that a table belongs to, which was made by `sql`, if it belongs to one.
pub(crate) fn stem_of<'a>(table: &'a str, sql: &str) -> Option<&'a str> {
    let versions = Found::READABLE.into_iter().chain([Found::Page]);
    let is_own = |stem: &str| {
        let mut own = versions.clone().flat_map(|found| definition::journal(stem, found));
        own.any(|definition| definition.name == table && definition.is_made_by(sql))
    };
    let stems = ["", "_tags", "_heads", "_begun", "_meta"].map(|suffix| table.strip_suffix(suffix));
    stems.into_iter().flatten().find(|stem| is_own(stem))
}

/// What a journal has in a file.
pub(crate) fn names(stem: &str) -> Vec<String> {
    definition::journal(stem, Found::Current).into_iter().map(|own| own.name).collect()
}

/// Makes the tables of a journal.
pub(crate) fn create_journal(connection: &Connection, stem: &str) -> Result<()> {
    let definitions = definition::journal(stem, Found::Current);
    definitions.iter().try_for_each(|definition| Ok(connection.execute_batch(&definition.sql)?))
}

/// Writes into the file what it is. To be called inside a transaction.
pub(crate) fn mark_file(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

fn expect(connection: &Connection, definition: &Definition) -> Result<()> {
    let name = &definition.name;
    match made_by(connection, name)? {
        Some(sql) if definition.is_made_by(&sql) => Ok(()),
        Some(sql) => Err(foreign(name, &sql)),
        None => Err(Error::new(ErrorKind::Corrupt, format!("{name:?} is missing"))),
    }
}

/// Refuses what stands where the journal's own tables and indexes would be made.
fn expect_none(connection: &Connection, stem: &str, suffixes: &[&str]) -> Result<()> {
    let names = suffixes.iter().map(|suffix| format!("{stem}{suffix}"));
    for name in names {
        if has(connection, &name)? {
            let message = format!("{name:?} stands where a table of the journal {stem:?} would");
            return Err(Error::new(ErrorKind::Corrupt, message));
        }
    }
    Ok(())
}

/// Whether anything is called `name`.
pub(crate) fn has(connection: &Connection, name: &str) -> Result<bool> {
    Ok(made_by(connection, name)?.is_some())
}

/// The statement that made what is called `name`, in whatever case: a table, an index, a view. A
/// trigger may be called so beside it.
pub(crate) fn made_by(connection: &Connection, name: &str) -> Result<Option<String>> {
    let sql = "SELECT coalesce(sql, '') FROM sqlite_schema
               WHERE name = ?1 COLLATE NOCASE AND type <> 'trigger'";
    Ok(connection.query_row(sql, [name], |row| row.get(0)).optional()?)
}

/// That a name stands for something else.
pub(crate) fn foreign(name: &str, sql: &str) -> Error {
    let start: String = sql.chars().take(200).collect();
    let message = format!("{name:?} is something else, made by: {start}");
    Error::new(ErrorKind::Corrupt, message)
}
