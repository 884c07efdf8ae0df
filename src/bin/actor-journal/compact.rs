//! `actor-journal compact`

use actor_journal::{
    Error, ErrorKind, Journal, PersistenceId, ReplayRange, Result, Seq, SnapshotStore,
    SqliteJournal, SqliteSnapshotStore,
};
use clap::Args;
use serde::Serialize;

use crate::{
    database::Database,
    failure::{Failure, Verdict},
    opening::Opening,
    output::Output,
};

const EXAMPLES: &str = "\
Examples:
  actor-journal compact bank.db --dry-run              what all kept snapshots make dispensable
  actor-journal compact bank.db                        deletes it
  actor-journal compact bank.db --id account-7         of one stream
  actor-journal compact bank.db --id account-7 --to 90";

/// Deletes history that snapshots cover, or that of one stream up to a seq
///
/// Of each stream, or of the one that --id names, the events up to the oldest snapshot that is kept
/// are deleted, so that every kept snapshot can still be recovered from. With --to, those up to
/// that seq are, whether a snapshot covers them or not. Heads stay: no seq is given out again.
/// What is deleted makes room for new events; the file does not shrink.
///
/// --json: one object a line for each stream of which something was deleted (or would be),
/// {"persistenceId", "toSeq", "events"}.
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Compact {
    /// The database file
    file: String,
    /// Only the stream with this persistence id
    #[arg(long)]
    id: Option<String>,
    /// Up to this seq, inclusive
    #[arg(long, value_name = "SEQ", requires = "id")]
    to: Option<Seq>,
    /// Only say what would be deleted
    #[arg(long)]
    dry_run: bool,
}

/// Of which stream how much can go.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Prefix {
    persistence_id: String,
    to_seq: Seq,
    events: u64,
}

impl Compact {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        // First the one that may bring the file up to date.
        let writer = match self.dry_run {
            true => None,
            false => Some(Database::to_change(&self.file, opening).await?.journal().await?),
        };
        let database = Database::to_read(&self.file, opening);
        let journal = database.journal().await?;
        let snapshots = match self.to {
            Some(_) => None,
            None => Some(database.snapshots().await?),
        };
        let (mut streams, mut events, mut after) = (0_u64, 0, None);
        while let Some(id) = self.next(&journal, after.as_ref()).await? {
            let to = self.end(&id, &journal, snapshots.as_ref()).await?;
            if let Some(prefix) = prefix(&journal, &id, to).await? {
                if let Some(writer) = &writer {
                    writer.delete(&id, prefix.to_seq).await?;
                }
                (streams, events) = (streams + 1, events + prefix.events);
                self.tell(&prefix, output)?;
            }
            after = Some(id);
        }
        if !output.is_json() {
            let done = if self.dry_run { "would be deleted" } else { "deleted" };
            output.line(&format!("{done}: {events} events of {streams} streams"))?;
        }
        Ok(Verdict::Good)
    }

    /// The stream behind `after`.
    async fn next(
        &self,
        journal: &SqliteJournal,
        after: Option<&PersistenceId>,
    ) -> Result<Option<PersistenceId>> {
        match (&self.id, after) {
            (Some(id), None) => Ok(Some(PersistenceId::stored(id))),
            (Some(_), Some(_)) => Ok(None),
            (None, after) => Ok(journal.persistence_ids(after, 1).await?.pop()),
        }
    }

    /// Up to where the stream's events can go: 0 where none can.
    async fn end(
        &self,
        id: &PersistenceId,
        journal: &SqliteJournal,
        snapshots: Option<&SqliteSnapshotStore>,
    ) -> Result<Seq> {
        match (self.to, snapshots) {
            (Some(to), _) => Ok(to),
            (None, Some(snapshots)) => covered(id, journal, snapshots).await,
            (None, None) => Ok(0),
        }
    }

    fn tell(&self, prefix: &Prefix, output: &mut Output) -> Result<(), Failure> {
        if output.is_json() {
            return Ok(output.json(prefix)?);
        }
        let Prefix { persistence_id, to_seq, events } = prefix;
        Ok(output.line(&format!("{persistence_id}: {events} events up to seq {to_seq}"))?)
    }
}

/// The seq of the oldest snapshot that is kept, 0 where none is.
async fn covered(
    id: &PersistenceId,
    journal: &SqliteJournal,
    snapshots: &SqliteSnapshotStore,
) -> Result<Seq> {
    let Some(latest) = snapshots.load_latest(id).await? else { return Ok(0) };
    let (head, seq) = (journal.highest_seq(id).await?, latest.seq);
    if seq > head {
        let message =
            format!("a snapshot at seq {seq} lies above the head of stream {id:?}, {head}");
        return Err(Error::new(ErrorKind::SnapshotIntegrity { id: id.clone(), seq }, message));
    }
    let mut oldest = seq;
    while let Some(older) = snapshots.load_before(id, oldest).await? {
        oldest = older.seq;
    }
    Ok(oldest)
}

/// What is there of the stream up to `to`, if anything.
async fn prefix(journal: &SqliteJournal, id: &PersistenceId, to: Seq) -> Result<Option<Prefix>> {
    let first = journal.replay_page(id, ReplayRange::from(..=to).limit(1), false).await?;
    let Some(first) = first.events.first() else { return Ok(None) };
    let to_seq = to.min(journal.highest_seq(id).await?);
    let events = to_seq + 1 - first.seq;
    Ok(Some(Prefix { persistence_id: id.as_str().into(), to_seq, events }))
}
