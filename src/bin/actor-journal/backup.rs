//! `actor-journal backup`

use std::io::{self, IsTerminal};

use actor_journal::{Error, ErrorKind, SqliteJournal};
use clap::Args;

use crate::{
    bar::Bar,
    database::Database,
    failure::{Failure, Verdict},
    opening::Opening,
    output::Output,
};

/// Copies the whole database into a new file, while others go on writing to it
///
/// All journals and stores of the file are in the copy, and every event that was stored before. The
/// copy appears under its name when it is whole and on the disk; it is a plain database without a
/// log. What stands there already is never overwritten. A backup that is ended with Ctrl-C may
/// leave a file beside it whose name ends with `.partial`.
///
/// Without a write-ahead log each write of another program makes the copy begin anew, in slices that
/// grow until one of them is all of it, for which the other program waits.
///
/// --json: one object, {"bytes"}, the length of the copy; nothing where that goes to stdout.
#[derive(Args)]
pub struct Backup {
    /// The database file
    file: String,
    /// The new file; stdout for `-`
    to: String,
}

impl Backup {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        let journal = Database::to_read(&self.file, opening).any_journal().await?;
        if self.to == "-" {
            return to_stdout(&journal, output).await;
        }
        let (bar, mut bytes) = (Bar::new("bytes"), 0);
        let show = |progress| bytes = bar.show(progress);
        journal.backup(&self.to, show).await?;
        drop(bar);
        output.copied("copied", bytes, &self.to)?;
        Ok(Verdict::Good)
    }
}

async fn to_stdout(journal: &SqliteJournal, output: &mut Output) -> Result<Verdict, Failure> {
    const PIECE: usize = 1 << 20;
    if io::stdout().is_terminal() {
        let message = "a copy is not for a terminal: send it to a file or to a program";
        return Err(Error::new(ErrorKind::InvalidArgument, message).into());
    }
    let (image, mut at) = (journal.image().await?, 0);
    while at < image.length() {
        let piece = image.read(at, PIECE).await?;
        output.bytes(&piece)?;
        at += piece.len() as u64;
    }
    Ok(Verdict::Good)
}
