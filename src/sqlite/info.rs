//! What a database holds, without a change to it.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    append::last_position,
    database::Database,
    options::{SqliteOptions, check_table},
    schema::{self, Found},
    sole::{SNAPSHOTS, STATES},
    tables::{Tables, at_once},
};
use crate::{
    error::Result,
    types::{Position, Timestamp},
};

/// What a database file is and which journals and stores it holds.
///
/// ```
/// use actor_journal::{DatabaseInfo, Journal, SqliteJournal, SqliteOptions};
///
/// # pollster::block_on(async {
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("events.db").to_str().unwrap().to_owned();
/// let options = SqliteOptions::new(path);
/// SqliteJournal::open(options.clone()).await?.close().await?;
/// let info = DatabaseInfo::read(options).await?;
/// assert_eq!(info.journals[0].events_table, "events");
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatabaseInfo {
    /// Bytes of the database, without what is in its write-ahead log alone.
    pub bytes: u64,
    /// Bytes of a page.
    pub page_size: u64,
    /// SQLite's [journal mode](https://www.sqlite.org/pragma.html#pragma_journal_mode): `wal` or
    /// `delete`, as a rule.
    pub journal_mode: String,
    /// The application whose file it is: `0x61636a6e` (`acjn`), or 0 where no program of this
    /// library has written to it yet.
    pub application_id: u32,
    /// The version of its tables: 0 where no program of this library has written to it yet.
    pub version: u32,
    /// The journals, by their stems.
    pub journals: Vec<JournalInfo>,
    /// The tables of snapshots, with how many there are in each.
    pub snapshots: Vec<TableInfo>,
    /// The tables of durable states, with how many there are in each, removed ones too.
    pub states: Vec<TableInfo>,
}

/// What a journal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalInfo {
    /// The stem of its tables.
    pub events_table: String,
    /// How many streams there are, with those whose events were all deleted.
    pub streams: u64,
    /// How many events there are, as far as the heads and compaction marks of the streams tell.
    pub events: u64,
    /// The highest position ever given out.
    pub head_position: Position,
    /// When the first event that is left was written.
    pub first_timestamp: Option<Timestamp>,
    /// When the last event that is left was written.
    pub last_timestamp: Option<Timestamp>,
}

/// How many rows a table has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableInfo {
    /// Its name.
    pub table: String,
    /// Its rows, counted.
    pub rows: u64,
}

impl DatabaseInfo {
    /// Looks into the file that `options` name, and into all its journals and stores, whichever
    /// tables the options speak of. Nothing of it is changed.
    ///
    /// Streams and snapshots are counted, which costs by their number. Events are not, but in a
    /// file of the source page's format that nobody has brought up to date yet.
    ///
    /// # Errors
    ///
    /// As [`SqliteJournal::open`](crate::SqliteJournal::open) for reading only, and `corrupt` for
    /// tables that only look like a journal's.
    pub async fn read(options: SqliteOptions) -> Result<Self> {
        let SqliteOptions { path, vfs, settings, .. } = options.read_only(true);
        let (look, make) = (Box::new(|_: &_| Ok(true)), Box::new(|_: &_| Ok(())));
        let database = Database::open(&path, vfs.as_deref(), settings, look, make).await?;
        let info = database.read(|connection| at_once(connection, || info(connection))).await;
        database.close().await?;
        info
    }
}

fn info(connection: &Connection) -> Result<DatabaseInfo> {
    let page_size = pragma(connection, "page_size")?;
    let mut info = DatabaseInfo {
        bytes: page_size * pragma(connection, "page_count")?,
        page_size,
        journal_mode: connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?,
        application_id: pragma(connection, "application_id")? as u32,
        version: pragma(connection, "user_version")? as u32,
        journals: Vec::new(),
        snapshots: Vec::new(),
        states: Vec::new(),
    };
    let Contents { journals, snapshots, states, .. } = Contents::of(connection)?;
    for (table, _) in snapshots {
        info.snapshots.push(rows(connection, table)?);
    }
    for (table, _) in states {
        info.states.push(rows(connection, table)?);
    }
    for stem in journals {
        info.journals.push(journal(connection, stem)?);
    }
    Ok(info)
}

