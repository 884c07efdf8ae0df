use std::{future::Future, pin::Pin};

use futures_core::Stream;

use crate::types::Timestamp;

/// A boxed future; `Send` natively, not in wasm, where there is one thread.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A boxed stream; `Send` natively, not in wasm, where there is one thread.
pub type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + 'a>>;

/// `Send` natively, nothing in wasm.
pub trait MaybeSend {}
impl<T: ?Sized> MaybeSend for T {}

/// `Sync` natively, nothing in wasm.
pub trait MaybeSync {}
impl<T: ?Sized> MaybeSync for T {}

/// The wall clock.
pub(crate) fn now() -> Timestamp {
    js_sys::Date::now() as Timestamp
}
