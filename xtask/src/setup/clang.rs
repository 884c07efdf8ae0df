//! The C compiler and the linker for wasm32: SQLite is C, and Debian's Rust brings no linker.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Error, Result, anyhow};

use super::{apt, target};
use crate::command;

const CC: &str = "CC_wasm32_unknown_unknown";
const AR: &str = "AR_wasm32_unknown_unknown";

/// The version that was tried with Debian's Rust, and which is taken where there is a choice.
const PREFERRED: u32 = 19;

/// Debian names clang by its version; these are looked for, newest first.
const VERSIONS: std::ops::RangeInclusive<u32> = 14..=24;

/// Homebrew keeps its clang off the search path, since Apple's own has no wasm32.
const PLACES: [&str; 2] = ["/opt/homebrew/opt/llvm/bin/clang", "/usr/local/opt/llvm/bin/clang"];

/// The variables that lead the build of C sources to a clang for wasm32; those that the user has
/// set, or that say what would be taken anyway, are left out.
pub fn variables() -> Result<Vec<(&'static str, String)>> {
    let clang = clang().ok_or_else(advice)?;
    let archiver = archiver(&clang);
    let compiler = Some((CC, clang)).filter(|(_, clang)| clang != "clang");
    let set = [compiler, archiver.map(|archiver| (AR, archiver))];
    Ok(set.into_iter().flatten().filter(|(variable, _)| env::var_os(variable).is_none()).collect())
}

/// Whether C can be compiled for wasm32, and linked where Rust does not bring the linker.
pub fn is_ready() -> bool {
    clang().is_some() && (target::route() != Ok(target::Route::Debian) || linker().is_ok())
}

/// LLVM's linker for wasm.
pub fn linker() -> Result<String> {
    let versioned = newest_first().map(|version| format!("wasm-ld-{version}"));
    let mut names = versioned.chain(["wasm-ld".to_owned()]);
    names
        .find(|name| command::find(name).is_some())
        .context("the program wasm-ld: install LLVM's lld")
}

/// The Debian packages that bring both, and the archiver.
pub fn packages() -> Vec<String> {
    let offered = apt::names("clang-");
    let version = newest_first().find(|version| offered.contains(&format!("clang-{version}")));
    let version = version.unwrap_or(PREFERRED);
    ["clang", "lld", "llvm"].map(|package| format!("{package}-{version}")).to_vec()
}

/// What to do where there is none.
pub fn advice() -> Error {
    anyhow!(
        "a clang that compiles for wasm32: install LLVM (on macOS `brew install llvm lld`), or name one in the variable {CC}"
    )
}

/// The user's choice, `clang` itself, or one with its version in its name.
fn clang() -> Option<String> {
    if let Ok(named) = env::var(CC) {
        return compiles_wasm(&named).then_some(named);
    }
    let versioned = newest_first().map(|version| format!("clang-{version}"));
    let placed = PLACES.map(str::to_owned);
    ["clang".to_owned()]
        .into_iter()
        .chain(versioned)
        .chain(placed)
        .find(|clang| compiles_wasm(clang))
}

fn compiles_wasm(clang: &str) -> bool {
    let is_there = command::find(clang).is_some() || Path::new(clang).is_file();
    let targets = || command::read(Command::new(clang).arg("--print-targets")).unwrap_or_default();
    is_there && targets().lines().any(|line| line.trim_start().starts_with("wasm32 "))
}

/// The archiver that came with a clang: `llvm-ar-19` with `clang-19`.
fn archiver(clang: &str) -> Option<String> {
    let (folder, name) = clang
        .rsplit_once('/')
        .map_or(("", clang), |(_, name)| (&clang[..clang.len() - name.len()], name));
    let archiver = format!("{folder}{}", name.replacen("clang", "llvm-ar", 1));
    (command::find(&archiver).is_some() || Path::new(&archiver).is_file()).then_some(archiver)
}

fn newest_first() -> impl Iterator<Item = u32> {
    [PREFERRED].into_iter().chain(VERSIONS.rev().filter(|&version| version != PREFERRED))
}
