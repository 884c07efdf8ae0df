use std::future::Future;

use js_sys::{Function, Promise};
use wasm_bindgen::{JsValue, UnwrapThrowExt};
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

use crate::error::Result;

/// Runs the future that `make` gives to its end, on the event loop.
pub(crate) fn start_service<F: Future<Output = ()> + 'static>(
    make: impl FnOnce() -> F + 'static,
) -> Result<()> {
    wasm_bindgen_futures::spawn_local(make());
    Ok(())
}

/// Lets requests come in that are on their way: the messages that wait in the event loop.
pub(crate) struct Arrivals {
    looked: bool,
}

impl Arrivals {
    pub(crate) fn new(_expected: usize) -> Self {
        Self { looked: false }
    }

    /// Whether to look again, now that every message that had come is handled.
    pub(crate) async fn are_due(&mut self, _come: usize) -> bool {
        if !self.looked {
            give_way().await;
        }
        !std::mem::replace(&mut self.looked, true)
    }
}

/// Lets every message that waits be handled: a message to oneself comes round behind them.
pub(crate) async fn give_way() {
    let channel = MessageChannel::new().expect_throw("every thread has message channels");
    let mut send = |resolve: Function, _| {
        channel.port1().set_onmessage(Some(&resolve));
        channel.port2().post_message(&JsValue::NULL).expect_throw("null can be posted");
    };
    // It is never rejected.
    let _ = JsFuture::from(Promise::new(&mut send)).await;
    channel.port1().close();
}
