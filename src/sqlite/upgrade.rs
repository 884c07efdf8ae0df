//! Files without a journal get one, files of earlier formats are brought up to date.

use rusqlite::{CachedStatement, Connection, params, types::Null};

use super::{
    row,
    schema::{Found, columns, create_journal, journal, mark_file},
    tables::{Tables, prepare},
};
use crate::{
    error::Result,
    types::{PersistenceId, Tag},
};

/// Brings the journal's tables to the current version. To be called inside a transaction.
pub(crate) fn prepare_journal(connection: &Connection, tables: &Tables) -> Result<()> {
    match journal(connection, &tables.stem)? {
        Found::Current => return Ok(()),
        Found::Absent => create_journal(connection, &tables.stem)?,
        Found::Page => from_page(connection, tables)?,
        Found::Version1 => add_manifest(connection, &tables.stem)?,
    }
    mark_file(connection)
}

/// Takes over a table of events or of snapshots of version 1: no row of it has a manifest.
pub(crate) fn add_manifest(connection: &Connection, table: &str) -> Result<()> {
    debug!(table, "bringing a table of version 1 up to date");
    connection.execute_batch(&format!(
        r#"
        ALTER TABLE "{table}" ADD COLUMN manifest TEXT;
        ALTER TABLE "{table}" ADD COLUMN version INTEGER;
        "#
    ))?;
    Ok(())
}

/// Takes over the tables that the source page's DDL makes. Positions follow the rowids, which
/// are in commit order; a stream's head is its highest seq, and what is missing below its lowest
/// was compacted. Tags may stand in the CSV column, in the tag table or in both.
fn from_page(connection: &Connection, tables: &Tables) -> Result<()> {
    let stem = &tables.stem;
    debug!(stem, "bringing a journal of the page's format up to date");
    let has_tags = columns(connection, &format!("{stem}_tags"))?.is_some();
    connection.execute_batch(&format!(
        r#"
        DROP INDEX IF EXISTS "{stem}_tags_tag";
        ALTER TABLE "{stem}" RENAME TO "{stem}_page";
        "#
    ))?;
    if has_tags {
        let rename = format!(r#"ALTER TABLE "{stem}_tags" RENAME TO "{stem}_page_tags""#);
        connection.execute_batch(&rename)?;
    }
    create_journal(connection, stem)?;
    copy_events(connection, tables, has_tags)?;
    connection.execute_batch(&format!(
        r#"
        INSERT INTO "{stem}_heads" (pid, head, compacted)
        SELECT pid, max(seq), min(seq) - 1 FROM "{stem}" GROUP BY pid;
        DROP TABLE IF EXISTS "{stem}_page_tags";
        DROP TABLE "{stem}_page";
        "#
    ))?;
    Ok(())
}

fn copy_events(connection: &Connection, tables: &Tables, has_tags: bool) -> Result<()> {
    let stem = &tables.stem;
    let old = format!(r#"SELECT pid, seq, event, ts, tags FROM "{stem}_page" ORDER BY rowid"#);
    let old_tags = format!(r#"SELECT tag FROM "{stem}_page_tags" WHERE pid = ?1 AND seq = ?2"#);
    let mut old_tags = if has_tags { Some(prepare(connection, &old_tags)?) } else { None };
    let mut insert_event = prepare(connection, &tables.insert_event)?;
    let mut insert_tag = prepare(connection, &tables.insert_tag)?;
    let mut select = connection.prepare(&old)?;
    let mut rows = select.query([])?;
    let mut position = 0_i64;
    while let Some(row) = rows.next()? {
        position += 1;
        let id = row::id(row, 0)?;
        let seq: i64 = row.get(1)?;
        let csv = row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)?;
        let tags = all_tags(csv, &mut old_tags, &id, seq)?;
        let event = row::bytes(row, 2)?;
        let ts: i64 = row.get(3)?;
        let joined = Tag::join(&tags);
        let row = params![id.as_str(), seq, &*event, ts, joined, position, Null, Null, Null];
        insert_event.execute(row)?;
        for tag in &tags {
            insert_tag.execute(params![id.as_str(), seq, tag.as_str(), position])?;
        }
    }
    Ok(())
}

fn all_tags(
    csv: Option<&str>,
    table: &mut Option<CachedStatement<'_>>,
    id: &PersistenceId,
    seq: i64,
) -> Result<Vec<Tag>> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut add = |csv: &str| {
        for tag in Tag::split(csv) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    };
    csv.map(&mut add);
    if let Some(table) = table {
        let mut rows = table.query(params![id.as_str(), seq])?;
        while let Some(row) = rows.next()? {
            add(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
        }
    }
    Ok(tags)
}
