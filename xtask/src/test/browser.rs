//! What wasm-bindgen's test runner must know to run tests in Chromium.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::repository;
use crate::setup::program::Program;

/// A browser that shows nothing, asks nothing and calls nobody.
const FLAGS: [&str; 8] = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
];

/// Seconds for the driver's start and for all tests: the runner's own 5 and 20 are too short for a
/// busy machine.
const LIMITS: [(&str, &str); 2] =
    [("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60"), ("WASM_BINDGEN_TEST_TIMEOUT", "600")];

/// The runner takes the first driver it is told of, in an order of its own.
const OTHER_DRIVERS: [&str; 7] = [
    "GECKODRIVER",
    "GECKODRIVER_REMOTE",
    "SAFARIDRIVER",
    "SAFARIDRIVER_REMOTE",
    "MSEDGEDRIVER",
    "MSEDGEDRIVER_REMOTE",
    "CHROMEDRIVER_REMOTE",
];

/// Tells the runner which driver and which browser to take, with a fresh profile on disk: without
/// one Chromium keeps the origin-private file system in memory.
pub fn configure(runner: &mut Command) -> Result<()> {
    let chromium = Program::Chromium.path().context("Chromium is not installed")?;
    let driver = Program::Chromedriver.path().context("chromedriver is not installed")?;
    let capabilities = capabilities(&chromium, &fresh_profile()?);
    let file = repository::scratch()?.join("webdriver.json");
    fs::write(&file, capabilities.to_string())?;
    for variable in OTHER_DRIVERS {
        runner.env_remove(variable);
    }
    runner.envs(LIMITS).env("CHROMEDRIVER", driver).env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", file);
    Ok(())
}

fn fresh_profile() -> Result<PathBuf> {
    let profile = repository::scratch()?.join("chromium-profile");
    if profile.exists() {
        fs::remove_dir_all(&profile)?;
    }
    fs::create_dir_all(&profile)?;
    Ok(profile)
}

/// The runner itself adds headless mode and, for root's sake, the leaving out of the sandbox.
fn capabilities(chromium: &Path, profile: &Path) -> Value {
    let profile = format!("--user-data-dir={}", profile.display());
    let flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).chain([profile]).collect();
    json!({ "goog:chromeOptions": { "binary": chromium, "args": flags } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_on_disk_and_the_browser_the_one_found() {
        let capabilities = capabilities(Path::new("/bin/chromium"), Path::new("/tmp/profile"));
        let options = &capabilities["goog:chromeOptions"];
        assert_eq!(options["binary"], "/bin/chromium");
        let flags = options["args"].as_array().expect("flags");
        assert!(flags.contains(&json!("--user-data-dir=/tmp/profile")));
    }
}