/// The names of what a database holds, and the versions of its stores.
pub(super) struct Contents {
    /// By their stems. A journal of which only some tables are left is one, too.
    pub(super) journals: BTreeSet<String>,
    pub(super) snapshots: Vec<(String, Found)>,
    pub(super) states: Vec<(String, Found)>,
    /// Tables that were a store's before somebody, or damage, changed what made them.
    pub(super) changed: Vec<String>,
}

impl Contents {
    pub(super) fn of(connection: &Connection) -> Result<Self> {
        let (journals, snapshots, states) = (BTreeSet::new(), Vec::new(), Vec::new());
        let mut contents = Self { journals, snapshots, states, changed: Vec::new() };
        for (table, sql) in tables(connection)? {
            if let Some(stem) = schema::stem_of(&table, &sql) {
                contents.journals.insert(stem.to_owned());
            } else if let Some(found) = SNAPSHOTS.version(&table, &sql) {
                contents.snapshots.push((table, found));
            } else if let Some(found) = STATES.version(&table, &sql) {
                contents.states.push((table, found));
            } else if SNAPSHOTS.was(&table, &sql) || STATES.was(&table, &sql) {
                contents.changed.push(table);
            }
        }
        Ok(contents)
    }
}

fn pragma(connection: &Connection, name: &str) -> Result<u64> {
    Ok(connection.query_row(&format!("PRAGMA {name}"), [], |row| count(row, 0))?)
}

/// The tables that may be a journal's or a store's, by their names, and what made each.
fn tables(connection: &Connection) -> Result<Vec<(String, String)>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut select = connection.prepare(sql)?;
    let tables = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let tables = tables.collect::<rusqlite::Result<Vec<(String, String)>>>()?;
    Ok(tables.into_iter().filter(|(name, _)| check_table(name).is_ok()).collect())
}

fn journal(connection: &Connection, events_table: String) -> Result<JournalInfo> {
    let tables = Tables::new(&events_table)?;
    let ((streams, events, head_position), order) = match schema::journal(connection, &tables.stem)?
    {
        Found::Page => (counted(connection, &tables)?, "rowid"),
        _ => (noted(connection, &tables)?, "position"),
    };
    let timestamp = |direction| {
        let sql =
            format!(r#"SELECT ts FROM "{events_table}" ORDER BY {order} {direction} LIMIT 1"#);
        connection.query_row(&sql, [], |row| row.get(0)).optional()
    };
    let (first_timestamp, last_timestamp) = (timestamp("ASC")?, timestamp("DESC")?);
    Ok(JournalInfo {
        events_table,
        streams,
        events,
        head_position,
        first_timestamp,
        last_timestamp,
    })
}

/// Streams, events and the highest position, by what is noted of them.
fn noted(connection: &Connection, tables: &Tables) -> Result<(u64, u64, Position)> {
    let sql = format!(
        r#"SELECT count(*), CAST(total(max(head - compacted, 0)) AS INTEGER) FROM "{}_heads""#,
        tables.stem
    );
    let (streams, events) =
        connection.query_row(&sql, [], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    Ok((streams, events, last_position(connection, tables)?))
}

/// The same of the source page's tables: the position of an event is its place among them.
fn counted(connection: &Connection, tables: &Tables) -> Result<(u64, u64, Position)> {
    let sql = format!(r#"SELECT count(DISTINCT pid), count(*) FROM "{}""#, tables.stem);
    let (streams, events) =
        connection.query_row(&sql, [], |row| Ok((count(row, 0)?, count(row, 1)?)))?;
    Ok((streams, events, events))
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column).map(i64::unsigned_abs)
}

fn rows(connection: &Connection, table: String) -> Result<TableInfo> {
    let sql = format!(r#"SELECT count(*) FROM "{table}""#);
    let rows = connection.query_row(&sql, [], |row| count(row, 0))?;
    Ok(TableInfo { table, rows })
}
