//! Where things stand: the folders of this repository, and the cache outside it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::command;

/// The feature with which the core has its command line, as cargo takes it for the whole workspace.
pub const COMMAND_LINE: &str = "actor-journal/cli";

/// The top of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The npm package.
pub fn pkg() -> PathBuf {
    root().join("pkg")
}

/// What the npm package ships.
pub fn dist() -> PathBuf {
    pkg().join("dist")
}

/// The tests, with npm dependencies of their own.
pub fn tests() -> PathBuf {
    root().join("tests")
}

/// The benchmarks in JavaScript, with npm dependencies of their own.
pub fn script_benches() -> PathBuf {
    root().join("benches/js")
}

/// The page.
pub fn www() -> PathBuf {
    root().join("www")
}

/// Cargo's target directory, wherever the user's settings have put it.
pub fn target() -> Result<PathBuf> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(known) = TARGET.get() {
        return Ok(known.clone());
    }
    let found = target_directory()?;
    Ok(TARGET.get_or_init(|| found).clone())
}

fn target_directory() -> Result<PathBuf> {
    let metadata = metadata()?;
    let target = metadata["target_directory"].as_str();
    Ok(target.context("`cargo metadata` names no target directory")?.into())
}

/// The optional features of the core, without the one that only gathers others.
pub fn features() -> Result<Vec<String>> {
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut core = packages.filter(|package| package["name"] == "actor-journal");
    let features = core.next().and_then(|package| package["features"].as_object());
    let names = features.context("`cargo metadata` names no features")?.keys();
    Ok(names.filter(|name| *name != "default").cloned().collect())
}

fn metadata() -> Result<serde_json::Value> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let text = command::read(cargo.current_dir(root())).context("`cargo metadata` failed")?;
    Ok(serde_json::from_str(&text)?)
}

/// A folder under the target directory for what the commands here leave behind.
pub fn scratch() -> Result<PathBuf> {
    Ok(target()?.join("xtask"))
}

/// The user's cache, which outlives a clone: what takes minutes to build is kept there.
pub fn cache() -> Result<PathBuf> {
    let base = match (env::var_os("XDG_CACHE_HOME"), env::home_dir()) {
        (Some(cache), _) if !cache.is_empty() => PathBuf::from(cache),
        (_, Some(home)) => home.join(".cache"),
        _ => bail!("there is no home directory to keep built tools in: set XDG_CACHE_HOME"),
    };
    Ok(base.join("actor-journal"))
}

/// The oldest Rust that the workspace says it builds with, as `major.minor`.
pub fn rust_version() -> Result<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml"))?;
    quoted(&manifest, "rust-version = ").context("Cargo.toml states no rust-version")
}

/// The version of a crate in Cargo.lock.
pub fn locked_version(name: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock")?;
    let entry =
        lock.split("[[package]]").find(|entry| quoted(entry, "name = ").as_deref() == Some(name));
    let version = entry.and_then(|entry| quoted(entry, "version = "));
    version.with_context(|| format!("Cargo.lock has no crate `{name}`"))
}

/// What stands in quotes after `key` at the start of a line.
fn quoted(text: &str, key: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(value.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_tells_the_version_of_a_crate() {
        assert_eq!(locked_version("xtask").expect("xtask is locked"), env!("CARGO_PKG_VERSION"));
        assert!(locked_version("no-such-crate").is_err());
    }

    #[test]
    fn the_features_of_the_core_are_known() {
        assert!(features().expect("features").contains(&"sqlite".to_owned()));
    }

    #[test]
    fn the_manifest_tells_the_oldest_rust() {
        assert_eq!(rust_version().expect("stated"), env!("CARGO_PKG_RUST_VERSION"));
    }
}
