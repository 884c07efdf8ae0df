use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use crate::lock::lock;

/// How long those who read may take to come to their end before they are no longer waited for.
const STILLNESS: Duration = Duration::from_millis(10);

/// Lets reads begin, or not for a while.
#[derive(Default)]
pub(super) struct Gate {
    reading: Mutex<Reading>,
    changed: Condvar,
}

#[derive(Default)]
struct Reading {
    under_way: usize,
    held: bool,
}

/// Takes back what was changed at a gate, even where what ran meanwhile panics.
struct Until<'a> {
    gate: &'a Gate,
    end: fn(&mut Reading),
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        (self.end)(&mut lock(&self.gate.reading));
        self.gate.changed.notify_all();
    }
}

impl Gate {
    /// Runs `read` as soon as the gate is not held.
    pub(super) fn pass(&self, read: impl FnOnce()) {
        let held = |reading: &mut Reading| reading.held;
        let waited = self.changed.wait_while(lock(&self.reading), held);
        waited.unwrap_or_else(PoisonError::into_inner).under_way += 1;
        let _passing = Until { gate: self, end: |reading| reading.under_way -= 1 };
        read();
    }

    /// Runs `operation` while no read begins, and none is under way unless it takes long.
    pub(super) fn hold<T>(&self, operation: impl FnOnce() -> T) -> T {
        lock(&self.reading).held = true;
        let _holding = Until { gate: self, end: |reading| reading.held = false };
        let moving = |reading: &mut Reading| reading.under_way > 0;
        drop(self.changed.wait_timeout_while(lock(&self.reading), STILLNESS, moving));
        operation()
    }
}
