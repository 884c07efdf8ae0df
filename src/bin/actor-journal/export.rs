//! `actor-journal export`

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
};

use actor_journal::{Error, ErrorKind, Export as Lines, Stores};
use clap::Args;
use serde_json::json;

use crate::{
    bar::Bar,
    database::Database,
    failure::{Failure, Verdict},
    opening::Opening,
    output::Output,
};

/// Writes a journal with its snapshots as lines of JSON, from which `import` makes it again
///
/// The lines hold seqs, positions, times, tags, manifests and payloads as they are, and the
/// compaction marks; a payload that is not JSON on one line is in Base64. The first line says what
/// the text is, the last one how many events there are.
///
/// --json: the text is the same; where it goes to a file, one object is written, {"events"}.
#[derive(Args)]
pub struct Export {
    /// The database file
    file: String,
    /// The new file that the lines are written to; stdout unless given, or for `-`
    to: Option<String>,
    /// Leave out streams that cannot be read, each with a line that says why; the exit code is then
    /// 3
    #[arg(long)]
    leave_out: bool,
    /// Leave out the snapshots
    #[arg(long)]
    no_snapshots: bool,
}

impl Export {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        let database = Database::to_read(&self.file, opening);
        let journal = database.journal().await?;
        let snapshots = match self.no_snapshots {
            true => None,
            false => database.snapshots_if_any().await?,
        };
        let mut stores = Stores::of(&journal);
        if let Some(snapshots) = &snapshots {
            stores = stores.snapshots(snapshots);
        }
        let mut lines = Lines::of(stores);
        if self.leave_out {
            lines = lines.leaving_out();
        }
        match self.to.as_deref() {
            None | Some("-") => to_stdout(&mut lines, output).await?,
            Some(to) => to_file(&mut lines, to, output).await?,
        }
        Ok(left_out(&lines, output))
    }
}

async fn to_stdout(lines: &mut Lines<'_>, output: &mut Output) -> Result<(), Failure> {
    while let Some(page) = lines.page().await? {
        output.text(&page)?;
    }
    Ok(())
}

/// Leaves no half a file where it fails.
async fn to_file(lines: &mut Lines<'_>, to: &str, output: &mut Output) -> Result<(), Failure> {
    let cannot = |error: io::Error| {
        let (kind, why) = match error.kind() {
            io::ErrorKind::AlreadyExists => (ErrorKind::InvalidArgument, "is there already"),
            io::ErrorKind::NotFound => (ErrorKind::NotFound, "lies in no directory"),
            io::ErrorKind::StorageFull => (ErrorKind::Full, "has no room"),
            _ => (ErrorKind::Io, "cannot be written"),
        };
        Failure::from(Error::caused(kind, format!("the file {to:?} {why}"), error))
    };
    let file = File::create_new(to).map_err(cannot)?;
    if let Err(failure) = write(lines, file, cannot).await {
        // What matters is why it failed.
        let _ = fs::remove_file(to);
        return Err(failure);
    }
    let events = lines.progress().total / 2;
    match output.is_json() {
        true => output.json(&json!({ "events": events }))?,
        false => output.line(&format!("exported {events} events to {to}"))?,
    }
    Ok(())
}

async fn write(
    lines: &mut Lines<'_>,
    file: File,
    cannot: impl Fn(io::Error) -> Failure,
) -> Result<(), Failure> {
    let (bar, mut file) = (Bar::new("events, each read twice"), BufWriter::new(file));
    while let Some(page) = lines.page().await? {
        file.write_all(page.as_bytes()).map_err(&cannot)?;
        bar.show(lines.progress());
    }
    let file = file.into_inner().map_err(|error| cannot(error.into_error()))?;
    file.sync_all().map_err(cannot)
}

/// Says on stderr which streams could not be read.
fn left_out(lines: &Lines<'_>, output: &Output) -> Verdict {
    let left_out = lines.left_out();
    if left_out.is_empty() {
        return Verdict::Good;
    }
    let message = format!(
        "streams that cannot be read are left out, each with a line that says why: {left_out:?}"
    );
    output.report(&Error::new(ErrorKind::Corrupt, message));
    Verdict::Damaged
}
