use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use futures_core::Stream;
use js_sys::{Date, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use crate::{error::Result, types::Timestamp};

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
    Date::now() as Timestamp
}

/// Runs futures on the event loop.
pub(crate) fn executor() -> Result<impl Fn(BoxFuture<'static, ()>)> {
    Ok(wasm_bindgen_futures::spawn_local)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: i32);
}

/// Waits, on the event loop.
pub(super) async fn sleep(time: Duration) {
    // The longest that a timer can wait.
    let milliseconds = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let mut begin = |resolve, _| set_timeout(&resolve, milliseconds);
    // It is never rejected.
    let _ = JsFuture::from(Promise::new(&mut begin)).await;
}

/// Calls a function again and again, until it is dropped.
pub(crate) struct Clock {
    _goes_on: Arc<()>,
}

impl Clock {
    /// Calls `tick` each `period`.
    pub(crate) fn start(period: Duration, tick: impl Fn() + 'static) -> Result<Self> {
        let goes_on = Arc::new(());
        let clock = Arc::downgrade(&goes_on);
        wasm_bindgen_futures::spawn_local(async move {
            while clock.strong_count() > 0 {
                sleep(period).await;
                tick();
            }
        });
        Ok(Self { _goes_on: goes_on })
    }
}
