//! The parts: what each one is called, needs and runs.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::browser;
use super::failures::Failures;
use crate::setup::program::{self, Program};
use crate::setup::{Need, bindgen};
use crate::tally::{Reader, Tally};
use crate::{build, cargo, check, command, repository};

/// One part of the tests.
#[derive(Debug)]
pub struct Part {
    /// What it is called on the command line and in the table.
    pub name: &'static str,
    /// What it needs, apart from the package.
    pub needs: &'static [Need],
    /// Whether it tests the finished npm package.
    pub of_package: bool,
    /// Whether it does that in pages, which wait for their browser half of the time.
    pub in_page: bool,
    /// The program it runs, which prints how many tests passed.
    pub program: fn() -> Result<Command>,
}

impl Part {
    /// All that it needs, with what the package needs that it tests.
    pub fn needs(&self) -> impl Iterator<Item = Need> {
        let package: &[Need] = if self.of_package { &build::NEEDS } else { &[] };
        self.needs.iter().chain(package).copied()
    }

    const fn of_core(
        name: &'static str,
        needs: &'static [Need],
        program: fn() -> Result<Command>,
    ) -> Self {
        Self { name, needs, of_package: false, in_page: false, program }
    }

    const fn of_package(
        name: &'static str,
        needs: &'static [Need],
        program: fn() -> Result<Command>,
    ) -> Self {
        Self { of_package: true, ..Self::of_core(name, needs, program) }
    }

    const fn in_page(
        name: &'static str,
        needs: &'static [Need],
        program: fn() -> Result<Command>,
    ) -> Self {
        Self { in_page: true, ..Self::of_package(name, needs, program) }
    }
}

/// All parts, in the order in which they run, and those in pages beside the others.
pub const PARTS: &[Part] = &[
    Part::of_core("check", &check::NEEDS, check_code),
    Part::of_core("native", &[SQLITE], native),
    Part::of_core("wasm-node", WASM, wasm_node),
    Part::of_core("wasm-chromium", WASM_CHROMIUM, wasm_chromium),
    Part::of_package("node", &[Need::TestModules, SQLITE], || runtime(Path::new("node"), &[])),
    Part::of_package("bun", &[Need::TestModules, SQLITE], || runtime(&installed("bun"), &[])),
    Part::of_package("deno", &[Need::TestModules, SQLITE], || {
        runtime(&installed("deno"), &["run", "-A"])
    }),
    Part::of_package("interop", &[Need::TestModules, CHROMIUM, FIREFOX, SQLITE], interop),
    Part::in_page("chromium", &[Need::TestModules, CHROMIUM], || page(Program::Chromium)),
    Part::in_page("firefox", &[Need::TestModules, FIREFOX], || page(Program::Firefox)),
    Part::in_page("consumers", &[Need::TestModules, CHROMIUM], consumers),
];

const SQLITE: Need = Need::Program(Program::Sqlite);
const CHROMIUM: Need = Need::Program(Program::Chromium);
const FIREFOX: Need = Need::Program(Program::Firefox);
const WASM: &[Need] = &[Need::Node, Need::WasmTarget, Need::Clang, Need::Bindgen];
const WASM_CHROMIUM: &[Need] =
    &[Need::WasmTarget, Need::Clang, Need::Bindgen, CHROMIUM, Need::Program(Program::Chromedriver)];

/// The steps of `check`, in a program of their own: what they print is handed on like any part's.
fn check_code() -> Result<Command> {
    let mut xtask = Command::new(env::current_exe()?);
    xtask.arg("check");
    Ok(xtask)
}

fn native() -> Result<Command> {
    let mut cargo = cargo::native();
    cargo.args(["test", "--workspace", "--exclude", "actor-journal-wasm", "--no-fail-fast"]);
    cargo.args(["--features", repository::COMMAND_LINE]);
    Ok(cargo)
}

fn wasm_node() -> Result<Command> {
    wasm("wasm")
}

