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
/// The copy is checked first, and is not changed. A copy that is damaged, foreign or of a newer
/// version is refused, and so is a database that a program has open; the old database then stays as
/// it is. Everything that the old one holds is replaced.
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
