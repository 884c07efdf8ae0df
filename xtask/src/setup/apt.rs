//! Debian's packages, where this is Debian and this process may install them.

use std::collections::HashSet;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;

/// Installs those packages that the system's sources know. Nothing is ever removed for them.
///
/// # Errors
/// Says what to type, where this process may not install packages.
pub fn install(packages: &[String]) -> Result<()> {
    if !is_there() {
        return Ok(());
    }
    let known = known(packages);
    if known.is_empty() {
        return Ok(());
    }
    if !command::is_root() {
        bail!("packages that only root may install: sudo apt-get install {}", known.join(" "));
    }
    get(&known).or_else(|_| update().and_then(|()| get(&known)))
}

/// Whether this system has Debian's package tool.
pub fn is_there() -> bool {
    command::find("apt-get").is_some()
}

/// The names of all packages that begin so, after fetching the lists if there are none.
pub fn names(prefix: &str) -> Vec<String> {
    let list =
        || command::read(Command::new("apt-cache").args(["pkgnames", prefix])).unwrap_or_default();
    list().lines().map(str::to_owned).collect()
}

/// Those of the packages that the sources offer, looked up again with fresh lists if any is not.
fn known(packages: &[String]) -> Vec<String> {
    let offered = offered(packages);
    if offered.len() == packages.len() || !command::is_root() || update().is_err() {
        return offered;
    }
    self::offered(packages)
}

/// A package has a `Version:` in the lists only if one can be installed.
fn offered(packages: &[String]) -> Vec<String> {
    let text =
        command::read(Command::new("apt-cache").arg("madison").args(packages)).unwrap_or_default();
    let names: HashSet<&str> =
        text.lines().filter_map(|line| line.split('|').next()).map(str::trim).collect();
    packages.iter().filter(|package| names.contains(package.as_str())).cloned().collect()
}

fn update() -> Result<()> {
    command::run(Command::new("apt-get").args(["update", "--quiet"]))
}

fn get(packages: &[String]) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt.args(["install", "--yes", "--quiet", "--no-remove", "--no-install-recommends"])
        .args(packages);
    command::run(&mut apt)
}
