//! Stories on a disk that loses its power after every change in turn, or refuses every call in turn.

// Each test file uses some of it.
#![allow(dead_code)]

pub mod failing;
pub mod told;

use std::thread;

/// In how many threads each test does its work.
pub const THREADS: usize = 2;

pub fn in_threads(work: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        let work = &work;
        (0..THREADS).for_each(|thread| drop(scope.spawn(move || work(thread))));
    });
}
