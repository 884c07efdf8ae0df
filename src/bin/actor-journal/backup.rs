//! `actor-journal backup`

use clap::Args;

use crate::{
    bar::Bar,
    database::{Database, Tables},
    failure::{Failure, Verdict},
    output::Output,
};

/// Copies the whole database into a new file, while others go on writing to it
///
/// All journals and stores of the file are in the copy, and every event that was stored before. The
/// copy appears under its name when it is whole and on the disk; it is a plain database without a
/// log. What stands there already is never overwritten. A backup that is ended with Ctrl-C may
/// leave a file beside it whose name ends with `.partial`.
///
/// --json: one object, {"bytes"}, the length of the copy.
#[derive(Args)]
pub struct Backup {
    /// The database file
    file: String,
    /// The new file
    to: String,
}

impl Backup {
    pub async fn run(self, tables: &Tables, output: &mut Output) -> Result<Verdict, Failure> {
        let journal = Database::to_read(&self.file, tables).any_journal().await?;
        let (bar, mut bytes) = (Bar::new("bytes"), 0);
        let show = |progress| bytes = bar.show(progress);
        journal.backup(&self.to, show).await?;
        drop(bar);
        output.copied("copied", bytes, &self.to)?;
        Ok(Verdict::Good)
    }
}
