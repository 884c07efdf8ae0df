#![no_main]

#[path = "../../tests/fuzzing/chunk.rs"]
mod chunk;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chunk::unpack(bytes));
