use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::{AbortHandle, abortable};

/// Calls that wait for events, by the numbers that their callers gave them. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Lives(Arc<Mutex<HashMap<u64, AbortHandle>>>);

impl Lives {
    /// What `call` gives, or nothing where it is ended first. Its caller goes on with another call of
    /// that number when it has an answer, be it of another leader: nobody waits for this one then.
    pub(crate) async fn run<T>(&self, number: u64, call: impl Future<Output = T>) -> Option<T> {
        let (call, end) = abortable(call);
        if let Some(before) = self.with(|lives| lives.insert(number, end)) {
            before.abort();
        }
        let answer = call.await.ok()?;
        self.with(|lives| lives.remove(&number));
        Some(answer)
    }

    /// Ends the call of that number, if there is one.
    pub(crate) fn end(&self, number: u64) {
        if let Some(end) = self.with(|lives| lives.remove(&number)) {
            end.abort();
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<u64, AbortHandle>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
