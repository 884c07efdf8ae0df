//! The program `actor-journal`, run as people run it, on real files.
#![cfg(all(not(target_arch = "wasm32"), feature = "cli"))]

mod command_line;
mod place;
mod words;
