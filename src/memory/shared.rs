use std::sync::{Mutex, MutexGuard};

use crate::{
    error::{Error, Result},
    lock::lock,
    platform::BoxFuture,
};

/// What the handles of one store share, until one of them closes it.
pub(super) struct Shared<T>(Mutex<Option<T>>);

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::new(Some(T::default())))
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        lock(&self.0)
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

    pub(super) fn close(&self) -> BoxFuture<'_, Result<()>>
    where
        T: Send,
    {
        Box::pin(async {
            *self.lock() = None;
            Ok(())
        })
    }
}
