//! A database whose place another one is to take.

use std::sync::Arc;

use futures_channel::oneshot;

use super::slot::slot;
use crate::{
    error::{Error, ErrorKind, Result},
    platform::{Place, place},
};

/// A database that nobody in this process has open, nor opens as long as this is there: who asks for
/// it waits.
pub(super) struct Closed {
    pub(super) place: Place,
    _ending: [oneshot::Sender<()>; 2],
}

/// As long as it is there, whoever asks for a database that is [`Closed`] is refused at once.
#[derive(Default)]
pub(super) struct Claim(Arc<()>);

impl Closed {
    /// The database at `path`, in the VFS of that name.
    pub(super) async fn at(path: &str, vfs: Option<&str>) -> Result<(Self, Claim)> {
        let (place, key) = place(path, vfs, false)?;
        let Some(key) = key else {
            return Err(Error::invalid("nothing can take the place of a database in memory"));
        };
        let (written, read) = (slot(key.clone(), false), slot(key, true));
        let (mut written, mut read) = (written.lock().await, read.lock().await);
        written.check_unclaimed(path)?;
        if [&written, &read].iter().any(|entry| entry.is_open()) {
            let message = format!("the database {path:?} is open: close what has it open");
            return Err(Error::new(ErrorKind::Locked, message));
        }
        let claim = Claim::default();
        let ending = [written.claim(&claim.0).await, read.claim(&claim.0).await];
        Ok((Self { place, _ending: ending }, claim))
    }
}
