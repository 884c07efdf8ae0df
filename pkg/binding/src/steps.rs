use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use actor_journal::{BoxFuture, Error, ErrorKind, Progress, Result};
use futures_util::future::{MaybeDone, maybe_done};

/// Work that takes long, with which JavaScript goes on step by step. Clones share it.
#[derive(Clone)]
pub struct Steps(Arc<Mutex<Option<Work>>>);

struct Work {
    work: MaybeDone<BoxFuture<'static, Result<()>>>,
    told: Told,
}

/// How far the work has come since somebody asked.
#[derive(Clone, Default)]
pub struct Told(Arc<Mutex<Option<Progress>>>);

impl Told {
    /// Tells it.
    pub fn tell(&self, progress: Progress) {
        *lock(&self.0) = Some(progress);
    }
}

impl Work {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Vec<f64>>> {
        let is_done = Pin::new(&mut self.work).poll(context).is_ready();
        if let Some(Progress { done, total }) = lock(&self.told.0).take() {
            return Poll::Ready(Ok(vec![done as f64, total as f64]));
        }
        if !is_done {
            return Poll::Pending;
        }
        let done = Pin::new(&mut self.work).take_output().unwrap_or_else(|| Err(ended()));
        Poll::Ready(done.map(|()| Vec::new()))
    }
}

impl Steps {
    /// Those of the work that `begin` gives, which begins with the first of them.
    #[allow(clippy::arc_with_non_send_sync, reason = "in wasm there is one thread")]
    pub fn of(begin: impl FnOnce(Told) -> BoxFuture<'static, Result<()>>) -> Self {
        let told = Told::default();
        let work = maybe_done(begin(told.clone()));
        Self(Arc::new(Mutex::new(Some(Work { work, told }))))
    }

    /// Goes on; answers how far it has come, and has to come, or nothing where it is done.
    ///
    /// # Errors
    ///
    /// Those of the work; `closed` where it has ended.
    pub async fn next(&self) -> Result<Vec<f64>> {
        let step = poll_fn(|context| match &mut *lock(&self.0) {
            Some(work) => work.poll(context),
            None => Poll::Ready(Err(ended())),
        });
        let told = step.await;
        if told.as_ref().is_ok_and(|told| !told.is_empty()) {
            return told;
        }
        self.close();
        told
    }

    /// Gives it up, unless it is done.
    pub fn close(&self) {
        drop(lock(&self.0).take());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ended() -> Error {
    Error::new(ErrorKind::Closed, "it has ended: begin it again")
}
