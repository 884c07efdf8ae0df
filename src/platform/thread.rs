use std::{
    future::{Future, poll_fn},
    task::Poll,
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

/// Tells nobody: whoever waits for a thread knows that it is there.
pub(super) fn tell_of_work() {}

/// How long the next of several requests may take to come: far less than a flush.
const LULL: Duration = Duration::from_micros(60);

/// How long the first of them may wait for the others.
const MOST: Duration = Duration::from_micros(500);

/// Lets requests come in that are on their way: callers that were answered together come back
/// one after the other, and would otherwise miss the next flush.
pub(crate) struct Arrivals {
    expected: usize,
    come: usize,
    begun: Instant,
    since: Instant,
}

impl Arrivals {
    /// Waits for as many requests as were `expected`, the last time's number.
    pub(crate) fn new(expected: usize) -> Self {
        let now = Instant::now();
        Self { expected, come: 0, begun: now, since: now }
    }

    /// Whether to look again, when so many have `come`. Where one was expected, none is waited for.
    pub(crate) async fn are_due(&mut self, come: usize) -> bool {
        if come >= self.expected {
            return false;
        }
        if come > self.come {
            (self.come, self.since) = (come, Instant::now());
        }
        thread::yield_now();
        self.since.elapsed() < LULL && self.begun.elapsed() < MOST
    }
}

/// Lets whoever polls this go on with something else.
pub(crate) async fn give_way() {
    let mut given = false;
    let way = poll_fn(|context| match std::mem::replace(&mut given, true) {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    });
    way.await;
}
