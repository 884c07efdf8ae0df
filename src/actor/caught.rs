use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::ActorError;

/// What the actor's own code gives, or how it panicked. What it panicked in is not looked at again,
/// or only where the failure policy says so.
pub(super) fn caught<T>(code: impl FnOnce() -> T) -> Result<T, ActorError> {
    catch_unwind(AssertUnwindSafe(code))
        .map_err(|panic| ActorError::Panicked(message(&*panic).into()))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
