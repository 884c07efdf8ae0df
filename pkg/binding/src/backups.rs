use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actor_journal::{AppendToken, Error, ErrorKind, Image, Result, SqliteJournal};

/// The images that are being read, by the tokens that JavaScript names them by.
#[derive(Clone, Default)]
pub(crate) struct Images(Arc<Mutex<Read>>);

#[derive(Default)]
struct Read {
    images: HashMap<u64, Arc<Image>>,
    /// Nobody is there any more who would end one.
    is_closed: bool,
}

impl Images {
    fn lock(&self) -> MutexGuard<'_, Read> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an image; its token is one that no other owner of the database gives.
    pub(crate) async fn begin(&self, journal: &SqliteJournal) -> Result<[f64; 2]> {
        let image = journal.image().await?;
        let length = image.length();
        let token = token();
        let mut read = self.lock();
        if read.is_closed {
            return Err(interrupted());
        }
        read.images.insert(token, Arc::new(image));
        Ok([token as f64, length as f64])
    }

    /// The image with that token.
    pub(crate) fn find(&self, token: u64) -> Result<Arc<Image>> {
        self.lock().images.get(&token).cloned().ok_or_else(interrupted)
    }

    /// Gives an image up.
    pub(crate) fn end(&self, token: u64) {
        self.lock().images.remove(&token);
    }

    /// Gives all of them up, and what is being begun.
    pub(crate) fn close(&self) {
        *self.lock() = Read { is_closed: true, ..Read::default() };
    }
}

/// As many random bits as a number of JavaScript's holds.
fn token() -> u64 {
    u128::from_be_bytes(*AppendToken::random().as_bytes()) as u64 & ((1 << 53) - 1)
}

fn interrupted() -> Error {
    let message = "the backup was interrupted: the database was closed meanwhile, or another tab has \
                   taken it over. Begin it again";
    Error::new(ErrorKind::Closed, message)
}
