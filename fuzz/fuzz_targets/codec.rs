#![no_main]

#[path = "../../tests/fuzzing/codec.rs"]
mod codec;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codec::decode(bytes));
