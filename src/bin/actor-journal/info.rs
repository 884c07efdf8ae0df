//! `actor-journal info`

use actor_journal::{DatabaseInfo, JournalInfo, TableInfo, Timestamp};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    database::Database,
    failure::{Failure, Verdict},
    opening::Opening,
    output::Output,
    utc::utc,
};

/// Tells what a database file is and which journals and stores it holds
///
/// All journals, snapshot tables and state tables of the file are named, whatever they are called.
/// Streams and snapshots are counted, which costs by their number. How many events there are is
/// read off the heads and compaction marks of the streams; `verify` counts them.
///
/// --json: one object, {"path", "bytes", "pageSize", "journalMode", "applicationId",
/// "formatVersion", "journals": [{"eventsTable", "streams", "events", "headPosition",
/// "firstTimestamp", "lastTimestamp"}], "snapshots": [{"table", "rows"}], "states": [{"table",
/// "rows"}]}; the times in milliseconds since 1970, null where no event is left.
#[derive(Args)]
pub struct Info {
    /// The database file
    file: String,
}

impl Info {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        let info = Database::to_read(&self.file, opening).info().await?;
        match output.is_json() {
            true => output.json(&object(&self.file, &info))?,
            false => text(&self.file, &info).iter().try_for_each(|line| output.line(line))?,
        }
        Ok(Verdict::Good)
    }
}

fn text(path: &str, info: &DatabaseInfo) -> Vec<String> {
    let mut lines = vec![
        format!("file            {path}"),
        format!("size            {} bytes, pages of {}", info.bytes, info.page_size),
        format!("journal mode    {}", info.journal_mode),
        format!("application     {:#010x}", info.application_id),
        format!("format version  {}", info.version),
    ];
    lines.extend(info.journals.iter().flat_map(journal));
    lines.extend(info.snapshots.iter().map(|table| rows("snapshots", table)));
    lines.extend(info.states.iter().map(|table| rows("states", table)));
    lines
}

fn journal(journal: &JournalInfo) -> Vec<String> {
    let time = |timestamp: Option<Timestamp>| timestamp.map_or_else(|| "-".into(), utc);
    vec![
        format!("journal         {}", journal.events_table),
        format!("  streams       {}", journal.streams),
        format!("  events        {}", journal.events),
        format!("  position      {}", journal.head_position),
        format!("  first event   {}", time(journal.first_timestamp)),
        format!("  last event    {}", time(journal.last_timestamp)),
    ]
}

fn rows(what: &str, table: &TableInfo) -> String {
    format!("{what:<16}{}, {} rows", table.table, table.rows)
}

fn object(path: &str, info: &DatabaseInfo) -> Value {
    let journal = |journal: &JournalInfo| {
        json!({
            "eventsTable": journal.events_table,
            "streams": journal.streams,
            "events": journal.events,
            "headPosition": journal.head_position,
            "firstTimestamp": journal.first_timestamp,
            "lastTimestamp": journal.last_timestamp,
        })
    };
    let table = |table: &TableInfo| json!({ "table": table.table, "rows": table.rows });
    json!({
        "path": path,
        "bytes": info.bytes,
        "pageSize": info.page_size,
        "journalMode": info.journal_mode,
        "applicationId": info.application_id,
        "formatVersion": info.version,
        "journals": info.journals.iter().map(journal).collect::<Vec<_>>(),
        "snapshots": info.snapshots.iter().map(table).collect::<Vec<_>>(),
        "states": info.states.iter().map(table).collect::<Vec<_>>(),
    })
}
