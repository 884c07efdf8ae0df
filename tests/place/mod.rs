//! A directory with a database that goes away with it.

// Each test file uses some of it.
#![allow(dead_code)]

use std::time::Duration;

use actor_journal::{Error, Journal, SqliteJournal, SqliteOptions};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::words::{append, batch};

pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().into()
    }

    pub fn options(&self) -> SqliteOptions {
        SqliteOptions::new(self.path("events.db")).busy_timeout(Duration::ZERO)
    }

    pub async fn open(&self) -> SqliteJournal {
        SqliteJournal::open(self.options()).await.unwrap()
    }

    pub fn connect(&self) -> Connection {
        Connection::open(self.path("events.db")).unwrap()
    }

    /// A closed journal with ten events of stream `a`.
    pub async fn filled() -> Self {
        let place = Self::new();
        let journal = place.open().await;
        append(&journal, "a", 0, batch(1..=10)).await;
        journal.close().await.unwrap();
        place
    }
}

/// Why a journal does not open.
pub async fn failure(options: SqliteOptions) -> Error {
    SqliteJournal::open(options).await.err().expect("the journal must not open")
}
