//! The journal, the snapshot store and the durable state store in SQLite. What runs inside a
//! transaction is synchronous and stands in a file of its own; this one is the asynchronous contract
//! over it.

mod append;
mod backup;
mod begun;
mod checkpoint;
mod checksum;
mod closed;
mod compact;
mod connection;
mod database;
mod fault;
mod gate;
mod growth;
mod heads;
mod info;
mod notes;
mod open;
mod options;
mod pages;
mod projection;
mod readers;
mod replay;
mod restore;
mod row;
mod schema;
mod slot;
mod snapshots;
mod sole;
mod states;
mod tables;
mod tags;
mod upgrade;
mod verify;
mod warrant;

use std::sync::Arc;

pub use backup::Image;
pub use info::{DatabaseInfo, JournalInfo, TableInfo};
pub use options::{Durability, DurableStateOptions, SnapshotOptions, SqliteOptions};
pub use projection::{
    Change, Projection, ProjectionBuild, ProjectionTables, RebuildOptions, SqliteProjection,
    Statement, View,
};
pub use restore::{Restore, restore};
pub use snapshots::SqliteSnapshotStore;
pub use states::SqliteDurableStateStore;

use crate::{
    error::{Error, Result},
    journal::{Journal, check_seq},
    platform::BoxFuture,
    types::{
        Batch, EventQuery, EventsPage, PersistenceId, PersistentEvent, Position, ReplayPage,
        ReplayRange, Seq,
    },
};
use database::Database;
use tables::Tables;

/// A journal in SQLite: a file natively, OPFS in the browser. Clones share one journal; natively
/// the last one dropped ends its thread after what is queued.
///
/// ```
/// use actor_journal::{Journal, NewEvent, PersistenceId, SqliteJournal, SqliteOptions};
///
/// # pollster::block_on(async {
/// let journal = SqliteJournal::open(SqliteOptions::new(":memory:")).await?;
/// let id = PersistenceId::new("account-7")?;
/// journal.append(&id, 0, NewEvent::json("opened")?.into()).await?;
/// assert_eq!(journal.highest_seq(&id).await?, 1);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteJournal {
    database: Database,
    tables: Arc<Tables>,
}

impl SqliteJournal {
    /// Opens the journal. The database and the tables are made when there are none; tables
    /// of an earlier version are brought up to date in one transaction.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for the path or the table's name, and for options that another journal
    /// on the same open database contradicts; `not-found`, `busy`, `locked`, `corrupt`,
    /// `newer-version` or `storage-unavailable` for the database; `read-only` where its tables are to
    /// be made or brought up to date and it may only be read. Nothing is kept of a failed opening: it
    /// can be tried again.
    pub async fn open(options: SqliteOptions) -> Result<Self> {
        let tables = Arc::new(Tables::new(&options.events_table)?);
        let (stem, read_only) = (options.events_table, options.settings.read_only);
        let looked_for = stem.clone();
        let look = move |connection: &_| {
            schema::check_bystanders(connection, &schema::names(&looked_for))?;
            Ok(schema::journal(connection, &looked_for)?.serves(read_only))
        };
        let vfs = options.vfs.as_deref();
        let made = tables.clone();
        let make = move |connection: &_| upgrade::prepare_journal(connection, &made);
        let (look, make) = (Box::new(look), Box::new(make));
        let database = Database::open(&options.path, vfs, options.settings, look, make).await?;
        if !read_only {
            return Ok(Self { database, tables });
        }
        let found = move |connection: &_| Tables::of(&stem, schema::journal(connection, &stem)?);
        let tables = Arc::new(database.read(found).await?);
        Ok(Self { database, tables })
    }
}

