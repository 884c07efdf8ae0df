#![no_main]

#[path = "../../tests/fuzzing/upgrade.rs"]
mod upgrade;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| upgrade::open(bytes));
