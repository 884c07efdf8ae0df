//! The finished npm package in `pkg`, ready for `npm pack`.

mod addon;
mod size;
mod wasm;

use anyhow::{Context, Result};

use crate::setup::{self, Need};
use crate::{command, repository};

/// What building the package needs.
pub const NEEDS: [Need; 5] =
    [Need::Node, Need::WasmTarget, Need::Clang, Need::Bindgen, Need::PackageModules];

/// Brings what is needed, and builds the package.
pub fn package() -> Result<()> {
    setup::require(&NEEDS)?;
    assemble()
}

/// Builds the package out of its three parts, all needs being met.
pub fn assemble() -> Result<()> {
    let wasm = wasm::build()?;
    let addon = addon::build()?;
    let mut npm = command::npm(&repository::pkg());
    command::run(npm.args(["run", "build"])).context("the TypeScript of the package")?;
    for file in wasm.into_iter().chain([addon]) {
        size::report(&file)?;
    }
    Ok(())
}
