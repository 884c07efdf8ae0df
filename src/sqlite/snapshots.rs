use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    database::Database,
    options::SnapshotOptions,
    row::{self, integer},
    sole::SNAPSHOTS,
    tables::prepare,
};
use crate::{
    error::{Error, ErrorKind, Result},
    journal::{SnapshotStore, check_seq},
    platform::{BoxFuture, now},
    types::{Payload, PersistenceId, Seq, Snapshot, SnapshotBounds, Timestamp},
};

/// A snapshot store in SQLite. Clones share one store.
///
/// ```
/// use actor_journal::{PersistenceId, SnapshotOptions, SnapshotStore, SqliteSnapshotStore, codec};
///
/// # pollster::block_on(async {
/// let snapshots = SqliteSnapshotStore::open(SnapshotOptions::default().keep(5)).await?;
/// let id = PersistenceId::new("account-7")?;
/// snapshots.save(&id, 10, codec::to_json(&70)?.into()).await?;
/// assert_eq!(snapshots.load_before(&id, 10).await?, None);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteSnapshotStore {
    database: Database,
    sql: Arc<Sql>,
}

struct Sql {
    keep: i64,
    save: String,
    clean_up: String,
    load: String,
    delete: String,
}

impl Sql {
    fn new(table: &str, keep: usize) -> Self {
        Self {
            keep: integer(keep as u64),
            save: format!(
                r#"INSERT INTO "{table}" (pid, seq, state, ts) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (pid, seq) DO UPDATE SET state = excluded.state, ts = excluded.ts"#
            ),
            clean_up: format!(
                r#"DELETE FROM "{table}" WHERE pid = ?1 AND seq <=
                (SELECT seq FROM "{table}" WHERE pid = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)"#
            ),
            load: format!(
                r#"SELECT seq, state, ts FROM "{table}"
                WHERE pid = ?1 AND seq BETWEEN ?2 AND ?3 AND ts BETWEEN ?4 AND ?5
                ORDER BY seq DESC LIMIT 1"#
            ),
            delete: format!(r#"DELETE FROM "{table}" WHERE pid = ?1 AND seq <= ?2"#),
        }
    }
}

impl SqliteSnapshotStore {
    /// Opens the store; its table is made when there is none.
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
        let sql = Arc::new(Sql::new(&options.snapshots_table, options.keep));
        let (path, vfs) = (&options.path, options.vfs.as_deref());
        let database = SNAPSHOTS.open(options.snapshots_table, path, vfs, options.settings).await?;
        Ok(Self { database, sql })
    }
}

fn save(
    connection: &Connection,
    sql: &Sql,
    id: &PersistenceId,
    seq: Seq,
    state: &Payload,
    timestamp: Timestamp,
) -> Result<()> {
    let row = params![id.as_str(), integer(seq), &**state, timestamp];
    prepare(connection, &sql.save)?.execute(row)?;
    let cleaned = prepare(connection, &sql.clean_up)
        .and_then(|mut delete| Ok(delete.execute(params![id.as_str(), sql.keep])?));
    match cleaned {
        // SQLite gave up the whole transaction, the save with it.
        Err(error) if connection.is_autocommit() => Err(error),
        _ => Ok(()),
    }
}

fn snapshot(row: &Row<'_>, id: &PersistenceId) -> Result<Snapshot> {
    let stored: i64 = row.get(0)?;
    let seq = Seq::try_from(stored).unwrap_or(0);
    check_seq("snapshot seq", seq).map_err(|cause| {
        let message = format!("stream {id:?} has a snapshot at seq {stored}");
        let kind = ErrorKind::SnapshotIntegrity { id: id.clone(), seq: stored.unsigned_abs() };
        Error::caused(kind, message, cause)
    })?;
    Ok(Snapshot { id: id.clone(), seq, state: row::bytes(row, 1)?, timestamp: row.get(2)? })
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

impl SnapshotStore for SqliteSnapshotStore {
    fn save<'a>(
        &'a self,
        id: &'a PersistenceId,
        seq: Seq,
        state: Payload,
    ) -> BoxFuture<'a, Result<()>> {
        let (sql, id) = (self.sql.clone(), id.clone());
        Box::pin(async move {
            check_seq("snapshot seq", seq)?;
            self.database
                .write(move |connection| save(connection, &sql, &id, seq, &state, now()))
                .await
        })
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
