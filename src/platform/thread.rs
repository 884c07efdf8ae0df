use std::{future::Future, thread};

use crate::error::{Error, ErrorKind, Result};

/// Runs the future that `make` gives to its end, on a thread of its own.
pub(crate) fn start_service<F: Future<Output = ()>>(
    make: impl FnOnce() -> F + Send + 'static,
) -> Result<()> {
    let thread = thread::Builder::new().name("actor-journal".into());
    let started = thread.spawn(|| pollster::block_on(make()));
    started
        .map(drop)
        .map_err(|error| Error::caused(ErrorKind::Io, "no thread could be started", error))
}
