//! The part of a projection that its author writes.

use super::View;
use crate::{
    error::{Error, ErrorKind, Result},
    panicked::caught,
    recourse::{HandlerError, Recourse, failed},
    types::{PersistentEvent, Position, TagFilter},
};

/// A handler that makes tables of events.
///
/// What it does it does through the [`View`] alone: an event may be applied more than once before
/// the transaction commits, of which the last time counts.
///
/// ```
/// use actor_journal::{HandlerError, PersistentEvent, Projection, View};
///
/// struct Balances;
///
/// impl Projection for Balances {
///     fn name(&self) -> &str {
///         "balances"
///     }
///     fn tables(&self) -> &[&str] {
///         &["balances"]
///     }
///     fn create(&self, view: &View<'_>) -> Result<(), HandlerError> {
///         Ok(view.execute_batch("CREATE TABLE {balances} (id TEXT PRIMARY KEY, total INTEGER)")?)
///     }
///     fn apply(&self, view: &View<'_>, event: &PersistentEvent) -> Result<(), HandlerError> {
///         let sql = "INSERT INTO {balances} VALUES (?1, ?2)
///                    ON CONFLICT DO UPDATE SET total = total + excluded.total";
///         view.execute(sql, (event.id.as_str(), event.json::<i64>()?))?;
///         Ok(())
///     }
/// }
///
/// # use actor_journal::{Journal, NewEvent, PersistenceId, SqliteJournal, SqliteOptions, SqliteProjection};
/// # pollster::block_on(async {
/// let journal = SqliteJournal::open(SqliteOptions::new(":memory:")).await?;
/// let id = PersistenceId::new("account-7")?;
/// journal.append(&id, 0, vec![NewEvent::json(&5)?, NewEvent::json(&2)?].into()).await?;
///
/// let balances = SqliteProjection::open(&journal, Balances).await?;
/// balances.catch_up().await?;
/// let read = |view: &View<'_>| view.query("SELECT total FROM {balances}", (), |row| row.get(0));
/// let totals: Vec<i64> = balances.read(read).await?;
/// assert_eq!(totals, [7]);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
pub trait Projection: Send + Sync + 'static {
    /// Under which its position is kept: 1 to 255 characters.
    fn name(&self) -> &str;

    /// Its tables: letters of ASCII, digits and `_`, not beginning with a digit. They are called so in
    /// the file, where anybody may read them. None may be there already; where these are others than
    /// those that it was made with, it is to be rebuilt before anything else.
    fn tables(&self) -> &[&str];

    /// Which events it is of. Default: all.
    fn filter(&self) -> TagFilter {
        TagFilter::default()
    }

    /// Makes the tables, and indexes on them, before the first event, and again for each rebuild beside
    /// those that stand: so an index has a table's name in its own, `{balances}_by_total`.
    ///
    /// # Errors
    ///
    /// Where it fails, nothing was begun.
    fn create(&self, view: &View<'_>) -> Result<(), HandlerError>;

    /// Applies one event.
    ///
    /// # Errors
    ///
    /// Nothing of the event is then in the tables; [`on_failure`](Self::on_failure) says how to go on.
    fn apply(&self, view: &View<'_>, event: &PersistentEvent) -> Result<(), HandlerError>;

    /// What becomes of an event that could not be applied, which was tried `attempts` times. What the
    /// storage reports is not asked about. Default: stop.
    fn on_failure(&self, _event: &PersistentEvent, _error: &Error, _attempts: u32) -> Recourse {
        Recourse::Stop
    }
}

/// Runs the own code of the projection of this name, at an event or before the first one.
pub(super) fn handled(
    name: &str,
    position: Position,
    code: impl FnOnce() -> Result<(), HandlerError>,
) -> Result<()> {
    let outcome = caught(code).unwrap_or_else(|panic| Err(format!("it panicked: {panic}").into()));
    outcome.map_err(|why| blamed(name, position, why))
}

/// What the storage reports is not the event's fault.
fn blamed(name: &str, position: Position, why: HandlerError) -> Error {
    let own = match why.downcast::<Error>() {
        Ok(error) => *error,
        Err(why) => return failed(name, position, why),
    };
    match own.kind() {
        ErrorKind::InvalidArgument
        | ErrorKind::Unencodable
        | ErrorKind::Undecodable { .. }
        | ErrorKind::UnsupportedSchema { .. } => failed(name, position, own),
        _ => own,
    }
}
