use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::Pin,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, SystemTime},
};

use futures_core::Stream;
use futures_executor::ThreadPool;

use crate::{
    error::{Error, ErrorKind, Result},
    types::Timestamp,
};

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

/// Runs futures on as many threads as there are processors, until it is dropped.
pub(crate) fn executor() -> Result<impl Fn(BoxFuture<'static, ()>) + Send + Sync> {
    let pool = ThreadPool::builder().name_prefix("actor-").create().map_err(no_thread)?;
    Ok(move |future| pool.spawn_ok(future))
}

/// Calls a function again and again, until it is dropped.
pub(crate) struct Clock {
    _ends: mpsc::Sender<Infallible>,
}

impl Clock {
    /// Calls `tick` each `period`.
    pub(crate) fn start(period: Duration, tick: impl Fn() + Send + 'static) -> Result<Self> {
        let (_ends, ended) = mpsc::channel();
        let ticking = move || {
            while ended.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
                tick();
            }
        };
        let thread = thread::Builder::new().name("actor-clock".into());
        thread.spawn(ticking).map_err(no_thread)?;
        Ok(Self { _ends })
    }
}

fn no_thread(error: io::Error) -> Error {
    Error::caused(ErrorKind::Io, "no thread could be started", error)
}
