use std::{
    future::Future,
    thread,
    time::{Duration, Instant},
};

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

/// How long the next of several requests may take to come: far less than a flush.
const LULL: Duration = Duration::from_micros(60);

/// Lets requests come in that are on their way: callers that were answered together come back
/// one after the other, and would otherwise miss the next flush.
pub(crate) struct Arrivals {
    expected: usize,
    come: usize,
    since: Instant,
}

impl Arrivals {
    /// Waits for as many requests as were `expected`, the last time's number.
    pub(crate) fn new(expected: usize) -> Self {
        Self { expected, come: 0, since: Instant::now() }
    }

    /// Whether to look again, when so many have `come`. A lone request waits for nothing.
    pub(crate) async fn are_due(&mut self, come: usize) -> bool {
        if come >= self.expected {
            return false;
        }
        if come > self.come {
            (self.come, self.since) = (come, Instant::now());
        }
        thread::yield_now();
        self.since.elapsed() < LULL
    }
}
