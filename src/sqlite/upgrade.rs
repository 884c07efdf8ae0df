//! Files without a journal get one, files of earlier formats are brought up to date.

use rusqlite::{CachedStatement, Connection, params};

use super::{
    append::Rows,
    begun, heads, notes,
    row::{self, integer},
    schema::{
        Found, VERSION, beginnings, check_bystanders, create_journal, has, journal, mark_file,
        names,
    },
    tables::{Tables, prepare},
};
use crate::{
    error::Result,
    journal::PAGE_EVENTS,
    replay::Head,
    types::{PersistenceId, PersistentEvent, Tag},
};

/// Brings the journal's tables to the current version. To be called inside a transaction.
pub(crate) fn prepare_journal(connection: &Connection, tables: &Tables) -> Result<()> {
    let stem = &tables.stem;
    check_bystanders(connection, &names(stem))?;
    match journal(connection, stem)? {
        Found::Current => return Ok(()),
        Found::Absent => create_journal(connection, stem)?,
        Found::Page => from_page(connection, tables)?,
        earlier => {
            if !earlier.has_checksums() {
                add_columns(connection, stem, earlier)?;
                add_checksum(connection, &format!("{stem}_heads"))?;
                add_checksum(connection, &format!("{stem}_meta"))?;
            }
            add_beginnings(connection, tables)?;
        }
    }
    notes::put(connection, tables, notes::VERSION, VERSION.into())?;
    mark_file(connection)
}

/// Takes over the streams of an earlier version, which kept no order in which they have begun: in that
/// of their ids.
fn add_beginnings(connection: &Connection, tables: &Tables) -> Result<()> {
    connection.execute_batch(&beginnings(&tables.stem).sql)?;
    let mut last = None;
    loop {
        let ids = heads::ids(connection, tables, last.as_ref(), PAGE_EVENTS)?;
        for id in &ids {
            begun::note(connection, tables, id)?;
        }
        let Some(id) = ids.into_iter().next_back() else { return Ok(()) };
        last = Some(id);
    }
}

/// Takes over a table of events, snapshots or states of an earlier version: no row of it has what is
/// added.
pub(crate) fn add_columns(connection: &Connection, table: &str, found: Found) -> Result<()> {
    debug!(table, ?found, "bringing a table of an earlier version up to date");
    if !found.has_manifests() {
        connection.execute_batch(&format!(
            r#"
            ALTER TABLE "{table}" ADD COLUMN manifest TEXT;
            ALTER TABLE "{table}" ADD COLUMN version INTEGER;
            "#
        ))?;
    }
    add_checksum(connection, table)
}

fn add_checksum(connection: &Connection, table: &str) -> Result<()> {
    let add = format!(r#"ALTER TABLE "{table}" ADD COLUMN checksum INTEGER"#);
    Ok(connection.execute_batch(&add)?)
}

/// Takes over the tables that the source page's DDL makes. Positions follow the rowids, which
/// are in commit order; a stream's head is its highest seq, and what is missing below its lowest
/// was compacted. Tags may stand in the CSV column, in the tag table or in both.
fn from_page(connection: &Connection, tables: &Tables) -> Result<()> {
    let stem = &tables.stem;
    debug!(stem, "bringing a journal of the page's format up to date");
    let has_tags = has(connection, &format!("{stem}_tags"))?;
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
    derive_heads(connection, tables)?;
    connection.execute_batch(&format!(
        r#"
        DROP TABLE IF EXISTS "{stem}_page_tags";
        DROP TABLE "{stem}_page";
        "#
    ))?;
    Ok(())
}

fn derive_heads(connection: &Connection, tables: &Tables) -> Result<()> {
    let bounds = format!(r#"SELECT pid, max(seq), min(seq) FROM "{}" GROUP BY pid"#, tables.stem);
    let mut select = connection.prepare(&bounds)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id = row::id(row, 0)?;
        let (head, first) = (row::seq(row, 1, &id)?, row::seq(row, 2, &id)?);
        let known = Head { head, compacted: first - 1 };
        heads::note(connection, tables, &id, Head::default(), known)?;
    }
    Ok(())
}

fn copy_events(connection: &Connection, tables: &Tables, has_tags: bool) -> Result<()> {
    let stem = &tables.stem;
    let old = format!(r#"SELECT pid, seq, event, ts, tags FROM "{stem}_page" ORDER BY rowid"#);
    let old_tags = format!(r#"SELECT tag FROM "{stem}_page_tags" WHERE pid = ?1 AND seq = ?2"#);
    let mut old_tags = if has_tags { Some(prepare(connection, &old_tags)?) } else { None };
    let mut new = Rows::new(connection, tables)?;
    let mut select = connection.prepare(&old)?;
    let mut rows = select.query([])?;
    let mut position = 0;
    while let Some(row) = rows.next()? {
        position += 1;
        let id = row::id(row, 0)?;
        let seq = row::seq(row, 1, &id)?;
        let csv = row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)?;
        let tags = all_tags(csv, &mut old_tags, &id, integer(seq))?;
        let (payload, timestamp) = (row::bytes(row, 2)?, row.get(3)?);
        let event = PersistentEvent { id, seq, position, timestamp, payload, tags, manifest: None };
        new.insert(&event, None)?;
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
