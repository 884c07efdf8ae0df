use std::sync::{Mutex, MutexGuard};

use event_listener::Event;

use crate::{
    error::{Error, Result},
    lock::lock,
    platform::BoxFuture,
};

/// What the handles of one store share, until one of them closes it.
pub(super) struct Shared<T> {
    store: Mutex<Option<T>>,
    changed: Event,
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self { store: Mutex::new(Some(T::default())), changed: Event::new() }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        lock(&self.store)
    }

    pub(super) fn answer<'a, R>(
        &'a self,
        operation: impl FnOnce(&mut T) -> Result<R> + Send + 'a,
    ) -> BoxFuture<'a, Result<R>>
    where
        T: Send,
        R: Send + 'a,
    {
        Box::pin(async { self.lock().as_mut().ok_or_else(Error::closed).and_then(operation) })
    }

    /// Tells those who wait that something may have changed.
    pub(super) fn tell(&self) {
        self.changed.notify(usize::MAX);
    }

    /// What `found` finds, as soon as it does: looked for whenever something may have changed.
    pub(super) fn wait_for<'a, R>(
        &'a self,
        found: impl Fn(&mut T) -> Option<R> + Send + 'a,
    ) -> BoxFuture<'a, Result<R>>
    where
        T: Send,
        R: Send + 'a,
    {
        Box::pin(async move {
            loop {
                let changed = self.changed.listen();
                if let Some(answer) = found(self.lock().as_mut().ok_or_else(Error::closed)?) {
                    return Ok(answer);
                }
                changed.await;
            }
        })
    }

    pub(super) fn close(&self) -> BoxFuture<'_, Result<()>>
    where
        T: Send,
    {
        Box::pin(async {
            *self.lock() = None;
            self.tell();
            Ok(())
        })
    }
}
