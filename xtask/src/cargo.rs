//! Calls of cargo, for this machine and for wasm32.

use std::env;
use std::process::Command;

use anyhow::Result;

use crate::repository;
use crate::setup::{clang, target};

/// The name of the wasm target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Cargo at the top of the repository.
///
/// `cargo run` tells its program which package it is; were that handed on, build scripts that watch
/// those variables would run again each time somebody calls cargo by hand.
pub fn native() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(repository::root());
    for (name, _) in env::vars_os().filter(|(name, _)| is_own(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    cargo
}

fn is_own(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
        .iter()
        .any(|own| variable.starts_with(own))
}

/// Cargo with the toolchain, the linker and the C compiler that this machine has for wasm32. The
/// target still has to be named, after the subcommand: `--target` and [`WASM`].
pub fn wasm(subcommand: &str) -> Result<Command> {
    let mut cargo = native();
    if target::route()? == target::Route::Debian {
        cargo.arg(format!("+{}", target::TOOLCHAIN));
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", clang::linker()?);
    }
    for (variable, program) in clang::variables()? {
        cargo.env(variable, program);
    }
    cargo.args([subcommand, "--target", WASM]);
    Ok(cargo)
}
