//! The wasm32 target: rustup's, or where rustup cannot download, Debian's Rust with a standard
//! library built from Debian's sources.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::{apt, clang, std_for_wasm};
use crate::cargo::WASM;
use crate::{command, repository};

/// The name under which rustup knows Debian's Rust once it has the target.
pub const TOOLCHAIN: &str = "actor-journal-wasm32";

/// The two ways to compile for wasm32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The toolchain that runs this has the target.
    Own,
    /// The linked toolchain [`TOOLCHAIN`] has it.
    Debian,
}

/// The way that is ready on this machine.
pub fn route() -> Result<Route, NoTarget> {
    if has_library(&mut Command::new("rustc")) {
        return Ok(Route::Own);
    }
    let linked = has_library(Command::new("rustc").arg(format!("+{TOOLCHAIN}")));
    if linked && std_for_wasm::is_current() { Ok(Route::Debian) } else { Err(NoTarget) }
}

/// No way is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoTarget;

impl std::fmt::Display for NoTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the target {WASM} is not installed")
    }
}

impl std::error::Error for NoTarget {}

/// Asks rustup for the target. Whether that worked, [`route`] tells.
pub fn add_with_rustup() {
    if command::find("rustup").is_none() {
        return;
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", WASM]).current_dir(repository::root());
    if let Err(error) = command::run(&mut rustup) {
        println!("{error:#}; trying Debian's packages");
    }
}

/// The Debian packages from which the other way is made.
pub fn packages() -> Vec<String> {
    let rust = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];
    rust.into_iter().map(str::to_owned).chain(clang::packages()).collect()
}

/// Makes the other way ready, its packages being there.
pub fn provide() -> Result<()> {
    if command::find("rustup").is_none() {
        bail!("the target {WASM}: install rustup (https://rustup.rs)");
    }
    if !apt::is_there() {
        bail!("the target {WASM}: `rustup target add {WASM}` must be able to download it");
    }
    std_for_wasm::check_compiler()?;
    std_for_wasm::build()?;
    let mut rustup = Command::new("rustup");
    command::run(rustup.args(["toolchain", "link", TOOLCHAIN]).arg(std_for_wasm::sysroot()?))
}

/// Whether a compiler finds a standard library for wasm32.
fn has_library(rustc: &mut Command) -> bool {
    rustc.args(["--print", "target-libdir", "--target", WASM]).current_dir(repository::root());
    command::read(rustc).is_some_and(|folder| holds_std(Path::new(&folder)))
}

fn holds_std(folder: &Path) -> bool {
    let names = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.into_iter().any(|name| name.to_string_lossy().starts_with("libstd-"))
}
