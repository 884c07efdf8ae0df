//! `actor-journal import`

use std::{
    cell::OnceCell,
    fs::File,
    io::{self, BufRead, BufReader},
};

use actor_journal::{
    Error, ErrorKind, Import as Lines, InMemoryJournal, InMemorySnapshotStore, Progress, Stores,
};
use clap::Args;
use serde_json::json;

use crate::{
    bar::Bar,
    database::Database,
    failure::{Failure, Verdict},
    opening::Opening,
    output::Output,
};

/// Writes the lines of an export into a journal
///
/// The database may be new, or hold other streams. Seqs, times, tags, manifests, payloads,
/// compaction marks and the order of the events are those of the text; positions are given out
/// anew. An import that was broken off can be run again: what it has written is not written twice.
/// A stream that the journal holds with something else in it is a conflict.
///
/// --json: one object, {"events", "leftOut"}; the second are the ids of the streams that the export
/// could not read.
#[derive(Args)]
pub struct Import {
    /// The database file, which is made where there is none
    file: String,
    /// The file with the lines; stdin unless given, or for `-`
    from: Option<String>,
}

impl Import {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        let mut text = Text::open(self.from.as_deref().unwrap_or("-"))?;
        let mut next = text.page()?;
        check(next.as_deref()).await?;
        let database = Database::to_fill(&self.file, opening);
        let (journal, snapshots) = (database.journal().await?, OnceCell::new());
        let mut lines = Lines::into(Stores::of(&journal));
        while let Some(page) = next {
            // Their table is not made where none come.
            if snapshots.get().is_none() && page.contains("\"snapshot\"") {
                let opened = database.snapshots().await?;
                let stores = Stores::of(&journal).snapshots(snapshots.get_or_init(|| opened));
                lines = Lines::resume(stores, &lines.cursor())?;
            }
            lines.page(&page).await.map_err(Failure::Text)?;
            next = text.page()?;
        }
        drop(text);
        lines.finish().map_err(Failure::Text)?;
        tell(lines.events(), lines.left_out(), output)?;
        Ok(Verdict::Good)
    }
}

/// Refuses what begins as no export does, before a file is made for it.
async fn check(beginning: Option<&str>) -> Result<(), Failure> {
    let (journal, snapshots) = (InMemoryJournal::new(), InMemorySnapshotStore::default());
    let mut lines = Lines::into(Stores::of(&journal).snapshots(&snapshots));
    let checked = match beginning {
        Some(page) => lines.page(page).await,
        None => lines.finish(),
    };
    checked.map_err(Failure::Text)
}

fn tell(events: u64, left_out: &[String], output: &mut Output) -> io::Result<()> {
    if output.is_json() {
        return output.json(&json!({ "events": events, "leftOut": left_out }));
    }
    output.line(&format!("imported {events} events"))?;
    match left_out {
        [] => Ok(()),
        ids => output.line(&format!("the export has left out the streams {ids:?}")),
    }
}

/// The lines, and how much of them is read.
struct Text {
    lines: Box<dyn BufRead>,
    /// With their length, where that is known.
    bar: Option<(Bar, u64)>,
    done: u64,
}

impl Text {
    /// A file, or stdin.
    fn open(from: &str) -> Result<Self, Failure> {
        if from == "-" {
            return Ok(Self { lines: Box::new(io::stdin().lock()), bar: None, done: 0 });
        }
        let opened = File::open(from).and_then(|file| Ok((file.metadata()?.len(), file)));
        let what = format!("the file {from:?}");
        let (length, file) = opened.map_err(|error| unreadable(&what, error))?;
        let bar = Some((Bar::new("bytes"), length));
        Ok(Self { lines: Box::new(BufReader::new(file)), bar, done: 0 })
    }

    /// Whole lines, as many at once as share their flushes; none at the end.
    fn page(&mut self) -> Result<Option<String>, Failure> {
        const PAGE_LINES: usize = 1000;
        const PAGE_BYTES: usize = 1 << 20;
        let (mut page, mut count) = (String::new(), 0);
        while count < PAGE_LINES && page.len() < PAGE_BYTES {
            match self.lines.read_line(&mut page) {
                Ok(0) => break,
                Ok(_) => count += 1,
                Err(error) => return Err(unreadable("the text", error)),
            }
        }
        if let Some((bar, total)) = &self.bar {
            bar.show(Progress { done: self.done, total: self.done.max(*total) });
        }
        self.done += page.len() as u64;
        Ok((count > 0).then_some(page))
    }
}

fn unreadable(what: &str, error: io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Io,
    };
    Error::caused(kind, format!("{what} cannot be read"), error).into()
}
