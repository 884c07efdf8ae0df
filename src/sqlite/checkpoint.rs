//! When the write-ahead log is moved into the database.

use std::sync::{
    Arc,
    atomic::{
        AtomicBool, AtomicU32,
        Ordering::{Relaxed, SeqCst},
    },
};

use rusqlite::{Connection, hooks::Wal};

use super::readers::Readers;
use crate::error::Result;

/// Pages of log, 32 MiB of 4 KiB pages. The same pages are written again and again between two
/// checkpoints; fewer checkpoints write fewer of them.
pub(super) const DEFAULT_PAGES: u32 = 8000;

/// Moves the log of one connection, by how much there is in it.
pub(super) struct Checkpoints {
    /// How much there is in the log.
    pages: Arc<AtomicU32>,
    /// How much there was behind the commit before.
    last: u32,
    /// How much there is to be before it is moved.
    due: u32,
    step: Arc<AtomicU32>,
    held: Arc<AtomicBool>,
}

/// As long as it is there, nothing is moved, and the file below the log stays as it is.
pub(crate) struct Hold(Arc<AtomicBool>);

impl Hold {
    /// Nothing where somebody else has it.
    pub(super) fn take(held: &Arc<AtomicBool>) -> Option<Self> {
        (!held.swap(true, SeqCst)).then(|| Self(held.clone()))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.store(false, SeqCst);
    }
}

impl Checkpoints {
    /// Those of `connection`, whose log SQLite leaves alone from now on: one each `step` pages.
    /// None is moved while it is `held`.
    pub(super) fn of(
        connection: &mut Connection,
        step: Arc<AtomicU32>,
        held: Arc<AtomicBool>,
    ) -> Result<Self> {
        let pages = Arc::<AtomicU32>::default();
        let told = pages.clone();
        let count = move |_: &mut Wal, pages: i32| {
            told.store(pages.unsigned_abs(), Relaxed);
            Ok(())
        };
        connection.wal_hook(Some(count))?;
        Ok(Self { pages, last: 0, due: 0, step, held })
    }

    /// Moves the log into the database when it is time to, behind the answers of a commit.
    ///
    /// A log begins anew only when nobody reads it any more and all of it is moved, which with
    /// readers that never rest would not come about. So they stand still while the last of it is
    /// moved; one that does not come to its end soon puts the log's beginning off until as much
    /// again is written.
    pub(super) fn after_commit(&mut self, connection: &Connection, readers: &Readers) {
        let (pages, step) = (self.pages.load(Relaxed), self.step.load(Relaxed));
        if pages < self.last || self.last == 0 {
            // It was begun anew, or is the first.
            self.due = step;
        }
        self.last = pages;
        if pages < self.due || self.held.load(SeqCst) {
            return;
        }
        let checkpoint = || connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        let moved = match checkpoint() {
            Ok(()) if readers.are_there() => readers.while_still(checkpoint),
            moved => moved,
        };
        // A checkpoint that fails leaves the log as it is: the next one tries again.
        if let Err(_error) = moved {
            warning!(error = %_error, "the log could not be moved into the database");
        }
        self.due = pages.saturating_add(step);
    }
}
