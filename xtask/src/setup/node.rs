//! Node, and the npm dependencies of a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;

const OLDEST: u32 = 20;

/// Node's version.
///
/// # Errors
/// Says what to install, where Node or npm is missing or Node is too old.
pub fn version() -> Result<String> {
    let advice = format!("Node {OLDEST} or newer, with npm: https://nodejs.org");
    let found = command::read(Command::new("node").arg("--version")).context(advice.clone())?;
    if major(&found) < OLDEST {
        bail!("{advice} (this machine has {found})");
    }
    command::find("npm").or_else(|| command::find("npm.cmd")).context(advice)?;
    Ok(found)
}

fn major(version: &str) -> u32 {
    let major = version.trim_start_matches('v').split('.').next();
    major.and_then(|major| major.parse().ok()).unwrap_or(0)
}

/// Whether what is installed in a folder is what its lock file says.
pub fn is_installed(folder: &Path) -> bool {
    let installed = fs::read(stamp(folder));
    installed.is_ok_and(|installed| fs::read(lock(folder)).is_ok_and(|locked| locked == installed))
}

/// Installs exactly what the folder's lock file says.
pub fn install(folder: &Path) -> Result<()> {
    version()?;
    if !lock(folder).exists() {
        bail!("npm dependencies: there is no {}", lock(folder).display());
    }
    let mut npm = command::npm(folder);
    npm.args(["ci", "--no-audit", "--no-fund"]).env("PUPPETEER_SKIP_DOWNLOAD", "1");
    command::run(&mut npm).with_context(|| format!("npm dependencies of {}", folder.display()))?;
    fs::copy(lock(folder), stamp(folder))?;
    Ok(())
}

fn lock(folder: &Path) -> PathBuf {
    folder.join("package-lock.json")
}

/// A copy of the lock file that was installed: its contents tell more than its date, which a
/// checkout changes.
fn stamp(folder: &Path) -> PathBuf {
    folder.join("node_modules/.actor-journal-lock.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2"), 20);
        assert_eq!(major("nonsense"), 0);
    }

    #[test]
    fn a_changed_lock_file_calls_for_an_installation() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(!is_installed(folder.path()));
        fs::create_dir(folder.path().join("node_modules")).expect("node_modules");
        fs::write(lock(folder.path()), "1").expect("lock");
        fs::copy(lock(folder.path()), stamp(folder.path())).expect("stamp");
        assert!(is_installed(folder.path()));
        fs::write(lock(folder.path()), "2").expect("lock");
        assert!(!is_installed(folder.path()));
    }

    #[test]
    fn a_folder_without_a_lock_file_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = install(folder.path()).expect_err("there is no lock file");
        assert!(error.to_string().contains("package-lock.json"));
    }
}
