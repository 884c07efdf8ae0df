//! Bringing what the commands need to a machine that has rustup and Node.
//!
//! Every need knows whether it is met, which Debian packages would meet it, and how to meet it
//! otherwise. What is missing and cannot be brought is said before anything long is begun.

mod apt;
pub mod bindgen;
pub mod clang;
mod node;
pub mod program;
mod rust;
mod std_for_wasm;
pub mod target;

use std::collections::BTreeSet;

use anyhow::{Error, Result};

use crate::repository;
use program::Program;

/// Something without which a command cannot run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Node, new enough, with npm.
    Node,
    /// A program that is not built here: a browser, its driver, `sqlite3`.
    Program(Program),
    /// rustfmt and clippy.
    RustTools,
    /// A standard library for wasm32.
    WasmTarget,
    /// Clippy for wasm32, where that is another than the machine's own.
    WasmClippy,
    /// A C compiler for wasm32.
    Clang,
    /// The programs `wasm-bindgen` and `wasm-bindgen-test-runner`.
    Bindgen,
    /// The npm dependencies of the package.
    PackageModules,
    /// The npm dependencies of the tests.
    TestModules,
    /// The npm dependencies of the benchmarks.
    BenchModules,
}

/// All that any command needs.
pub const ALL: [Need; 13] = [
    Need::Node,
    Need::Program(Program::Chromium),
    Need::Program(Program::Chromedriver),
    Need::Program(Program::Firefox),
    Need::Program(Program::Sqlite),
    Need::RustTools,
    Need::WasmTarget,
    Need::WasmClippy,
    Need::Clang,
    Need::Bindgen,
    Need::PackageModules,
    Need::TestModules,
    Need::BenchModules,
];

/// A need that could not be met, and why.
#[derive(Debug)]
pub struct Missing {
    /// What is missing.
    pub need: Need,
    /// What is wrong and what somebody can do about it.
    pub reason: Error,
}

impl Need {
    fn is_met(self) -> bool {
        match self {
            Self::Node => node::version().is_ok(),
            Self::Program(program) => program.path().is_some(),
            Self::RustTools => rust::has_tools(),
            Self::WasmTarget => target::route().is_ok(),
            Self::WasmClippy => rust::has_wasm_clippy(),
            Self::Clang => clang::is_ready(),
            Self::Bindgen => bindgen::folder().is_some(),
            Self::PackageModules => node::is_installed(&repository::pkg()),
            Self::TestModules => node::is_installed(&repository::tests()),
            Self::BenchModules => node::is_installed(&repository::script_benches()),
        }
    }

    /// The Debian packages that meet it, or on which meeting it builds.
    fn packages(self) -> Vec<String> {
        match self {
            Self::Program(program) => program.packages(),
            Self::WasmTarget => target::packages(),
            Self::WasmClippy => rust::wasm_clippy_packages(),
            Self::Clang => clang::packages(),
            _ => Vec::new(),
        }
    }

    /// Meets it after the Debian packages were tried, or says why that cannot be.
    fn meet(self) -> Result<()> {
        match self {
            Self::Node => node::version().map(drop),
            Self::Program(program) => Err(program.advice()),
            Self::RustTools => rust::add_tools(),
            Self::WasmTarget => target::provide(),
            Self::WasmClippy => Err(rust::wasm_clippy_advice()),
            Self::Clang => Err(clang::advice()),
            Self::Bindgen => bindgen::install(),
            Self::PackageModules => node::install(&repository::pkg()),
            Self::TestModules => node::install(&repository::tests()),
            Self::BenchModules => node::install(&repository::script_benches()),
        }
    }

    /// Whether meeting it may take minutes, or waits for something that does: what is quickly told
    /// is told first.
    fn is_long(self) -> bool {
        matches!(
            self,
            Self::WasmTarget
                | Self::WasmClippy
                | Self::Bindgen
                | Self::PackageModules
                | Self::TestModules
                | Self::BenchModules
        )
    }
}

/// Meets the needs named and answers with those that could not be met, after saying so.
pub fn provide(needs: &[Need]) -> Vec<Missing> {
    let mut missing = Vec::new();
    let long = meet_short(needs, &mut missing);
    meet_all(&long, &mut missing);
    missing
}

/// Meets the needs named, or fails with what is missing, before anything long where it can be told.
pub fn require(needs: &[Need]) -> Result<()> {
    let mut missing = Vec::new();
    let long = meet_short(needs, &mut missing);
    if missing.is_empty() {
        meet_all(&long, &mut missing);
    }
    anyhow::ensure!(missing.is_empty(), "what is named above is missing");
    Ok(())
}

/// Meets every need of every command.
pub fn everything() -> Result<bool> {
    require(&ALL)?;
    println!("everything is there");
    Ok(true)
}

/// Meets what is quickly met, and answers with what is left to do.
fn meet_short(needs: &[Need], missing: &mut Vec<Missing>) -> Vec<Need> {
    let needs: BTreeSet<Need> = needs.iter().copied().filter(|need| !need.is_met()).collect();
    if needs.contains(&Need::WasmTarget) {
        target::add_with_rustup();
    }
    let open: Vec<Need> = needs.into_iter().filter(|need| !need.is_met()).collect();
    install_packages(&open);
    let (long, short): (Vec<Need>, Vec<Need>) = open.into_iter().partition(|need| need.is_long());
    meet_all(&short, missing);
    long
}

fn install_packages(open: &[Need]) {
    let packages: BTreeSet<String> = open.iter().flat_map(|need| need.packages()).collect();
    let packages: Vec<String> = packages.into_iter().collect();
    if packages.is_empty() {
        return;
    }
    if let Err(error) = apt::install(&packages) {
        eprintln!("missing: {error:#}");
    }
}

fn meet_all(needs: &[Need], missing: &mut Vec<Missing>) {
    for &need in needs.iter().filter(|need| !need.is_met()) {
        if let Err(reason) = need.meet() {
            say(&reason, missing);
            missing.push(Missing { need, reason });
        }
    }
}

/// Says once what several needs may lack for the same reason.
fn say(reason: &Error, before: &[Missing]) {
    let text = format!("{reason:#}");
    if !before.iter().any(|missing| format!("{:#}", missing.reason) == text) {
        eprintln!("missing: {text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_missing() {
        assert!(provide(&[]).is_empty());
    }

    #[test]
    fn every_need_is_listed_once() {
        assert_eq!(ALL.iter().collect::<BTreeSet<_>>().len(), ALL.len());
    }
}
