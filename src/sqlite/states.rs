use std::{fmt::Display, sync::Arc};

use rusqlite::{Connection, Row, params};

use super::{
    checksum::Checksum,
    database::Database,
    options::DurableStateOptions,
    row::{self, CHANGED, integer},
    schema::Found,
    sole::STATES,
    tables::{checksum_in, prepare},
};
use crate::{
    durable::{DurableStateStore, next_revision},
    error::{Error, ErrorKind, Result},
    platform::{BoxFuture, now},
    types::{AppendToken, DurableState, MAX_SEQ, Manifest, NewState, PersistenceId, Revision},
};

/// A durable state store in SQLite. Clones share one store.
///
/// ```
/// use actor_journal::{
///     AppendToken, DurableStateOptions, DurableStateStore, NewState, PersistenceId,
///     SqliteDurableStateStore,
/// };
///
/// # pollster::block_on(async {
/// let states = SqliteDurableStateStore::open(DurableStateOptions::default()).await?;
/// let id = PersistenceId::new("cart-7")?;
/// let state = NewState::json(&["book"])?.named("cart", 1)?;
/// assert_eq!(states.save(&id, 0, state, AppendToken::random()).await?, 1);
/// let late = states.delete(&id, 0, AppendToken::random()).await.unwrap_err();
/// assert!(late.is_conflict());
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteDurableStateStore {
    pub(super) database: Database,
    pub(super) table: String,
    pub(super) sql: Arc<Sql>,
}

pub(super) struct Sql {
    load: String,
    /// All in the order of their ids.
    pub(super) select_rows: String,
    select_revision: String,
    select_repeat: String,
    upsert: String,
}

impl Sql {
    pub(super) fn new(table: &str, found: Found) -> Self {
        let checksum = checksum_in(found);
        Self {
            load: format!(
                r#"SELECT revision, state, ts, manifest, version, token, {checksum}
                FROM "{table}" WHERE pid = ?1"#
            ),
            select_rows: format!(
                r#"SELECT revision, state, ts, manifest, version, token, {checksum}, pid
                FROM "{table}" WHERE pid > ?1 ORDER BY pid LIMIT ?2"#
            ),
            select_revision: format!(r#"SELECT revision FROM "{table}" WHERE pid = ?1"#),
            select_repeat: format!(
                r#"SELECT 1 FROM "{table}" WHERE pid = ?1 AND token = ?2
                AND state IS ?3 AND manifest IS ?4 AND version IS ?5"#
            ),
            upsert: format!(
                r#"INSERT INTO "{table}" 
                (pid, token, state, manifest, version, revision, ts, checksum)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                ON CONFLICT (pid) DO UPDATE SET revision = excluded.revision,
                state = excluded.state, ts = excluded.ts, token = excluded.token,
                manifest = excluded.manifest, version = excluded.version,
                checksum = excluded.checksum"#
            ),
        }
    }
}

impl SqliteDurableStateStore {
    /// Opens the store; its table is made when there is none.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for the table's name; `not-found`, `busy`, `locked`, `corrupt`,
    /// `newer-version` or `storage-unavailable` for the database. Nothing is kept of a failed
    /// opening: it can be tried again.
    pub async fn open(options: DurableStateOptions) -> Result<Self> {
        let DurableStateOptions { path, vfs, states_table: table, settings } = options;
        let opening = STATES.open(table.clone(), &path, vfs.as_deref(), settings);
        let (database, found) = opening.await?;
        let sql = Arc::new(Sql::new(&table, found));
        Ok(Self { database, table, sql })
    }
}

/// The revision in the first column.
fn stored_revision(row: &Row<'_>, id: &PersistenceId) -> Result<Revision> {
    let stored: i64 = row.get(0)?;
    match Revision::try_from(stored) {
        Ok(revision @ 1..=MAX_SEQ) => Ok(revision),
        _ => Err(broken(id, stored.unsigned_abs(), "no change gives that revision")),
    }
}

fn broken(id: &PersistenceId, revision: Revision, reason: impl Display) -> Error {
    let message = format!("state {id:?} at revision {revision} is broken: {reason}");
    Error::new(ErrorKind::Integrity { id: id.clone(), seq: revision }, message)
}

fn load(connection: &Connection, sql: &Sql, id: &PersistenceId) -> Result<DurableState> {
    let mut select = prepare(connection, &sql.load)?;
    let mut rows = select.query([id.as_str()])?;
    rows.next()?.map_or_else(|| Ok(DurableState::unknown(id)), |row| held(row, id))
}

/// The state in a row.
pub(super) fn held(row: &Row<'_>, id: &PersistenceId) -> Result<DurableState> {
    let revision = stored_revision(row, id)?;
    let manifest = row::manifest(row, 3, None).map_err(|fault| broken(id, revision, fault))?;
    let (state, timestamp) = (row::optional_bytes(row, 1)?, row.get(2)?);
    let token = row.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?;
    let held = DurableState { id: id.clone(), revision, state, manifest, timestamp };
    match row::checksum(row, 6)? {
        Some(stored) if stored != Checksum::of_state(&held, token) => {
            Err(broken(id, revision, CHANGED))
        }
        _ => Ok(held),
    }
}

/// The revision that stands.
fn revision(connection: &Connection, sql: &Sql, id: &PersistenceId) -> Result<Revision> {
    let mut select = prepare(connection, &sql.select_revision)?;
    let mut rows = select.query([id.as_str()])?;
    rows.next()?.map_or(Ok(0), |row| stored_revision(row, id))
}

/// Makes a change, or finds that it was made before. To be called inside a transaction.
fn change(
    connection: &Connection,
    sql: &Sql,
    id: &PersistenceId,
    expected: Revision,
    state: Option<&NewState>,
    token: AppendToken,
) -> Result<Revision> {
    let manifest = state.and_then(|state| state.manifest.as_ref());
    let what = (
        id.as_str(),
        token.as_bytes(),
        state.map(|state| &*state.payload),
        manifest.map(Manifest::name),
        manifest.map(Manifest::version),
    );
    let actual = revision(connection, sql, id)?;
    if Some(actual) == expected.checked_add(1) {
        let mut select = prepare(connection, &sql.select_repeat)?;
        if select.exists(what)? {
            return Ok(actual);
        }
    }
    let next = next_revision(id, expected, actual)?;
    let held = DurableState {
        id: id.clone(),
        revision: next,
        state: state.map(|state| state.payload.clone()),
        manifest: manifest.cloned(),
        timestamp: state.and_then(|state| state.timestamp).unwrap_or_else(now),
    };
    let checksum = Checksum::of_state(&held, token.as_bytes());
    let (id, token, payload, name, version) = what;
    let row = params![id, token, payload, name, version, integer(next), held.timestamp, checksum];
    prepare(connection, &sql.upsert)?.execute(row)?;
    Ok(next)
}

impl DurableStateStore for SqliteDurableStateStore {
    fn load<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<DurableState>> {
        let (sql, id) = (self.sql.clone(), id.clone());
        Box::pin(self.database.read(move |connection| load(connection, &sql, &id)))
    }

    fn change<'a>(
        &'a self,
        id: &'a PersistenceId,
        revision: Revision,
        state: Option<NewState>,
        token: AppendToken,
    ) -> BoxFuture<'a, Result<Revision>> {
        let (sql, id) = (self.sql.clone(), id.clone());
        Box::pin(self.database.write(move |connection| {
            change(connection, &sql, &id, revision, state.as_ref(), token)
        }))
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.database.close())
    }
}
