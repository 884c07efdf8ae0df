use std::{cell::Cell, future::Future};

use js_sys::{Date, Function, Promise};
use wasm_bindgen::{JsValue, UnwrapThrowExt, prelude::wasm_bindgen};
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

#[wasm_bindgen]
extern "C" {
    type Event;

    #[wasm_bindgen(constructor)]
    fn new(name: &str) -> Event;

    /// Not every thread has a global scope that takes events.
    #[wasm_bindgen(catch, js_name = dispatchEvent)]
    fn dispatch(event: &Event) -> std::result::Result<bool, JsValue>;
}

/// How often work is told of, in milliseconds.
const TOLD_EACH: f64 = 200.0;

/// Tells the thread's global scope, from time to time, that there is work which keeps the thread from
/// its event loop: those who listen are called in the middle of it.
pub(super) fn tell_of_work() {
    thread_local! {
        static TOLD: Cell<f64> = const { Cell::new(0.0) };
    }
    let now = Date::now();
    TOLD.with(|told| {
        if (now - told.get()).abs() >= TOLD_EACH {
            told.set(now);
            // Where nobody can be told nobody waits.
            let _ = dispatch(&Event::new("actor-journal-work"));
        }
    });
}
