//! rustfmt and clippy.

use std::process::Command;

use anyhow::{Context, Error, Result, anyhow};

use super::target;
use crate::{command, repository};

/// Whether `cargo fmt` and `cargo clippy` run.
pub fn has_tools() -> bool {
    ["fmt", "clippy"].iter().all(|tool| runs(&[tool, "--version"]))
}

/// Brings both through rustup.
pub fn add_tools() -> Result<()> {
    let mut rustup = Command::new("rustup");
    command::run(rustup.args(["component", "add", "rustfmt", "clippy"]))
        .context("rustfmt and clippy")
}

/// Whether clippy runs for wasm32: with rustup's target it is the machine's own.
pub fn has_wasm_clippy() -> bool {
    match target::route() {
        Ok(target::Route::Own) => true,
        Ok(target::Route::Debian) => {
            runs(&[&format!("+{}", target::TOOLCHAIN), "clippy", "--version"])
        }
        Err(_) => false,
    }
}

/// The Debian package of the clippy that fits Debian's Rust.
pub fn wasm_clippy_packages() -> Vec<String> {
    vec!["rust-web-clippy".to_owned()]
}

/// What to do where it is missing.
pub fn wasm_clippy_advice() -> Error {
    anyhow!("clippy for wasm32: it comes with the wasm target, or with Debian's rust-web-clippy")
}

fn runs(arguments: &[&str]) -> bool {
    command::read(Command::new("cargo").args(arguments).current_dir(repository::root())).is_some()
}
