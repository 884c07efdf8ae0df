//! What can be said about the code without running it.

mod layering;
mod length;
mod rust;
mod source;
mod typescript;
mod wording;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::setup::{self, Need};
use crate::tally::Tally;
use crate::{cargo, command, repository};

/// What the steps need.
pub const NEEDS: [Need; 6] = [
    Need::Node,
    Need::RustTools,
    Need::WasmTarget,
    Need::WasmClippy,
    Need::Clang,
    Need::PackageModules,
];

type Step = (&'static str, fn() -> Result<()>);

/// The steps, quick ones first.
const STEPS: &[Step] = &[
    ("format", format),
    ("lock file", lock_file),
    ("layering", layering),
    ("lengths", lengths),
    ("names", names),
    ("types", types),
    ("clippy", clippy),
    ("clippy, each feature alone", clippy_features),
    ("clippy for wasm", clippy_wasm),
    ("docs", docs),
    ("docs for wasm", docs_wasm),
    ("oldest Rust", oldest_rust),
];

/// Brings what is needed, runs every step, and says whether none failed.
pub fn command() -> Result<bool> {
    setup::require(&NEEDS)?;
    let tally = run();
    println!("\n{tally}");
    Ok(tally.is_good())
}

/// Runs every step, all needs being met.
pub fn run() -> Tally {
    let mut total = Tally::default();
    let mut outcomes = Vec::new();
    for &(name, step) in STEPS {
        println!("\n--- {name}");
        let outcome = step();
        if let Err(error) = &outcome {
            eprintln!("{error:#}");
        }
        total += Tally::of(outcome.is_ok());
        outcomes.push((name, outcome.is_ok()));
    }
    println!();
    outcomes.iter().for_each(|(name, passed)| {
        println!("{} {name}", if *passed { "ok    " } else { "FAILED" })
    });
    total
}

fn format() -> Result<()> {
    cargo_with(&["fmt", "--all", "--check"])
}

/// A lock file that a build would change is not the one that was tested.
fn lock_file() -> Result<()> {
    let mut cargo = cargo::native();
    cargo.args(["metadata", "--locked", "--format-version", "1"]);
    command::read(&mut cargo)
        .map(drop)
        .context("Cargo.lock does not fit the manifests: run `cargo update --workspace`")
}

fn layering() -> Result<()> {
    report(layering::violations()?)
}

fn lengths() -> Result<()> {
    report(length::violations()?)
}

fn names() -> Result<()> {
    report(wording::violations()?)
}

fn types() -> Result<()> {
    command::run(command::npm(&repository::pkg()).args(["run", "types"]))
}

fn clippy() -> Result<()> {
    cargo_with(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

/// Features only add, so each must do alone; and all together with what only they compile, tests
/// and all, since some are off by default.
fn clippy_features() -> Result<()> {
    clippy_core(&["--no-default-features"])?;
    for feature in repository::features()? {
        clippy_core(&["--no-default-features", "--features", &feature])?;
    }
    clippy_core(&["--all-features", "--all-targets"])
}

fn clippy_core(features: &[&str]) -> Result<()> {
    let core = ["clippy", "--package", "actor-journal"];
    cargo_with(&[&core, features, &["--", "--deny", "warnings"]].concat())
}

fn clippy_wasm() -> Result<()> {
    let mut cargo = cargo::wasm("clippy")?;
    cargo.args(["--package", "actor-journal", "--package", "actor-journal-wasm"]);
    cargo.args(["--lib", "--test", "wasm", "--test", "opfs", "--", "--deny", "warnings"]);
    command::run(&mut cargo)
}

fn docs() -> Result<()> {
    let mut cargo = cargo::native();
    cargo.args(["doc", "--workspace", "--no-deps", "--features", repository::COMMAND_LINE]);
    command::run(cargo.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn docs_wasm() -> Result<()> {
    let mut cargo = cargo::wasm("doc")?;
    cargo.args(["--package", "actor-journal", "--package", "actor-journal-wasm", "--no-deps"]);
    command::run(cargo.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Compiles with the oldest Rust that the workspace names, where rustup has it beside a newer one.
fn oldest_rust() -> Result<()> {
    let oldest = repository::rust_version()?;
    let mut cargo = cargo::native();
    match toolchain(&oldest) {
        Some(toolchain) => drop(cargo.arg(format!("+{toolchain}"))),
        None => println!(
            "Rust {oldest} is the one in use, or is not installed: checking with the one in use"
        ),
    }
    cargo.args(["check", "--workspace", "--all-targets", "--features", repository::COMMAND_LINE]);
    command::run(&mut cargo)
}

/// The installed toolchain of a version `major.minor`, unless the one in use is of that version.
fn toolchain(version: &str) -> Option<String> {
    let current = command::read(Command::new("rustc").arg("--version"))?;
    if current.starts_with(&format!("rustc {version}.")) {
        return None;
    }
    let installed = command::read(Command::new("rustup").args(["toolchain", "list", "--quiet"]))?;
    let is_it =
        |name: &&str| ['.', '-'].iter().any(|next| name.starts_with(&format!("{version}{next}")));
    installed.lines().map(str::trim).find(is_it).map(str::to_owned)
}

fn cargo_with(arguments: &[&str]) -> Result<()> {
    command::run(cargo::native().args(arguments))
}

fn report(violations: Vec<String>) -> Result<()> {
    match violations.len() {
        0 => Ok(()),
        _ => bail!("{}", violations.join("\n")),
    }
}
