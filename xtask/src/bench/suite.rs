//! The suites: what each one needs, and the program that measures it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};

use crate::setup::Need;
use crate::setup::program::{self, Program};
use crate::{build, cargo, command, repository};

/// A program that measures several workloads and writes down what it found.
pub struct Suite {
    /// What it is called on the command line, in the report and in the charts' names.
    pub name: &'static str,
    needs: &'static [Need],
    is_script: bool,
}

/// All suites, in the order in which they run.
pub const SUITES: [Suite; 4] = [
    Suite { name: "native", needs: &[], is_script: false },
    Suite { name: "node", needs: &[Need::BenchModules], is_script: true },
    Suite { name: "chromium", needs: &[Need::BenchModules, CHROMIUM], is_script: true },
    Suite { name: "firefox", needs: &[Need::BenchModules, FIREFOX], is_script: true },
];

const CHROMIUM: Need = Need::Program(Program::Chromium);
const FIREFOX: Need = Need::Program(Program::Firefox);
/// What measures the suites in JavaScript, from the top of the repository.
const SCRIPT: &str = "benches/js/run.mjs";

impl Suite {
    /// All that it needs, with what the package needs that it measures.
    pub fn needs(&self) -> Vec<Need> {
        let package: &[Need] = if self.is_script { &build::NEEDS } else { &[] };
        [self.needs, package].concat()
    }

    /// Measures, all needs being met, and leaves the figures in `file`.
    pub fn run(&self, file: &Path, quick: bool) -> Result<()> {
        if file.exists() {
            fs::remove_file(file)?;
        }
        let mut program =
            if self.is_script { script(self.name, file, quick)? } else { native(file, quick) };
        command::run(&mut program)?;
        ensure!(file.exists(), "the suite left no figures in {}", file.display());
        Ok(())
    }
}

fn native(file: &Path, quick: bool) -> Command {
    let mut cargo = cargo::native();
    cargo.args(["bench", "--package", "actor-journal", "--bench", "native"]);
    cargo.env("ACTOR_JOURNAL_BENCH_OUT", file);
    if quick {
        cargo.env("ACTOR_JOURNAL_BENCH_QUICK", "1");
    }
    cargo
}

/// Node with the script, after the package was built that it measures.
fn script(name: &str, file: &Path, quick: bool) -> Result<Command> {
    let script = repository::root().join(SCRIPT);
    ensure!(script.exists(), "there is no {SCRIPT}, which measures the suite `{name}`");
    build_once().context("the package was not built")?;
    let mut node = Command::new("node");
    node.current_dir(repository::root()).args([SCRIPT, name, "--out"]).arg(file);
    if quick {
        node.arg("--quick");
    }
    program::name_in(&mut node);
    Ok(node)
}

/// Builds the package for the first of the suites that measure it.
fn build_once() -> Result<()> {
    static BUILT: OnceLock<()> = OnceLock::new();
    if BUILT.get().is_none() {
        build::assemble()?;
        BUILT.get_or_init(|| ());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_of_the_package_need_what_its_build_needs() {
        let needs = |name| SUITES.iter().find(|suite| suite.name == name).expect("exists").needs();
        assert!(build::NEEDS.iter().all(|need| needs("node").contains(need)));
        assert!(needs("native").is_empty());
    }
}
