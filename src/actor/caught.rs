use std::{any::Any, panic::AssertUnwindSafe};

use futures_util::FutureExt;

use super::ActorError;
use crate::panicked::{self, message};

/// What the actor's own code gives, or how it panicked. What it panicked in is not looked at again,
/// or only where the failure policy says so.
pub(super) fn caught<T>(code: impl FnOnce() -> T) -> Result<T, ActorError> {
    panicked::caught(code).map_err(|message| ActorError::Panicked(message.into()))
}

/// The same of code that takes its time.
pub(super) async fn caught_in<T>(code: impl Future<Output = T>) -> Result<T, ActorError> {
    AssertUnwindSafe(code).catch_unwind().await.map_err(panicked)
}

/// Drops what is the actor's own. That it panics in this is nobody else's matter.
pub(super) fn let_go<T>(of: T) {
    if let Err(_error) = caught(|| drop(of)) {
        warning!(error = %_error, "what an actor has left could not be dropped");
    }
}

fn panicked(panic: Box<dyn Any + Send>) -> ActorError {
    ActorError::Panicked(message(&*panic).into())
}
