use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::cell::Hosted;
use crate::lock::lock;

/// Ticks of the clock that make up the time after which an idle actor is passivated.
pub(super) const TICKS: u32 = 4;

/// Which actors of a system have nothing to do, longest first, and which of them may stay.
pub(super) struct Idle {
    max_active: usize,
    active: AtomicUsize,
    order: Mutex<Order>,
}

/// Names one rest of one actor: later rests have higher tickets.
pub(super) type Ticket = u64;

#[derive(Default)]
struct Order {
    next: Ticket,
    ticks: u64,
    resting: BTreeMap<Ticket, (u64, Weak<dyn Hosted>)>,
}

/// One actor's state in memory, until it is dropped.
pub(super) struct Active(Arc<Idle>);

impl Idle {
    pub(super) fn new(max_active: usize) -> Arc<Self> {
        Arc::new(Self { max_active, active: AtomicUsize::new(0), order: Mutex::default() })
    }

    /// How many actors' states are in memory.
    pub(super) fn active(&self) -> usize {
        self.active.load(Ordering::Relaxed)
    }

    /// Makes room for an actor's state, and takes it.
    pub(super) fn admit(self: &Arc<Self>) -> Active {
        self.active.fetch_add(1, Ordering::Relaxed);
        self.trim();
        Active(self.clone())
    }

    pub(super) fn rest(&self, actor: Weak<dyn Hosted>) -> Ticket {
        let mut order = self.lock();
        let (ticket, ticks) = (order.next, order.ticks);
        order.next += 1;
        order.resting.insert(ticket, (ticks, actor));
        ticket
    }

    pub(super) fn rise(&self, ticket: Ticket) {
        self.lock().resting.remove(&ticket);
    }

    /// Passivates the least recently used, as long as there are too many and one has nothing to do.
    pub(super) fn trim(&self) {
        while self.active() > self.max_active && self.passivate(|_| true) {}
    }

    /// Passivates those that have had nothing to do for [`TICKS`].
    pub(super) fn tick(&self) {
        let now = {
            let mut order = self.lock();
            order.ticks += 1;
            order.ticks
        };
        while self.passivate(|since| since + u64::from(TICKS) < now) {}
    }

    /// Passivates the least recently used if it is `due`, by the tick at which it came to rest.
    fn passivate(&self, due: impl Fn(u64) -> bool) -> bool {
        let mut order = self.lock();
        let Some(first) = order.resting.first_entry().filter(|first| due(first.get().0)) else {
            return false;
        };
        let (ticket, (_, actor)) = first.remove_entry();
        drop(order);
        if let Some(actor) = actor.upgrade() {
            actor.passivate(ticket);
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Order> {
        lock(&self.order)
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}
