//! The commands of this repository. `cargo xtask` lists them.

#![deny(clippy::unwrap_used)]

mod bench;
mod build;
mod cargo;
mod check;
mod command;
mod demo;
mod repository;
mod setup;
mod tally;
mod test;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  demo [--port N] [--no-build]  build the package, serve the page on localhost, print its address
  test [PART...]                everything, or the parts named
  build                         leave the finished npm package in pkg, ready for `npm pack`
  bench [--quick] [SUITE...]    measure everything, or the suites named, and draw the charts
  bench report                  tables and charts of what was measured last
  check                         format, clippy, docs, types, layering, lengths
  setup                         bring whatever the other commands need; each also does so for itself
  help                          this list

";

fn main() -> ExitCode {
    match dispatch(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command named first, and says whether all went well.
fn dispatch(arguments: &[String]) -> Result<bool> {
    let Some((command, rest)) = arguments.split_first() else {
        return help();
    };
    match (command.as_str(), rest) {
        ("help" | "--help" | "-h", _) => help(),
        ("setup", []) => setup::everything(),
        ("build", []) => build::package().map(|()| true),
        ("check", []) => check::command(),
        ("demo", options) => demo::command(options).map(|()| true),
        ("bench", suites) => bench::command(suites),
        ("test", parts) => test::command(parts),
        ("setup" | "build" | "check", [extra, ..]) => {
            bail!("`{command}` takes no arguments, but `{extra}` was given")
        }
        _ => bail!("there is no command `{command}`; `cargo xtask help` lists them"),
    }
}

fn help() -> Result<bool> {
    println!("{HELP}Parts of `test`: {}", test::names().join(", "));
    println!("Suites of `bench`: {}", bench::names().join(", "));
    Ok(true)
}
