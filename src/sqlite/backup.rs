//! Copies of a database while appends go on.

use std::sync::Mutex;

use rusqlite::Connection;

use super::{
    SqliteJournal,
    checkpoint::Hold,
    database::Database,
    pages::{Told, telling},
};
use crate::{
    error::{Error, ErrorKind, Result},
    lock::lock,
    platform::{Partial, read_database},
    types::Progress,
};

impl SqliteJournal {
    /// Writes a consistent copy of the whole database, with all its journals and stores, into a new
    /// file, while appends go on. Every append that was answered before this is called is in the
    /// copy, and each batch is in it whole or not at all. The copy is flushed and appears under its
    /// name when it is whole; it is a plain database, without a log, that opens everywhere.
    ///
    /// `progress` counts bytes; they are all done when the copy is in its place, not before. Dropping
    /// the future gives the copy up, and what there is of it is removed; a process that ends meanwhile
    /// leaves a file whose name ends with `.partial`. Where another process writes to a database
    /// without a write-ahead log, the copy begins anew behind each commit, every time with twice as
    /// much at once, for which that process waits; and it waits itself for as long as the journal's
    /// busy time-out.
    ///
    /// # Errors
    ///
    /// `invalid-argument` where something stands at `to`, or a log of it; `not-found` for a directory that is not
    /// there; `full`, `io`, `busy`; `storage-unavailable` in a page, which has no files: take its
    /// [`image`](Self::image).
    ///
    /// ```
    /// use actor_journal::{SqliteJournal, SqliteOptions};
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// # let copy = directory.path().join("copy.db").to_str().unwrap().to_owned();
    /// # pollster::block_on(async {
    /// let journal = SqliteJournal::open(SqliteOptions::default()).await?;
    /// journal.backup(copy, |progress| println!("{} of {}", progress.done, progress.total)).await?;
    /// # Ok::<(), actor_journal::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn backup(
        &self,
        to: impl Into<String>,
        progress: impl FnMut(Progress),
    ) -> Result<()> {
        let (file, source) = (Partial::of(&to.into())?, self.database.source()?);
        let copied = |told: Told| async move {
            let file = source.copy_into(file, told.clone()).await?;
            told.leave().await?;
            file.settle()
        };
        telling(copied, progress).await
    }

    /// A consistent copy of the whole database to be read piece by piece, while appends go on:
    /// the same bytes as [`backup`](Self::backup) would write.
    ///
    /// In OPFS and in a VFS by name it takes no room: the log is moved into the database, and stays
    /// as it is until the image is dropped, while appends make it longer. Elsewhere it is a
    /// temporary file.
    ///
    /// # Errors
    ///
    /// `busy` where another image is under way and no copy is made; `full`, `io`.
    pub async fn image(&self) -> Result<Image> {
        if self.database.is_exclusive()? {
            let hold = self.database.hold()?;
            let length = self.database.run(moved).await?;
            return Ok(Image { length, pages: Pages::Own(self.database.clone(), hold) });
        }
        let (file, source) = (Partial::temporary()?, self.database.source()?);
        let file = telling(|told| source.copy_into(file, told), |_| {}).await?;
        let copy = file.connect()?;
        let length = length(&copy)?;
        Ok(Image { length, pages: Pages::Copy(Mutex::new(copy), file) })
    }
}

/// The bytes of a database as they stood when the image was taken: see [`SqliteJournal::image`].
pub struct Image {
    length: u64,
    pages: Pages,
}

enum Pages {
    /// The database's own file, which nothing is moved into meanwhile.
    Own(Database, #[expect(dead_code, reason = "it is held")] Hold),
    /// A file for this image alone. The connection is closed before the file is removed.
    Copy(Mutex<Connection>, #[expect(dead_code, reason = "it removes the file")] Partial),
}

/// Where [the header] says in which version a file is written and read: 1 is without a log.
///
/// [the header]: https://www.sqlite.org/fileformat.html#the_database_header
const VERSIONS: std::ops::Range<usize> = 18..20;

impl Image {
    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The bytes from `at` on, at most `length`; none at the end.
    ///
    /// # Errors
    ///
    /// `closed` where the journal was closed meanwhile; `io`.
    pub async fn read(&self, at: u64, length: usize) -> Result<Vec<u8>> {
        let rest = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let length = length.min(rest);
        let mut bytes = match &self.pages {
            Pages::Own(database, _) => {
                database.run(move |connection| read_database(connection, at, length)).await?
            }
            Pages::Copy(copy, _) => read_database(&lock(copy), at, length)?,
        };
        for (at, byte) in (at..).zip(&mut bytes).take(VERSIONS.end) {
            if VERSIONS.contains(&usize::try_from(at).unwrap_or(usize::MAX)) {
                *byte = 1;
            }
        }
        Ok(bytes)
    }
}

/// Moves the whole log into the database, and answers how long that is.
fn moved(connection: &Connection) -> Result<u64> {
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    match connection.query_row(checkpoint, [], |row| row.get(0))? {
        0 => length(connection),
        _ => Err(Error::new(ErrorKind::Busy, "the log could not be moved into the database")),
    }
}

/// How much of the file is in use, as its header says: it may be longer.
fn length(connection: &Connection) -> Result<u64> {
    let header = read_database(connection, 0, 100)?;
    let size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 1 << 16,
        size => u64::from(size),
    };
    let count = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    Ok(size * u64::from(count))
}
