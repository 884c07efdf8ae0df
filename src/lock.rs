use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a thread that panicked has left is whole: nothing that is locked here is changed in steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
