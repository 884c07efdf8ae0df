use std::sync::{Arc, Mutex, PoisonError};

use actor_journal::{Error, ErrorKind, Restore, Result, SqliteOptions, restore};

use crate::{number::whole, options::OpenOptions};

/// A restore under way. Clones share it.
#[derive(Clone)]
pub struct RestoreHandle(Arc<Mutex<Option<Source>>>);

/// Where the copy comes from.
enum Source {
    /// From JavaScript, in pieces.
    Pieces(Box<Restore>),
    /// From a file.
    File { from: String, to: String },
}

impl RestoreHandle {
    /// Takes the database that `options` name; the copy comes from a file, or in pieces.
    ///
    /// # Errors
    ///
    /// As [`Restore::begin`].
    #[allow(clippy::arc_with_non_send_sync, reason = "in wasm there is one thread")]
    pub async fn open(options: OpenOptions, from: Option<String>) -> Result<Self> {
        let source = match from {
            Some(from) => Source::File { from, to: options.path },
            None => {
                let to = SqliteOptions::new(options.path);
                Source::Pieces(Box::new(Restore::begin(&to).await?))
            }
        };
        Ok(Self(Arc::new(Mutex::new(Some(source)))))
    }

    /// Takes the piece that stands at `offset` in the copy: the next one.
    ///
    /// # Errors
    ///
    /// `closed` where another piece is the next one, as in the hands of another owner; as
    /// [`Restore::write`].
    pub fn write(&self, offset: f64, bytes: &[u8]) -> Result<()> {
        let offset = whole("offset", offset)?;
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Source::Pieces(restore)) if restore.length() == offset => restore.write(bytes),
            _ => Err(ended()),
        }
    }

    /// Checks the copy and puts it in its place.
    ///
    /// # Errors
    ///
    /// As [`Restore::finish`].
    pub async fn finish(&self) -> Result<()> {
        match self.take() {
            Some(Source::Pieces(restore)) => restore.finish(|_| {}).await,
            Some(Source::File { from, to }) => restore(from, to, |_| {}).await,
            None => Err(ended()),
        }
    }

    /// Gives it up, unless it is finished.
    pub fn close(&self) {
        drop(self.take());
    }

    fn take(&self) -> Option<Source> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn ended() -> Error {
    let message =
        "the restore has ended, or another tab has taken the database over: begin it again";
    Error::new(ErrorKind::Closed, message)
}
