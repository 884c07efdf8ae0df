use std::{future::Future, pin::Pin, time::SystemTime};

use futures_core::Stream;

use crate::types::Timestamp;

/// A boxed future; `Send` natively, not in wasm, where there is one thread.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A boxed stream; `Send` natively, not in wasm, where there is one thread.
pub type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;

/// `Send` natively, nothing in wasm.
pub trait MaybeSend: Send {}
impl<T: Send + ?Sized> MaybeSend for T {}

/// `Sync` natively, nothing in wasm.
pub trait MaybeSync: Sync {}
impl<T: Sync + ?Sized> MaybeSync for T {}

/// The wall clock.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since_epoch.map_or(0, |elapsed| Timestamp::try_from(elapsed.as_millis()).unwrap_or(0))
}
