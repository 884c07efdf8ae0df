//! The limit: a loop of prepared statements, with nothing between it and SQLite.

use std::{
    ops::Range,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};

use crate::{Result, event::Moved, ours};

/// Opens a database with what both sides have.
pub fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// Writes into the tables that the crate has made what the crate would write.
pub struct Writer {
    connection: Connection,
    ids: Vec<String>,
    heads: Vec<i64>,
    position: i64,
}

/// What one transaction holds.
#[derive(Clone)]
pub struct Shape {
    /// The streams that are appended to, by number.
    pub streams: Range<usize>,
    /// The events for each of them, under one token.
    pub batch: i64,
}

impl Writer {
    /// A writer into new tables of `streams` streams.
    pub fn new(path: &Path, streams: u64) -> Result<Self> {
        ours::create(path)?;
        Ok(Self {
            connection: open(path)?,
            ids: (0..streams).map(ours::id).collect(),
            heads: vec![0; streams as usize],
            position: 0,
        })
    }

    /// Gives up durability, to fill a file that can be made again.
    pub fn hurry(&self) -> Result<()> {
        self.connection.execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -1000000;",
        )?;
        Ok(())
    }

    /// Tags each event whose position is a multiple of `each`.
    pub fn tag(&self, tag: &str, each: i64) -> Result<()> {
        let named = params![tag, each];
        self.connection.execute_batch("BEGIN")?;
        self.connection.execute(
            "INSERT INTO events_tags (pid, seq, tag, position)
             SELECT pid, seq, ?1, position FROM events WHERE position % ?2 = 0",
            named,
        )?;
        self.connection.execute("UPDATE events SET tags = ?1 WHERE position % ?2 = 0", named)?;
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// How long it takes to write these transactions.
    pub fn write(&mut self, shapes: impl Iterator<Item = Shape>) -> Result<Duration> {
        let began = Instant::now();
        let mut begin = self.connection.prepare("BEGIN IMMEDIATE")?;
        let mut commit = self.connection.prepare("COMMIT")?;
        let mut insert = self.connection.prepare(
            "INSERT INTO events (pid, seq, event, ts, tags, position, token)
             VALUES (?1, ?2, ?3, ?4, NULL, ?5, ?6)",
        )?;
        let mut upsert = self.connection.prepare(
            "INSERT INTO events_heads (pid, head, compacted) VALUES (?1, ?2, 0)
             ON CONFLICT (pid) DO UPDATE SET head = excluded.head",
        )?;
        for Shape { streams, batch } in shapes {
            begin.execute([])?;
            for stream in streams {
                let (id, head) = (&self.ids[stream], &mut self.heads[stream]);
                for index in 0..batch {
                    self.position += 1;
                    *head += 1;
                    let (position, event) = (self.position, Moved::json(self.position as u64)?);
                    let token = (index == 0).then(|| u128::from(position.unsigned_abs()));
                    let token = token.map(u128::to_le_bytes);
                    insert.execute(params![id, *head, event, TIMESTAMP, position, token])?;
                }
                upsert.execute(params![id, *head])?;
            }
            commit.execute([])?;
        }
        Ok(began.elapsed())
    }
}

/// Milliseconds since 1970: the first of January 2026.
pub const TIMESTAMP: i64 = 1_767_225_600_000;
