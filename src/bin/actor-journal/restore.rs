//! `actor-journal restore`

use std::io::{self, Read};

use actor_journal::{Error, ErrorKind, Progress, Restore as Copy, SqliteOptions, restore};
use clap::Args;

use crate::{
    bar::Bar,
    failure::{Failure, Verdict},
    opening::Opening,
    output::Output,
};

/// Puts a copy in the place of a database, whole or not at all
///
/// The copy is checked first with all that it holds, and nothing of it is changed. A copy that is
/// damaged, foreign or of a newer version is refused, and so is a database that a program uses; the
/// old database then stays as it is. End the programs that have it open: one without a write-ahead
/// log that does nothing at the moment is not noticed. Everything that the old one holds is replaced.
///
/// --json: one object, {"bytes"}, the length of the copy.
#[derive(Args)]
pub struct Restore {
    /// The copy; stdin for `-`
    from: String,
    /// The database file, which is made where there is none
    file: String,
}

impl Restore {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        let to = SqliteOptions::new(&self.file).busy_timeout(opening.busy_timeout());
        let (bar, mut bytes) = (Bar::new("bytes"), 0);
        let show = |progress| bytes = bar.show(progress);
        match &*self.from {
            "-" => restore_stdin(&to, show).await?,
            from => restore(from, to, show).await?,
        }
        drop(bar);
        output.copied("restored", bytes, &self.file)?;
        Ok(Verdict::Good)
    }
}

async fn restore_stdin(to: &SqliteOptions, show: impl FnMut(Progress)) -> Result<(), Failure> {
    const PIECE: u64 = 1 << 20;
    let mut copy = Copy::begin(to).await?;
    let (mut stdin, mut piece) = (io::stdin().lock(), Vec::new());
    loop {
        stdin.by_ref().take(PIECE).read_to_end(&mut piece).map_err(|error| {
            Error::caused(ErrorKind::Io, "the copy cannot be read from stdin", error)
        })?;
        if piece.is_empty() {
            return Ok(copy.finish(show).await?);
        }
        copy.write(&piece)?;
        piece.clear();
    }
}
