use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    error::{Error, Result},
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn answer<'a, R>(
        &self,
        operation: impl FnOnce(&mut T) -> Result<R>,
    ) -> BoxFuture<'a, Result<R>>
    where
        R: Send + 'a,
    {
        let answer = self.lock().as_mut().ok_or_else(Error::closed).and_then(operation);
        Box::pin(std::future::ready(answer))
    }

    pub(super) fn close(&self) -> BoxFuture<'_, Result<()>> {
        *self.lock() = None;
        Box::pin(std::future::ready(Ok(())))
    }
}
