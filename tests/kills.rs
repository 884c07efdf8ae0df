//! A program that writes to a real file is killed, again and again, at random moments: whatever it has
//! told by then is there, and the next one goes on with the same file.
//!
//! `ACTOR_JOURNAL_KILLS` is how often in each test, `ACTOR_JOURNAL_SEED` repeats the choices of a run.
#![cfg(not(target_arch = "wasm32"))]

mod dice;
mod killing;
mod tables;
mod words;

use killing::kill_again_and_again;

#[test]
fn with_a_log_nothing_that_was_told_is_lost() {
    kill_again_and_again("with_a_log_nothing_that_was_told_is_lost", true);
}

#[test]
fn without_a_log_nothing_that_was_told_is_lost() {
    kill_again_and_again("without_a_log_nothing_that_was_told_is_lost", false);
}
