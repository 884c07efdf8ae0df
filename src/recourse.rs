//! What becomes of an event that a projection's own code has failed at.

use std::{error::Error as StdError, sync::Mutex, time::Duration};

use futures_channel::oneshot;

use crate::{
    error::{Error, ErrorKind, Result},
    lock::lock,
    platform::Clock,
    types::{PersistenceId, Position, Seq, Timestamp},
};

/// So many events that were passed over are kept of a projection: the last ones.
pub(crate) const MOST_SKIPPED: usize = 1000;

/// What a projection's own code reports.
pub type HandlerError = Box<dyn StdError + Send + Sync>;

/// How to go on where an event could not be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recourse {
    /// Try again after a time.
    Retry(Duration),
    /// Pass over it, and record that: `skipped` answers the last 1000 of them.
    Skip,
    /// Report it: the projection stays before the event.
    Stop,
}

/// An event that a projection has passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its stream.
    pub id: PersistenceId,
    /// Its seq.
    pub seq: Seq,
    /// Its position.
    pub position: Position,
    /// Why.
    pub error: String,
    /// When it was passed over.
    pub timestamp: Timestamp,
}

/// The error of an event that a projection could not apply. In front of the first one, at 0, `create` is.
pub(crate) fn failed(name: &str, position: Position, why: impl Into<HandlerError>) -> Error {
    let why = why.into();
    let message = match position {
        0 => format!("the projection {name:?} has failed in `create`: {why}"),
        _ => format!("the projection {name:?} has failed at position {position}: {why}"),
    };
    Error::caused(ErrorKind::Projection { position }, message, why)
}

/// Waits for a time.
pub(crate) async fn pause(time: Duration) -> Result<()> {
    let (over, ended) = oneshot::channel();
    let over = Mutex::new(Some(over));
    let _clock = Clock::start(time, move || {
        if let Some(over) = lock(&over).take() {
            // Nobody may wait any more.
            let _ = over.send(());
        }
    })?;
    ended.await.map_err(|_| Error::new(ErrorKind::Internal, "a clock has ended early"))
}
