//! `actor-journal ids`

use actor_journal::{Journal, PersistenceId, Result, Seq};
use clap::Args;
use serde::Serialize;

use crate::{
    columns::{Columns, Side},
    database::Database,
    failure::{Failure, Verdict},
    opening::Opening,
    output::Output,
};

/// Lists the streams of a journal by their persistence ids, in ascending order
///
/// One id a line; with --heads, behind the highest seq ever given out in its stream.
///
/// --json: one object a line, {"persistenceId"}, with --heads also {"highestSeq"}.
#[derive(Args)]
pub struct Ids {
    /// The database file
    file: String,
    /// Only ids behind this one
    #[arg(long, value_name = "ID", conflicts_with = "follow")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = u64::MAX, hide_default_value = true)]
    limit: u64,
    /// Also the head of each stream
    #[arg(long)]
    heads: bool,
    /// In the order in which the streams began, and go on with those that begin, until Ctrl-C
    #[arg(long, short)]
    follow: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stream {
    persistence_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    highest_seq: Option<Seq>,
}

impl Ids {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        const PAGE: u64 = 1000;
        let journal = Database::to_read(&self.file, opening).journal().await?;
        let mut columns = Columns::new([Side::Right, Side::Left]);
        let mut after = self.after.as_deref().map(PersistenceId::stored);
        let mut left = self.limit;
        while left > 0 {
            let limit = left.min(PAGE) as usize;
            let ids = match self.follow {
                true => journal.live_persistence_ids_page(self.limit - left, limit).await?,
                false => journal.persistence_ids(after.as_ref(), limit).await?,
            };
            let Some(last) = ids.last().cloned() else { break };
            left -= ids.len() as u64;
            print(&self.streams(&journal, ids).await?, &mut columns, output)?;
            output.flush()?;
            after = Some(last);
        }
        Ok(Verdict::Good)
    }

    async fn streams(
        &self,
        journal: &impl Journal,
        ids: Vec<PersistenceId>,
    ) -> Result<Vec<Stream>> {
        let mut streams = Vec::with_capacity(ids.len());
        for id in ids {
            let highest_seq = if self.heads { Some(journal.highest_seq(&id).await?) } else { None };
            streams.push(Stream { persistence_id: id.as_str().into(), highest_seq });
        }
        Ok(streams)
    }
}

fn print(streams: &[Stream], columns: &mut Columns<2>, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        return Ok(streams.iter().try_for_each(|stream| output.json(stream))?);
    }
    let with_head = |stream: &Stream| {
        stream.highest_seq.map(|head| [head.to_string(), stream.persistence_id.clone()])
    };
    let rows: Option<Vec<_>> = streams.iter().map(with_head).collect();
    match rows {
        Some(rows) => columns.lines(&rows).iter().try_for_each(|line| output.line(line))?,
        None => streams.iter().try_for_each(|stream| output.line(&stream.persistence_id))?,
    }
    Ok(())
}
