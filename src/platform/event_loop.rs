use std::future::Future;

use crate::error::Result;

/// Runs the future that `make` gives to its end, on the event loop.
pub(crate) fn start_service<F: Future<Output = ()> + 'static>(
    make: impl FnOnce() -> F + 'static,
) -> Result<()> {
    wasm_bindgen_futures::spawn_local(make());
    Ok(())
}
