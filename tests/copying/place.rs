use std::fs;

use actor_journal::{Journal, SqliteJournal, SqliteOptions};
use rusqlite::{Connection, OpenFlags};

pub use crate::place::Place;
use crate::words::{append, batch, id};

impl Place {
    pub async fn opened(&self, name: &str) -> SqliteJournal {
        SqliteJournal::open(SqliteOptions::new(self.path(name))).await.unwrap()
    }

    /// A closed journal with one stream, `a`, of so many events.
    pub async fn journal(&self, name: &str, events: u64) -> String {
        let journal = self.opened(name).await;
        append(&journal, "a", 0, batch(1..=events)).await;
        journal.close().await.unwrap();
        self.path(name)
    }

    /// How many events the stream `a` has.
    pub async fn head(&self, name: &str) -> u64 {
        self.head_of(name, "a").await
    }

    pub async fn head_of(&self, name: &str, stream: &str) -> u64 {
        let journal = self.opened(name).await;
        let head = journal.highest_seq(&id(stream)).await.unwrap();
        journal.close().await.unwrap();
        head
    }

    /// The names of the files.
    pub fn files(&self) -> Vec<String> {
        let files = fs::read_dir(self.path(".")).unwrap();
        let mut names: Vec<_> =
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// What SQLite itself says of a file, and in which journal mode it is.
pub fn checked(path: &str) -> (String, String) {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let ask = |pragma: &str| connection.query_row(pragma, [], |row| row.get(0)).unwrap();
    (ask("PRAGMA integrity_check"), ask("PRAGMA journal_mode"))
}

pub fn whole() -> (String, String) {
    ("ok".into(), "delete".into())
}
