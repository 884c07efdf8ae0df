use std::{any::Any, fmt::Display, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    SqliteJournal,
    checksum::Checksum,
    compact,
    database::Database,
    heads::head,
    options::SnapshotOptions,
    row::{self, CHANGED, integer},
    schema::{self, Found},
    sole::SNAPSHOTS,
    tables::{Tables, checksum_in, manifest_in, prepare},
};
use crate::{
    error::{Error, ErrorKind, Result},
    journal::{Journal, check_seq},
    platform::{BoxFuture, now},
    snapshots::{SnapshotStore, check_covered, save_then_compact},
    types::{Manifest, NewState, PersistenceId, Seq, Snapshot, SnapshotBounds},
};

/// A snapshot store in SQLite. Clones share one store.
///
/// ```
/// use actor_journal::{NewState, PersistenceId, SnapshotOptions, SnapshotStore, SqliteSnapshotStore};
///
/// # pollster::block_on(async {
/// let snapshots = SqliteSnapshotStore::open(SnapshotOptions::default().keep(5)).await?;
/// let id = PersistenceId::new("account-7")?;
/// snapshots.save(&id, 10, NewState::json(&70)?).await?;
/// assert_eq!(snapshots.load_before(&id, 10).await?, None);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteSnapshotStore {
    pub(super) database: Database,
    pub(super) table: String,
    pub(super) sql: Arc<Sql>,
}

pub(super) struct Sql {
    keep: i64,
    save: String,
    clean_up: String,
    load: String,
    /// All in the order of streams and seqs.
    pub(super) select_rows: String,
    kept: String,
    delete: String,
}