fn wasm_chromium() -> Result<Command> {
    let mut cargo = wasm("opfs")?;
    browser::configure(&mut cargo)?;
    Ok(cargo)
}

/// A test program of the core, compiled for wasm32 and given to wasm-bindgen's runner.
fn wasm(program: &str) -> Result<Command> {
    let mut cargo = cargo::wasm("test")?;
    cargo.args(["--package", "actor-journal", "--no-fail-fast", "--test", program]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen::runner()?);
    Ok(cargo)
}

/// The package's tests in one runtime.
fn runtime(program: &Path, options: &[&str]) -> Result<Command> {
    let mut runtime = script(Command::new(program), options, "package/run.mjs");
    program::name_in(&mut runtime);
    Ok(runtime)
}

/// The page's tests in one browser.
fn page(browser: Program) -> Result<Command> {
    let mut node = script(Command::new("node"), &[], "page/run.mjs");
    node.arg(if browser == Program::Firefox { "firefox" } else { "chromium" });
    program::name_in(&mut node);
    Ok(node)
}

fn consumers() -> Result<Command> {
    let mut node = script(Command::new("node"), &[], "consumers/run.mjs");
    program::name_in(&mut node);
    Ok(node)
}

/// Files passed between Rust, Node and the browsers.
fn interop() -> Result<Command> {
    let mut node = script(Command::new("node"), &[], "interop/run.mjs");
    program::name_in(&mut node);
    Ok(node)
}

fn script(mut runtime: Command, options: &[&str], path: &str) -> Command {
    runtime.current_dir(repository::root()).args(options).arg(format!("tests/{path}"));
    runtime
}

fn installed(runtime: &str) -> std::path::PathBuf {
    command::npm_script(&repository::tests(), runtime)
}

/// Runs a part's program, hands its output on line by line, and counts the tests in it; with what it
/// tells of failures.
pub fn count(name: &str, command: &mut Command) -> Result<(Tally, Vec<String>)> {
    println!("{name}: > {}", command::line(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` could not be started", command::line(command)))?;
    let output = child.stdout.take().context("the program's output")?;
    let (tally, failures) = pass_on(name, output, io::stdout())?;
    Ok((tally.judged(child.wait()?.success()), failures.into_lines()))
}

/// Lines go out whole, with the part's name in front: another one may run beside it.
fn pass_on(name: &str, output: impl Read, mut terminal: impl Write) -> Result<(Tally, Failures)> {
    let (mut reader, mut failures) = (Reader::default(), Failures::default());
    let (mut output, mut line) = (BufReader::new(output), Vec::new());
    while output.read_until(b'\n', &mut line)? > 0 {
        reader.take(&line);
        failures.take(&String::from_utf8_lossy(&line));
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        terminal.write_all(&[name.as_bytes(), b": ", &line].concat())?;
        line.clear();
    }
    Ok((reader.finish(), failures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_counts_nothing_has_failed() {
        let (tally, _) = count("cargo", Command::new("cargo").arg("--version")).expect("runs");
        assert_eq!(tally, Tally { passed: 0, failed: 1 });
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error_by_name() {
        let error = count("none", &mut Command::new("no-such-program")).expect_err("is not there");
        assert!(error.to_string().contains("no-such-program"));
    }

    #[test]
    fn output_is_counted_while_it_passes() {
        let (output, mut terminal) =
            ("test result: FAILED. 2 passed; 1 failed; 0 ignored\n", Vec::new());
        let (tally, failures) = pass_on("native", output.as_bytes(), &mut terminal).expect("reads");
        assert_eq!(tally, Tally { passed: 2, failed: 1 });
        assert_eq!(failures.into_lines(), [output.trim_end()]);
        assert_eq!(terminal, format!("native: {output}").as_bytes());
    }

    #[test]
    fn parts_of_the_package_need_what_its_build_needs() {
        let node = PARTS.iter().find(|part| part.name == "node").expect("node is a part");
        assert!(build::NEEDS.iter().all(|need| node.needs().any(|other| other == *need)));
    }
}
