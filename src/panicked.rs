//! What a panic says.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What `code` gives, or how it panicked. What it panicked in must not be looked at again.
pub(crate) fn caught<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| message(&*panic).into())
}

/// The message of a panic.
pub(crate) fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
