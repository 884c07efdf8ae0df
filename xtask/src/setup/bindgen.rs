//! The program `wasm-bindgen`, of exactly the version of the crate.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, repository};

const PROGRAM: &str = "wasm-bindgen";
const RUNNER: &str = "wasm-bindgen-test-runner";

/// The folder that holds both programs: one on the search path, else the user's cache.
pub fn folder() -> Option<PathBuf> {
    let version = repository::locked_version(PROGRAM).ok()?;
    let on_path = command::find(PROGRAM).and_then(|program| program.parent().map(Path::to_owned));
    let cached = cache(&version).ok().map(|root| root.join("bin"));
    [on_path, cached].into_iter().flatten().find(|folder| fits(folder, &version))
}

/// The bindgen program.
pub fn program() -> Result<Command> {
    Ok(Command::new(folder().context("wasm-bindgen is not installed")?.join(PROGRAM)))
}

/// The runner of wasm tests.
pub fn runner() -> Result<PathBuf> {
    Ok(folder().context("wasm-bindgen-test-runner is not installed")?.join(RUNNER))
}

/// Builds both into the user's cache, where every clone finds them.
pub fn install() -> Result<()> {
    let version = repository::locked_version(PROGRAM)?;
    println!("building wasm-bindgen {version}, once, in some minutes");
    let mut cargo = crate::cargo::native();
    cargo.args(["install", "--quiet", "wasm-bindgen-cli", "--version", &version, "--root"]);
    command::run(cargo.arg(cache(&version)?))
}

fn cache(version: &str) -> Result<PathBuf> {
    Ok(repository::cache()?.join(format!("{PROGRAM}-{version}")))
}

fn fits(folder: &Path, version: &str) -> bool {
    let says = |program| command::read(Command::new(folder.join(program)).arg("--version"));
    [PROGRAM, RUNNER]
        .iter()
        .all(|program| says(program).is_some_and(|text| is_version(&text, version)))
}

/// The programs answer `wasm-bindgen 0.2.130`, some builds with a commit behind it.
fn is_version(answer: &str, version: &str) -> bool {
    answer.split_whitespace().nth(1) == Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_version_fits() {
        assert!(is_version("wasm-bindgen 0.2.130 (abc)", "0.2.130"));
        assert!(!is_version("wasm-bindgen 0.2.13", "0.2.130"));
        assert!(!is_version("", "0.2.130"));
    }
}
