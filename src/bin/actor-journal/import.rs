//! `actor-journal import`

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
};

use actor_journal::{Error, ErrorKind, Import as Lines, Progress, Stores};
use clap::Args;
use serde_json::json;

use crate::{
    bar::Bar,
    database::{Database, Tables},
    failure::{Failure, Verdict},
    output::Output,
};

/// Writes the lines of an export into a journal
///
/// The database may be new, or hold other streams. Seqs, times, tags, manifests, payloads,
/// compaction marks and the order of the events are those of the text; positions are given out
/// anew. An import that was broken off can be run again: what it has written is not written twice.
/// A stream that the journal holds with something else in it is a conflict.
///
/// --json: one object, {"events"}.
#[derive(Args)]
pub struct Import {
    /// The database file, which is made where there is none
    file: String,
    /// The file with the lines; stdin unless given
    from: Option<String>,
}

impl Import {
    pub async fn run(self, tables: &Tables, output: &mut Output) -> Result<Verdict, Failure> {
        let (text, length) = self.text()?;
        let database = Database::to_fill(&self.file, tables);
        let (journal, snapshots) = (database.journal().await?, database.snapshots().await?);
        let mut lines = Lines::into(Stores::of(&journal).snapshots(&snapshots));
        read(text, length, &mut lines).await?;
        lines.finish().map_err(Failure::Text)?;
        let events = lines.events();
        match output.is_json() {
            true => output.json(&json!({ "events": events }))?,
            false => output.line(&format!("imported {events} events"))?,
        }
        Ok(Verdict::Good)
    }

    /// The text and, where that is known, its length.
    fn text(&self) -> Result<(Box<dyn BufRead>, Option<u64>), Failure> {
        let Some(from) = &self.from else { return Ok((Box::new(io::stdin().lock()), None)) };
        let opened = File::open(from).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (length, file) = opened.map_err(|error| unreadable(from, error))?;
        Ok((Box::new(BufReader::new(file)), Some(length)))
    }
}

/// Hands on whole lines, as many at once as share their flushes.
async fn read(
    mut text: Box<dyn BufRead>,
    length: Option<u64>,
    lines: &mut Lines<'_>,
) -> Result<(), Failure> {
    const PAGE_LINES: usize = 1000;
    const PAGE_BYTES: usize = 1 << 20;
    let (bar, mut done) = (length.map(|_| Bar::new("bytes")), 0);
    loop {
        let (mut page, mut count) = (String::new(), 0);
        while count < PAGE_LINES && page.len() < PAGE_BYTES {
            match text.read_line(&mut page).map_err(|error| unreadable("the text", error))? {
                0 => break,
                _ => count += 1,
            }
        }
        if count == 0 {
            return Ok(());
        }
        lines.page(&page).await.map_err(Failure::Text)?;
        done += page.len() as u64;
        if let (Some(bar), Some(total)) = (&bar, length) {
            bar.show(Progress { done, total: total.max(done) });
        }
    }
}

fn unreadable(what: &str, error: io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Io,
    };
    Error::caused(kind, format!("{what} cannot be read"), error).into()
}
