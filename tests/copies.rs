//! Copies of databases and of journals.
#![cfg(not(target_arch = "wasm32"))]

mod copying;
mod faulty;
mod place;
mod words;
