//! The names of a journal's tables, and every statement that is run often.

use rusqlite::{CachedStatement, Connection};

use super::{options::check_table, schema::Found};
use crate::error::Result;

/// The SQL of one journal. Its only variable part is the stem, which is checked and quoted.
pub(crate) struct Tables {
    pub(crate) stem: String,
    /// The columns of an event `e`, in the order in which [`super::row`] reads them.
    pub(crate) event_columns: String,
    pub(crate) select_head: String,
    pub(crate) upsert_head: String,
    pub(crate) select_ids: String,
    /// `None` in versions that do not keep the order in which streams have begun.
    pub(crate) select_begun: Option<String>,
    pub(crate) insert_begun: String,
    pub(crate) select_last_position: String,
    pub(crate) upsert_note: String,
    pub(crate) select_notes: String,
    pub(crate) insert_event: String,
    pub(crate) insert_tag: String,
    pub(crate) select_token: String,
    pub(crate) select_range: String,
    pub(crate) delete_events: String,
}

impl Tables {
    /// Those of the current version.
    pub(crate) fn new(stem: &str) -> Result<Self> {
        Self::of(stem, Found::Current)
    }

    /// Those of a version, to be read.
    pub(crate) fn of(stem: &str, found: Found) -> Result<Self> {
        check_table(stem)?;
        let events = format!("\"{stem}\"");
        let tags = format!("\"{stem}_tags\"");
        let heads = format!("\"{stem}_heads\"");
        let begun = format!("\"{stem}_begun\"");
        let meta = format!("\"{stem}_meta\"");
        let checksum = checksum_in(found);
        let event_columns = format!(
            "e.pid, e.seq, e.position, e.ts, e.event, e.tags, {}, e.token, {checksum}",
            manifest_in(found)
        );
        Ok(Self {
            select_head: format!("SELECT head, compacted, {checksum} FROM {heads} WHERE pid = ?1"),
            upsert_head: format!(
                "INSERT INTO {heads} (pid, head, compacted, checksum) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (pid) DO UPDATE SET head = excluded.head,
                 compacted = excluded.compacted, checksum = excluded.checksum"
            ),
            select_ids: format!("SELECT pid FROM {heads} WHERE pid > ?1 ORDER BY pid LIMIT ?2"),
            select_begun: found.has_beginnings().then(|| {
                format!(
                    "SELECT number, pid, checksum FROM {begun}
                     WHERE number > ?1 ORDER BY number LIMIT ?2"
                )
            }),
            insert_begun: format!("INSERT INTO {begun} (pid, checksum) VALUES (?1, ?2)"),
            select_last_position: format!(
                "SELECT max(coalesce((SELECT max(position) FROM {events}), 0),
                 coalesce((SELECT value FROM {meta} WHERE key = 'last_position'), 0))"
            ),
            upsert_note: format!(
                "INSERT INTO {meta} (key, value, checksum) VALUES (?1, ?2, ?3)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value, checksum = excluded.checksum"
            ),
            select_notes: format!("SELECT key, value, {checksum} FROM {meta}"),
            insert_event: format!(
                "INSERT INTO {events}
                 (pid, seq, event, ts, tags, position, token, manifest, version, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            ),
            insert_tag: format!(
                "INSERT INTO {tags} (pid, seq, tag, position) VALUES (?1, ?2, ?3, ?4)"
            ),
            select_token: format!("SELECT token FROM {events} WHERE pid = ?1 AND seq = ?2"),
            select_range: format!(
                "SELECT {event_columns} FROM {events} e
                 WHERE e.pid = ?1 AND e.seq BETWEEN ?2 AND ?3 ORDER BY e.seq LIMIT ?4"
            ),
            delete_events: format!("DELETE FROM {events} WHERE pid = ?1 AND seq <= ?2"),
            event_columns,
            stem: stem.into(),
        })
    }
}

/// The column of checksums, in tables that have it.
pub(crate) fn checksum_in(found: Found) -> &'static str {
    if found.has_checksums() { "checksum" } else { "NULL" }
}

/// The columns of a state's manifest, in tables that have them.
pub(crate) fn manifest_in(found: Found) -> &'static str {
    if found.has_manifests() { "manifest, version" } else { "NULL, NULL" }
}

/// A statement that SQLite compiles once for each connection.
pub(crate) fn prepare<'c>(connection: &'c Connection, sql: &str) -> Result<CachedStatement<'c>> {
    Ok(connection.prepare_cached(sql)?)
}

/// Runs `read` in one transaction, so that all it reads belongs together whatever other processes
/// do: in the one that is open, if one is.
pub(crate) fn at_once<T>(connection: &Connection, read: impl FnOnce() -> Result<T>) -> Result<T> {
    if !connection.is_autocommit() {
        return read();
    }
    prepare(connection, "BEGIN")?.execute([])?;
    let result = read();
    // After some errors SQLite has ended the transaction itself.
    if !connection.is_autocommit() {
        prepare(connection, "COMMIT")?.execute([])?;
    }
    result
}
