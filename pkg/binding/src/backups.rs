use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actor_journal::{AppendToken, Error, ErrorKind, Image, Result, SqliteJournal};

/// The images that are being read, by the tokens that JavaScript names them by.
#[derive(Clone, Default)]
pub(crate) struct Images(Arc<Mutex<HashMap<u64, Arc<Image>>>>);

impl Images {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Image>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an image; its token is one that no other owner of the database gives.
    pub(crate) async fn begin(&self, journal: &SqliteJournal) -> Result<[f64; 2]> {
        let image = journal.image().await?;
        let length = image.length();
        let token = token();
        self.lock().insert(token, Arc::new(image));
        Ok([token as f64, length as f64])
    }

    /// The image with that token.
    pub(crate) fn find(&self, token: u64) -> Result<Arc<Image>> {
        self.lock().get(&token).cloned().ok_or_else(interrupted)
    }

    /// Gives an image up.
    pub(crate) fn end(&self, token: u64) {
        self.lock().remove(&token);
    }

    /// Gives all of them up.
    pub(crate) fn clear(&self) {
        self.lock().clear();
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