impl Sql {
    pub(super) fn new(table: &str, keep: usize, found: Found) -> Self {
        let (manifest, checksum) = (manifest_in(found), checksum_in(found));
        Self {
            keep: integer(keep as u64),
            save: format!(
                r#"INSERT INTO "{table}" (pid, seq, state, ts, manifest, version, checksum)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (pid, seq) DO UPDATE SET state = excluded.state, ts = excluded.ts,
                manifest = excluded.manifest, version = excluded.version,
                checksum = excluded.checksum"#
            ),
            clean_up: format!(
                r#"DELETE FROM "{table}" WHERE pid = ?1 AND seq <=
                (SELECT seq FROM "{table}" WHERE pid = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)"#
            ),
            load: format!(
                r#"SELECT seq, state, ts, {manifest}, {checksum} FROM "{table}"
                WHERE pid = ?1 AND seq BETWEEN ?2 AND ?3 AND ts BETWEEN ?4 AND ?5
                ORDER BY seq DESC LIMIT 1"#
            ),
            select_rows: format!(
                r#"SELECT seq, state, ts, {manifest}, {checksum}, pid FROM "{table}"
                WHERE (pid, seq) > (?1, ?2) ORDER BY pid, seq LIMIT ?3"#
            ),
            kept: format!(r#"SELECT min(seq), max(seq) FROM "{table}" WHERE pid = ?1"#),
            delete: format!(r#"DELETE FROM "{table}" WHERE pid = ?1 AND seq <= ?2"#),
        }
    }
}

impl SqliteSnapshotStore {
    /// Opens the store; its table is made when there is none, and brought up to date.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for the table's name or a `keep` of 0; `not-found`, `busy`, `locked`,
    /// `corrupt`, `newer-version` or `storage-unavailable` for the database. Nothing is kept of a
    /// failed opening: it can be tried again.
    pub async fn open(options: SnapshotOptions) -> Result<Self> {
        if options.keep == 0 {
            return Err(Error::invalid("a store keeps at least 1 snapshot, not 0"));
        }
        let SnapshotOptions { path, vfs, snapshots_table: table, keep, settings } = options;
        let opening = SNAPSHOTS.open(table.clone(), &path, vfs.as_deref(), settings);
        let (database, found) = opening.await?;
        let sql = Arc::new(Sql::new(&table, keep, found));
        Ok(Self { database, table, sql })
    }

    /// The store in the table of that name in the journal's own database, with its handle: who
    /// closes one closes both. It keeps all snapshots that are saved in it. Where the journal is open for
    /// reading only, so is the store: its table must be there, and is read as it is.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn beside(journal: &SqliteJournal, snapshots_table: &str) -> Result<Self> {
        let (database, table) = (journal.database.clone(), snapshots_table.to_owned());
        let found = SNAPSHOTS.within(table.clone(), &database).await?;
        let sql = Arc::new(Sql::new(&table, usize::MAX, found));
        Ok(Self { database, table, sql })
    }

    /// [`save_and_compact`](SnapshotStore::save_and_compact), in one transaction, for the journal
    /// in this database whose tables have the stem `events_table`.
    ///
    /// # Errors
    ///
    /// As there, and `invalid-argument` where the database holds no such journal.
    pub async fn save_and_compact_in(
        &self,
        id: &PersistenceId,
        seq: Seq,
        state: NewState,
        events_table: &str,
    ) -> Result<()> {
        let tables = Arc::new(Tables::new(events_table)?);
        let looked_for = tables.clone();
        let look = move |connection: &_| schema::journal(connection, &looked_for.stem);
        if self.database.read(look).await? != Found::Current {
            return Err(Error::invalid(format!("the database holds no journal {events_table:?}")));
        }
        self.save_and_compact_at_once(id, seq, state, tables).await
    }

    /// At most `limit` snapshots of all streams behind the one of the id and seq `after`, in ascending
    /// order of their ids (by their UTF-8 bytes) and seqs.
    ///
    /// # Errors
    ///
    /// As [`load`](SnapshotStore::load), for any of them.
    pub async fn snapshots_page(
        &self,
        after: Option<&(PersistenceId, Seq)>,
        limit: usize,
    ) -> Result<Vec<Snapshot>> {
        let (sql, after) = (self.sql.clone(), after.cloned());
        self.database.read(move |connection| page(connection, &sql, after.as_ref(), limit)).await
    }

    async fn save_and_compact_at_once(
        &self,
        id: &PersistenceId,
        seq: Seq,
        state: NewState,
        tables: Arc<Tables>,
    ) -> Result<()> {
        check_seq("snapshot seq", seq)?;
        let (sql, id) = (self.sql.clone(), id.clone());
        let both = move |connection: &_| {
            let (_, latest) = kept(connection, &sql, &id)?;
            check_covered(&id, latest.max(seq), head(connection, &tables, &id)?.head)?;
            save(connection, &sql, &id, seq, &state)?;
            let (oldest, _) = kept(connection, &sql, &id)?;
            compact::delete(connection, &tables, &id, oldest.min(seq))
        };
        self.database.write(both).await
    }
}

fn save(
    connection: &Connection,
    sql: &Sql,
    id: &PersistenceId,
    seq: Seq,
    state: &NewState,
) -> Result<()> {
    let NewState { payload, manifest, timestamp } = state;
    let timestamp = timestamp.unwrap_or_else(now);
    let name = manifest.as_ref().map(Manifest::name);
    let version = manifest.as_ref().map(Manifest::version);
    let (state, manifest) = (payload.clone(), manifest.clone());
    let checksum = Snapshot { id: id.clone(), seq, timestamp, state, manifest };
    let checksum = Checksum::of_snapshot(&checksum);
    let row = params![id.as_str(), integer(seq), &**payload, timestamp, name, version, checksum];
    prepare(connection, &sql.save)?.execute(row)?;
    let cleaned = prepare(connection, &sql.clean_up)
        .and_then(|mut delete| Ok(delete.execute(params![id.as_str(), sql.keep])?));
    match cleaned {
        // SQLite gave up the whole transaction, the save with it.
        Err(error) if connection.is_autocommit() => Err(error),
        _ => Ok(()),
    }
}

/// The seqs of the oldest and of the latest snapshot, 0 where none is kept.
fn kept(connection: &Connection, sql: &Sql, id: &PersistenceId) -> Result<(Seq, Seq)> {
    let seq = |stored: Option<i64>| Seq::try_from(stored.unwrap_or(0)).unwrap_or(0);
    let mut select = prepare(connection, &sql.kept)?;
    Ok(select.query_row([id.as_str()], |row| Ok((seq(row.get(0)?), seq(row.get(1)?))))?)
}

/// The snapshot in a row.
pub(super) fn snapshot(row: &Row<'_>, id: &PersistenceId) -> Result<Snapshot> {
    let stored: i64 = row.get(0)?;
    let seq = Seq::try_from(stored).unwrap_or(0);
    let broken = |cause: &dyn Display| {
        let message = format!("the snapshot of stream {id:?} at seq {stored} is broken: {cause}");
        let kind = ErrorKind::SnapshotIntegrity { id: id.clone(), seq: stored.unsigned_abs() };
        Error::new(kind, message)
    };
    check_seq("snapshot seq", seq).map_err(|fault| broken(&fault))?;
    let manifest = row::manifest(row, 3, None).map_err(|fault| broken(&fault))?;
    let (state, timestamp) = (row::bytes(row, 1)?, row.get(2)?);
    let snapshot = Snapshot { id: id.clone(), seq, state, timestamp, manifest };
    match row::checksum(row, 5)? {
        Some(stored) if stored != Checksum::of_snapshot(&snapshot) => Err(broken(&CHANGED)),
        _ => Ok(snapshot),
    }
}

fn load(
    connection: &Connection,
    sql: &Sql,
    id: &PersistenceId,
    bounds: &SnapshotBounds,
) -> Result<Option<Snapshot>> {
    let mut select = prepare(connection, &sql.load)?;
    let loaded = select.query_row(
        params![
            id.as_str(),
            // What a damaged file holds below seq 1 must be seen, to be refused.
            if bounds.min_seq <= 1 { i64::MIN } else { integer(bounds.min_seq) },
            integer(bounds.max_seq),
            bounds.min_timestamp,
            bounds.max_timestamp
        ],
        |row| Ok(snapshot(row, id)),
    );
    loaded.optional()?.transpose()
}

fn page(
    connection: &Connection,
    sql: &Sql,
    after: Option<&(PersistenceId, Seq)>,
    limit: usize,
) -> Result<Vec<Snapshot>> {
    let (id, seq) = after.map_or(("", 0), |(id, seq)| (id.as_str(), *seq));
    let mut select = prepare(connection, &sql.select_rows)?;
    let mut rows = select.query(params![id, above(seq), integer(limit as u64)])?;
    let mut snapshots = Vec::new();
    while let Some(row) = rows.next()? {
        snapshots.push(snapshot(row, &row::id(row, 6)?)?);
    }
    Ok(snapshots)
}

/// What a damaged file holds below seq 1 must be seen, to be refused.
fn above(seq: Seq) -> i64 {
    if seq == 0 { i64::MIN } else { integer(seq) }
}

impl SnapshotStore for SqliteSnapshotStore {
    fn save<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
    ) -> BoxFuture<'a, Result<()>> {
        let (sql, id) = (self.sql.clone(), id.clone());
        Box::pin(async move {
            check_seq("snapshot seq", seq)?;
            self.database.write(move |connection| save(connection, &sql, &id, seq, &state)).await
        })
    }

    fn save_and_compact<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: NewState,
        journal: &'a (dyn Journal + 'static),
    ) -> BoxFuture<'a, Result<()>> {
        let sqlite = (journal as &dyn Any).downcast_ref::<SqliteJournal>();
        match sqlite.filter(|journal| journal.database.is_shared_with(&self.database)) {
            Some(SqliteJournal { tables, .. }) => {
                Box::pin(self.save_and_compact_at_once(id, seq, state, tables.clone()))
            }
            None => Box::pin(save_then_compact(self, id, seq, state, journal)),
        }
    }

    fn load<'a>(
        &'a self,
        id: &'a PersistenceId,
        bounds: SnapshotBounds,
    ) -> BoxFuture<'a, Result<Option<Snapshot>>> {
        let (sql, id) = (self.sql.clone(), id.clone());
        Box::pin(self.database.read(move |connection| load(connection, &sql, &id, &bounds)))
    }

    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>> {
        let (sql, id) = (self.sql.clone(), id.clone());
        Box::pin(self.database.write(move |connection| {
            prepare(connection, &sql.delete)?.execute(params![id.as_str(), integer(to)])?;
            Ok(())
        }))
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.database.close())
    }
}
