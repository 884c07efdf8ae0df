//! `actor-journal restore`

use actor_journal::restore;
use clap::Args;

use crate::{
    bar::Bar,
    failure::{Failure, Verdict},
    output::Output,
};

/// Puts a copy in the place of a database, whole or not at all
///
/// The structure of the copy is checked first, and nothing of it is changed: `verify` it to check what
/// its rows say. A copy whose structure is damaged, or that is foreign or of a newer version, is
/// refused, and so is a database that a program uses; the old database then stays as it is. End the
/// programs that have it open: one without a write-ahead log that does nothing at the moment is not
/// noticed. Everything that the old one holds is replaced.
///
/// --json: one object, {"bytes"}, the length of the copy.
#[derive(Args)]
pub struct Restore {
    /// The copy
    from: String,
    /// The database file, which is made where there is none
    file: String,
}

impl Restore {
    pub async fn run(self, output: &mut Output) -> Result<Verdict, Failure> {
        let (bar, mut bytes) = (Bar::new("bytes"), 0);
        let show = |progress| bytes = bar.show(progress);
        restore(&self.from, &self.file, show).await?;
        drop(bar);
        output.copied("restored", bytes, &self.file)?;
        Ok(Verdict::Good)
    }
}
