use std::{sync::Mutex, time::Duration};

use futures_channel::oneshot;

use crate::{
    error::{Error, ErrorKind, Result},
    lock::lock,
    platform::Clock,
};

/// Waits for a time.
pub(super) async fn pause(time: Duration) -> Result<()> {
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
