//! `actor-journal snapshots`

use actor_journal::{PersistenceId, Snapshot};
use clap::Args;

use crate::{
    database::Database,
    failure::{Failure, Verdict},
    listing::Listing,
    opening::Opening,
    output::Output,
};

/// Shows the snapshots that are kept, by their ids and seqs
///
/// One snapshot a line: time (UTC), id, seq, manifest@version, state. States are written as
/// `events` writes payloads, and one that cannot be decoded is shown as its bytes, with exit code
/// 3.
///
/// --json: one object a line, {"persistenceId", "sequenceNr", "timestamp", "manifest", "version",
/// "state"}, or "error" in place of a state that cannot be decoded, as `events` has it.
#[derive(Args)]
pub struct Snapshots {
    /// The database file
    file: String,
    /// Only those of the stream with this persistence id
    #[arg(long)]
    id: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = u64::MAX, hide_default_value = true)]
    limit: u64,
}

impl Snapshots {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        const PAGE: usize = 100;
        let store = Database::to_read(&self.file, opening).snapshots().await?;
        let id = self.id.as_deref().map(PersistenceId::stored);
        let mut after = id.clone().map(|id| (id, 0));
        let mut listing = Listing::new::<Snapshot>(output, self.limit);
        while !listing.is_full() {
            let page = store.snapshots_page(after.as_ref(), PAGE).await?;
            let is_asked_for =
                |snapshot: &&Snapshot| id.as_ref().is_none_or(|id| snapshot.id == *id);
            listing.write(page.iter().take_while(is_asked_for))?;
            match page.last().filter(is_asked_for) {
                Some(last) => after = Some((last.id.clone(), last.seq)),
                None => break,
            }
        }
        Ok(listing.end())
    }
}
