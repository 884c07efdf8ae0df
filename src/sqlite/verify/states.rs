use rusqlite::{Connection, params};

use super::{Part, journal::check_payload, part, structure, whole};
use crate::{
    error::Result,
    journal::{PAGE_BYTES, PAGE_EVENTS},
    sqlite::{
        SqliteDurableStateStore,
        row::{self, integer},
        states::held,
        tables::prepare,
    },
    types::{PersistenceId, Progress, Verification, VerificationPage},
};

impl SqliteDurableStateStore {
    /// Checks the whole store while others read and write: SQLite's own check of the table's pages,
    /// ids, revisions, types, manifests, tokens, checksums, and whether states can be read.
    ///
    /// As [`SqliteJournal::verify`](crate::SqliteJournal::verify).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn verify(&self, progress: impl FnMut(Progress)) -> Result<Verification> {
        whole(|cursor| self.verify_part(cursor), progress).await
    }

    /// One part of [`verify`](Self::verify), as
    /// [`SqliteJournal::verify_part`](crate::SqliteJournal::verify_part).
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), and `invalid-argument` for another cursor.
    pub async fn verify_part(&self, cursor: String) -> Result<VerificationPage> {
        let (table, rows) = (self.table.clone(), self.sql.select_rows.clone());
        let check = move |connection: &_| verify_part(connection, &table, &rows, &cursor);
        self.database.read(check).await
    }
}

pub(super) fn verify_part(
    connection: &Connection,
    table: &str,
    rows: &str,
    cursor: &str,
) -> Result<VerificationPage> {
    let count = format!("SELECT count(*) FROM \"{table}\"");
    part(
        connection,
        cursor,
        &[&|part| structure(connection, part, Some(table), &count), &|part| {
            states(connection, rows, part)
        }],
    )
}

/// States in the order of their ids.
fn states(connection: &Connection, rows: &str, part: &mut Part) -> Result<bool> {
    let mut select = prepare(connection, rows)?;
    let mut rows = select.query(params![part.at.id, integer(PAGE_EVENTS as u64)])?;
    let (mut bytes, mut count) = (0, 0);
    while bytes < PAGE_BYTES
        && let Some(row) = rows.next()?
    {
        let (id, revision): (_, i64) = (row::id(row, 7)?, row.get(0)?);
        let revision = revision.unsigned_abs();
        part.hold_to(&id, revision, PersistenceId::new(&id));
        if let Some(held) = part.expect(&id, revision, held(row, &id)) {
            let state = held.state.as_deref().unwrap_or(b"null");
            bytes += state.len();
            check_payload(part, &id, revision, state);
            let token = row.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?;
            part.check_token(&id, revision, token);
            part.found.unchecked += u64::from(row::checksum(row, 6)?.is_none());
        }
        part.at.advance(id.as_str(), 0)?;
        count += 1;
    }
    part.found.states += count as u64;
    part.done(count as u64);
    Ok(bytes < PAGE_BYTES && count < PAGE_EVENTS)
}
