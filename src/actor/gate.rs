use std::{
    collections::VecDeque,
    iter,
    sync::{Arc, Mutex, MutexGuard},
};

use futures_channel::oneshot;

use crate::lock::lock;

/// Lets so many through at a time, in the order in which they came.
pub(super) struct Gate(Mutex<Crowd>);

struct Crowd {
    free: usize,
    waiting: VecDeque<oneshot::Sender<Permit>>,
}

/// Being through the gate, until it is dropped.
pub(super) struct Permit(Arc<Gate>);

impl Gate {
    pub(super) fn new(free: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Crowd { free, waiting: VecDeque::new() })))
    }

    pub(super) async fn enter(self: &Arc<Self>) -> Permit {
        let permitted = {
            let mut crowd = self.lock();
            if crowd.free > 0 {
                crowd.free -= 1;
                return Permit(self.clone());
            }
            let (permit, permitted) = oneshot::channel();
            crowd.waiting.push_back(permit);
            permitted
        };
        permitted.await.expect("a permit is sent before its sender is dropped")
    }

    fn lock(&self) -> MutexGuard<'_, Crowd> {
        lock(&self.0)
    }
}

impl Drop for Permit {
    /// Hands the place on. Who goes away meanwhile hands it on in turn.
    fn drop(&mut self) {
        let mut crowd = self.0.lock();
        let waiting = iter::from_fn(|| crowd.waiting.pop_front());
        let Some(next) = { waiting }.find(|next| !next.is_canceled()) else {
            crowd.free += 1;
            return;
        };
        drop(crowd);
        drop(next.send(Permit(self.0.clone())));
    }
}