impl Journal for SqliteJournal {
    fn append<'a>(
        &'a self,
        id: &'a PersistenceId,
        expected_seq: Seq,
        batch: Batch,
    ) -> BoxFuture<'a, Result<Vec<PersistentEvent>>> {
        let (tables, id) = (self.tables.clone(), id.clone());
        Box::pin(async move {
            batch.check()?;
            if batch.entries().is_empty() {
                return self.database.read(|_| Ok(Vec::new())).await;
            }
            let append = move |connection: &_| {
                append::append(connection, &tables, &id, expected_seq, &batch)
            };
            self.database.write(append).await
        })
    }

    fn replay_page<'a>(
        &'a self,
        id: &'a PersistenceId,
        range: ReplayRange,
        continuing: bool,
    ) -> BoxFuture<'a, Result<ReplayPage>> {
        let (tables, id) = (self.tables.clone(), id.clone());
        let page =
            move |connection: &_| replay::replay_page(connection, &tables, &id, range, continuing);
        Box::pin(async move {
            // The first page has fixed where the replay ends: what is queued lies behind that.
            if continuing {
                self.database.read_committed(page).await
            } else {
                self.database.read(page).await
            }
        })
    }

    fn events_page(&self, query: EventQuery, limit: usize) -> BoxFuture<'_, Result<EventsPage>> {
        let tables = self.tables.clone();
        Box::pin(
            self.database
                .read(move |connection| tags::events_page(connection, &tables, &query, limit)),
        )
    }

    fn last_position(&self) -> BoxFuture<'_, Result<Position>> {
        let tables = self.tables.clone();
        Box::pin(self.database.run(move |connection| append::last_position(connection, &tables)))
    }

    fn appended(&self, after: Position) -> BoxFuture<'_, Result<Position>> {
        Box::pin(async move {
            let growth = self.database.growth().await?;
            let mut seen = 0;
            loop {
                let grown = growth.next();
                let tables = self.tables.clone();
                let last = move |connection: &_| append::last_position(connection, &tables);
                match self.database.read_committed(last).await {
                    Ok(last) if last > after => return Ok(last),
                    Ok(last) if last < seen => return Err(Error::shorter(last, seen)),
                    Ok(last) => seen = last,
                    // Another process holds the file: when it lets go, this is told.
                    Err(error) if error.is_busy() => {}
                    Err(error) => return Err(error),
                }
                grown.await;
            }
        })
    }

    fn highest_seq<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>> {
        let (tables, id) = (self.tables.clone(), id.clone());
        Box::pin(
            self.database.read(move |connection| Ok(heads::head(connection, &tables, &id)?.head)),
        )
    }

    fn delete<'a>(&'a self, id: &'a PersistenceId, to: Seq) -> BoxFuture<'a, Result<()>> {
        let (tables, id) = (self.tables.clone(), id.clone());
        Box::pin(
            self.database.write(move |connection| compact::delete(connection, &tables, &id, to)),
        )
    }

    fn raise_compaction_mark<'a>(
        &'a self,
        id: &'a PersistenceId,
        through: Seq,
    ) -> BoxFuture<'a, Result<()>> {
        let (tables, id) = (self.tables.clone(), id.clone());
        Box::pin(async move {
            check_seq("compaction mark", through)?;
            let raise =
                move |connection: &_| compact::raise_mark(connection, &tables, &id, through);
            self.database.write(raise).await
        })
    }

    fn compaction_mark<'a>(&'a self, id: &'a PersistenceId) -> BoxFuture<'a, Result<Seq>> {
        let (tables, id) = (self.tables.clone(), id.clone());
        let mark = move |connection: &_| Ok(heads::head(connection, &tables, &id)?.compacted);
        Box::pin(self.database.read(mark))
    }

    fn persistence_ids<'a>(
        &'a self,
        after: Option<&'a PersistenceId>,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<PersistenceId>>> {
        let (tables, after) = (self.tables.clone(), after.cloned());
        Box::pin(
            self.database
                .read(move |connection| heads::ids(connection, &tables, after.as_ref(), limit)),
        )
    }

    fn persistence_ids_begun(
        &self,
        skip: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PersistenceId>>> {
        let tables = self.tables.clone();
        Box::pin(self.database.read(move |connection| begun::ids(connection, &tables, skip, limit)))
    }

    fn close(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.database.close())
    }
}
