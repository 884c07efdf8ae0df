use rusqlite::{Connection, params};

use super::{Part, journal::check_payload, part, structure, whole};
use crate::{
    error::{Error, Result},
    journal::{PAGE_BYTES, PAGE_EVENTS},
    replay::Head,
    sqlite::{
        SqliteSnapshotStore,
        heads::{self, head},
        row::{self, integer},
        schema::{self, Found},
        snapshots::snapshot,
        tables::{Tables, prepare},
    },
    types::{PersistenceId, Problem, Progress, Snapshot, Verification, VerificationPage},
};

impl SqliteSnapshotStore {
    /// Checks the whole store while others read and write: SQLite's own check of the table's pages,
    /// ids, seqs, types, manifests, checksums, and whether states can be read. With `events_table`,
    /// the stem of a journal in the same database, also whether no snapshot lies above the head of
    /// its stream, and whether each compacted prefix is covered by one.
    ///
    /// As [`SqliteJournal::verify`](crate::SqliteJournal::verify).
    ///
    /// # Errors
    ///
    /// As there, and `invalid-argument` where the database holds no such journal.
    pub async fn verify(
        &self,
        events_table: Option<&str>,
        progress: impl FnMut(Progress),
    ) -> Result<Verification> {
        whole(|cursor| self.verify_part(events_table, cursor), progress).await
    }

    /// One part of [`verify`](Self::verify), as
    /// [`SqliteJournal::verify_part`](crate::SqliteJournal::verify_part).
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify), and `invalid-argument` for another cursor.
    pub async fn verify_part(
        &self,
        events_table: Option<&str>,
        cursor: String,
    ) -> Result<VerificationPage> {
        let (table, rows) = (self.table.clone(), self.sql.select_rows.clone());
        let stem = events_table.map(str::to_owned);
        let check = move |connection: &_| {
            let tables = stem.map(|stem| tables(connection, &stem)).transpose()?;
            verify_part(connection, &table, &rows, tables.as_ref(), &cursor)
        };
        self.database.read(check).await
    }
}

fn tables(connection: &Connection, stem: &str) -> Result<Tables> {
    let known = Tables::new(stem)?;
    match schema::journal(connection, &known.stem)? {
        Found::Absent | Found::Page => {
            Err(Error::invalid(format!("the database holds no journal {stem:?}")))
        }
        found => Tables::of(stem, found),
    }
}

pub(super) fn verify_part(
    connection: &Connection,
    table: &str,
    rows: &str,
    journal: Option<&Tables>,
    cursor: &str,
) -> Result<VerificationPage> {
    let count = format!("SELECT count(*) FROM \"{table}\"");
    part(
        connection,
        cursor,
        &[
            &|part| structure(connection, part, Some(table), &count),
            &|part| snapshots(connection, rows, journal, part),
            &|part| match journal {
                Some(journal) => covered(connection, table, journal, part),
                None => Ok(true),
            },
        ],
    )
}

/// Snapshots in the order of streams and seqs.
fn snapshots(
    connection: &Connection,
    rows: &str,
    journal: Option<&Tables>,
    part: &mut Part,
) -> Result<bool> {
    let mut select = prepare(connection, rows)?;
    let bounds = params![part.at.id, part.at.seq, integer(PAGE_EVENTS as u64)];
    let mut rows = select.query(bounds)?;
    let (mut bytes, mut count) = (0, 0);
    while bytes < PAGE_BYTES
        && let Some(row) = rows.next()?
    {
        let (id, seq): (_, i64) = (row::id(row, 6)?, row.get(0)?);
        if let Some(snapshot) = part.expect(&id, seq.unsigned_abs(), snapshot(row, &id)) {
            bytes += snapshot.state.len();
            check_snapshot(connection, journal, part, &snapshot);
            part.found.unchecked += u64::from(row::checksum(row, 5)?.is_none());
        }
        part.at.advance(id.as_str(), seq)?;
        count += 1;
    }
    part.found.states += count as u64;
    part.done(count as u64);
    Ok(bytes < PAGE_BYTES && count < PAGE_EVENTS)
}

fn check_snapshot(
    connection: &Connection,
    journal: Option<&Tables>,
    part: &mut Part,
    snapshot: &Snapshot,
) {
    let Snapshot { id, seq, state, .. } = snapshot;
    part.hold_to(id, *seq, PersistenceId::new(id));
    check_payload(part, id, *seq, state);
    // A head that cannot be read is told where streams are checked.
    let known = journal.and_then(|journal| head(connection, journal, id).ok());
    if let Some(Head { head, .. }) = known.filter(|known| *seq > known.head) {
        let what = format!("the snapshot lies above the head of its stream, {head}");
        part.report(Problem::of(id, *seq, what));
    }
}

/// Streams of the journal in the order of their ids: whether a snapshot covers what was compacted.
fn covered(
    connection: &Connection,
    table: &str,
    journal: &Tables,
    part: &mut Part,
) -> Result<bool> {
    let after = PersistenceId::stored(&part.at.id);
    let ids = heads::ids(connection, journal, Some(&after), PAGE_EVENTS)?;
    let latest = format!("SELECT max(seq) FROM \"{table}\" WHERE pid = ?1");
    let mut latest = prepare(connection, &latest)?;
    for id in &ids {
        let known = part.expect(id, 0, head(connection, journal, id)).unwrap_or_default();
        let latest: Option<i64> = latest.query_row([id.as_str()], |row| row.get(0))?;
        if known.compacted > latest.map_or(0, i64::unsigned_abs) {
            let what = "the events up to here were compacted, and no snapshot covers them";
            part.report(Problem::of(id, known.compacted, what));
        }
        part.at.advance(id.as_str(), 0)?;
    }
    part.found.streams += ids.len() as u64;
    Ok(ids.len() < PAGE_EVENTS)
}
