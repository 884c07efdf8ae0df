//! The names of a journal's tables, and every statement that is run often.

use rusqlite::{CachedStatement, Connection};

use super::options::check_table;
use crate::error::Result;

/// The SQL of one journal. Its only variable part is the stem, which is checked and quoted.
pub(crate) struct Tables {
    pub(crate) stem: String,
    pub(crate) select_head: String,
    pub(crate) upsert_head: String,
    pub(crate) raise_mark: String,
    pub(crate) select_ids: String,
    pub(crate) select_last_position: String,
    pub(crate) upsert_last_position: String,
    pub(crate) insert_event: String,
    pub(crate) insert_tag: String,
    pub(crate) select_token: String,
    pub(crate) select_range: String,
    pub(crate) delete_events: String,
}

/// The columns of an event, in the order in which [`super::row`] reads them.
pub(crate) const EVENT_COLUMNS: &str =
    "e.pid, e.seq, e.position, e.ts, e.event, e.tags, e.manifest, e.version";

impl Tables {
    pub(crate) fn new(stem: &str) -> Result<Self> {
        check_table(stem)?;
        let events = format!("\"{stem}\"");
        let tags = format!("\"{stem}_tags\"");
        let heads = format!("\"{stem}_heads\"");
        let meta = format!("\"{stem}_meta\"");
        Ok(Self {
            select_head: format!("SELECT head, compacted FROM {heads} WHERE pid = ?1"),
            upsert_head: format!(
                "INSERT INTO {heads} (pid, head, compacted) VALUES (?1, ?2, 0)
                 ON CONFLICT (pid) DO UPDATE SET head = excluded.head"
            ),
            raise_mark: format!(
                "INSERT INTO {heads} (pid, head, compacted) VALUES (?1, ?2, ?2)
                 ON CONFLICT (pid) DO UPDATE SET head = max(head, excluded.head),
                 compacted = max(compacted, excluded.compacted)"
            ),
            select_ids: format!("SELECT pid FROM {heads} WHERE pid > ?1 ORDER BY pid LIMIT ?2"),
            select_last_position: format!(
                "SELECT max(coalesce((SELECT max(position) FROM {events}), 0),
                 coalesce((SELECT value FROM {meta} WHERE key = 'last_position'), 0))"
            ),
            upsert_last_position: format!(
                "INSERT INTO {meta} (key, value) VALUES ('last_position', ?1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            ),
            insert_event: format!(
                "INSERT INTO {events}
                 (pid, seq, event, ts, tags, position, token, manifest, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
            ),
            insert_tag: format!(
                "INSERT INTO {tags} (pid, seq, tag, position) VALUES (?1, ?2, ?3, ?4)"
            ),
            select_token: format!("SELECT token FROM {events} WHERE pid = ?1 AND seq = ?2"),
            select_range: format!(
                "SELECT {EVENT_COLUMNS} FROM {events} e
                 WHERE e.pid = ?1 AND e.seq BETWEEN ?2 AND ?3 ORDER BY e.seq LIMIT ?4"
            ),
            delete_events: format!("DELETE FROM {events} WHERE pid = ?1 AND seq <= ?2"),
            stem: stem.into(),
        })
    }
}

/// A statement that SQLite compiles once for each connection.
pub(crate) fn prepare<'c>(connection: &'c Connection, sql: &str) -> Result<CachedStatement<'c>> {
    Ok(connection.prepare_cached(sql)?)
}

/// Runs `read` in one transaction, so that all it reads belongs together whatever other processes
/// do.
pub(crate) fn at_once<T>(connection: &Connection, read: impl FnOnce() -> Result<T>) -> Result<T> {
    prepare(connection, "BEGIN")?.execute([])?;
    let result = read();
    // After some errors SQLite has ended the transaction itself.
    if !connection.is_autocommit() {
        prepare(connection, "COMMIT")?.execute([])?;
    }
    result
}
