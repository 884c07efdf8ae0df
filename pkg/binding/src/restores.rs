use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actor_journal::{Error, ErrorKind, Restore, Result, restore};

use crate::{Steps, number::whole, options::OpenOptions};

/// A restore under way. Clones share it.
#[derive(Clone)]
pub struct RestoreHandle(Arc<Mutex<Option<Stage>>>);

enum Stage {
    /// The copy comes from JavaScript.
    Pieces(Box<Restore>),
    /// The copy is there.
    Finish(Steps),
}

impl RestoreHandle {
    /// Takes the database that `options` name; the copy comes from a file, or in pieces.
    ///
    /// # Errors
    ///
    /// As [`Restore::begin`].
    #[allow(clippy::arc_with_non_send_sync, reason = "in wasm there is one thread")]
    pub async fn open(options: OpenOptions, from: Option<String>) -> Result<Self> {
        let to = options.restore()?;
        let stage = match from {
            Some(from) => Stage::Finish(Steps::of(|told| {
                Box::pin(restore(from, to, move |progress| told.tell(progress)))
            })),
            None => Stage::Pieces(Box::new(Restore::begin(&to).await?)),
        };
        Ok(Self(Arc::new(Mutex::new(Some(stage)))))
    }

    /// Takes the piece that stands at `offset` in the copy: the next one.
    ///
    /// # Errors
    ///
    /// `closed` where another piece is the next one, as in the hands of another owner; as
    /// [`Restore::write`].
    pub fn write(&self, offset: f64, bytes: &[u8]) -> Result<()> {
        let offset = whole("offset", offset)?;
        match &mut *self.lock() {
            Some(Stage::Pieces(restore)) if restore.length() == offset => restore.write(bytes),
            _ => Err(ended()),
        }
    }

    /// Goes on to check the copy, of `length` bytes where it came in pieces, and to put it in its
    /// place. Answers how far that has come, and has to come, or nothing where it is done.
    ///
    /// # Errors
    ///
    /// `lost` where another number of bytes has come, as to another owner of the database, whom the
    /// call is repeated to; as [`Restore::finish`].
    pub async fn finish(&self, length: f64) -> Result<Vec<f64>> {
        let steps = self.steps(whole("length", length)?)?;
        steps.next().await
    }

    fn steps(&self, length: u64) -> Result<Steps> {
        let mut stage = self.lock();
        let steps = match stage.take().ok_or_else(ended)? {
            Stage::Finish(steps) => steps,
            Stage::Pieces(restore) if restore.length() != length => return Err(lost()),
            Stage::Pieces(restore) => {
                Steps::of(|told| Box::pin(restore.finish(move |progress| told.tell(progress))))
            }
        };
        *stage = Some(Stage::Finish(steps.clone()));
        Ok(steps)
    }

    /// Gives it up, unless it is finished.
    pub fn close(&self) {
        if let Some(Stage::Finish(steps)) = self.lock().take() {
            steps.close();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Stage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ended() -> Error {
    let message =
        "the restore has ended, or another tab has taken the database over: begin it again";
    Error::new(ErrorKind::Closed, message)
}

fn lost() -> Error {
    let message = "another tab has taken the database over: whether the copy is in its place is not \
                   known. Restore it again";
    Error::new(ErrorKind::Lost, message)
}
