//! A short run of the targets in `fuzz/` that concern the core, on stored inputs and on inputs made of
//! them.
#![cfg(not(target_arch = "wasm32"))]

mod dice;
mod fuzzing {
    pub mod chunk;
    pub mod codec;
    pub mod upgrade;

    mod made;
    pub use made::run;
}

#[test]
fn whatever_is_packed_is_unpacked_or_refused() {
    fuzzing::run("chunk", 20_000, fuzzing::chunk::unpack);
}

#[test]
fn whatever_was_encoded_is_decoded_or_refused() {
    fuzzing::run("codec", 20_000, fuzzing::codec::decode);
}

#[test]
fn whatever_file_there_is_is_opened_or_refused() {
    fuzzing::run("upgrade", 300, fuzzing::upgrade::open);
}
