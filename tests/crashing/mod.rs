//! Stories on a disk that loses its power after every change in turn, refuses every call in turn, or
//! is full again and again. The same suite runs natively and in wasm.

// Each place has other disks.
#![allow(dead_code, unused_macros, unused_imports)]

pub mod check;
pub mod failing;
pub mod filling;
pub mod power;
mod state;
pub mod story;
pub mod suite;
pub mod told;
pub mod upgrade;

/// One of several that do a piece of work together.
#[derive(Clone, Copy)]
pub struct Share {
    number: usize,
    of: usize,
}

impl Share {
    /// Whether a numbered part of the work is this one's.
    pub fn has(self, part: usize) -> bool {
        part % self.of == self.number
    }
}

/// Does work that can be shared in as many threads as are lent to each test.
#[cfg(not(target_arch = "wasm32"))]
pub async fn share<F: Future<Output = ()>>(work: impl Fn(Share) -> F + Sync) {
    const THREADS: usize = 2;
    std::thread::scope(|scope| {
        let work = &work;
        for number in 0..THREADS {
            scope.spawn(move || pollster::block_on(work(Share { number, of: THREADS })));
        }
    });
}

/// Does all of the work in the one thread that is there.
#[cfg(target_arch = "wasm32")]
pub async fn share<F: Future<Output = ()>>(work: impl Fn(Share) -> F) {
    work(Share { number: 0, of: 1 }).await;
}

/// How many of the moments that are alike are left out between two that are looked at: so many of
/// `ordinary` runs, more in wasm, where one thread does it all, and none where `ACTOR_JOURNAL_CRASHES`
/// is `all`.
#[cfg(not(target_arch = "wasm32"))]
pub fn one_in(ordinary: usize) -> usize {
    let all = std::env::var("ACTOR_JOURNAL_CRASHES").is_ok_and(|crashes| crashes == "all");
    if all { 1 } else { ordinary }
}

/// The environment is that of the compiler.
#[cfg(target_arch = "wasm32")]
pub fn one_in(ordinary: usize) -> usize {
    match option_env!("ACTOR_JOURNAL_CRASHES") {
        Some("all") => ordinary,
        _ => 24 * ordinary,
    }
}

/// A test of each scenario on a disk of its own: on threads natively, on the event loop in wasm.
macro_rules! crash_suite {
    ($place:ident, $disk:expr) => {
        $crate::crashing::crash_suite! { $place, $disk,
            a_power_cut_takes_nothing_that_was_answered
            a_crash_of_the_process_takes_nothing_that_was_answered
            without_flushes_a_crash_of_the_process_takes_nothing_that_was_answered
            without_flushes_a_power_cut_takes_the_last_commits_at_most
            a_transaction_larger_than_memory_is_whole_or_not_there
            an_upgrade_is_whole_or_not_there
            a_call_that_fails_takes_nothing_that_was_answered
            a_call_of_a_large_transaction_that_fails_takes_nothing_that_was_answered
            a_full_disk_takes_nothing_and_appends_go_on_when_there_is_room
        }
    };
    ($place:ident, $disk:expr, $($scenario:ident)*) => {
        $($crate::words::test_in! { $place, $scenario, $crate::crashing::suite::$scenario($disk) })*
    };
}

pub(crate) use crash_suite;
