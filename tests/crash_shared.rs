//! Two journals that share ordinary files as two processes do, on a disk that loses its power after
//! every change in turn, refuses every call in turn, or is full. They write by turns.
//!
//! With `ACTOR_JOURNAL_CRASHES=all` nothing is left out.
#![cfg(not(target_arch = "wasm32"))]

mod crashing;
mod dice;
mod faulty;
mod tables;
mod words;

mod with_a_log {
    crate::crashing::crash_suite! { thread, crate::faulty::Disk::shared() }
}

mod without_a_log {
    crate::crashing::crash_suite! { thread, crate::faulty::Disk::shared_without_log() }
}
