#![no_main]

#[path = "../../pkg/binding/tests/fuzzing/calls.rs"]
mod calls;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| calls::call(bytes));
