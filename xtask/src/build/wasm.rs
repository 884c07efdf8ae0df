//! The core as wasm, with the JavaScript that wasm-bindgen makes for it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::bindgen;
use crate::{cargo, command, repository};

/// The stem of the files that are made.
const NAME: &str = "actor_journal";

/// How the wasm is shrunk. Functions of one kind beside one another compress better: 8 KB less
/// after gzip. Nothing but the far end of the stack lies in the low memory: 2 KB less. The features
/// are what rustc makes use of; every browser that has OPFS access handles has them all.
const OPTIMIZER: [&str; 11] = [
    "-Oz",
    "--converge",
    "--low-memory-unused",
    "--reorder-functions-by-name",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds the wasm into `pkg/dist/wasm` and answers with the `.wasm` files there.
pub fn build() -> Result<Vec<PathBuf>> {
    let mut cargo = cargo::wasm("build")?;
    command::run(cargo.args(["--package", "actor-journal-wasm", "--profile", "wasm"]))?;
    let compiled = repository::target()?.join(cargo::WASM).join("wasm/actor_journal_wasm.wasm");
    let finished = repository::scratch()?.join("wasm");
    finish_if_changed(&compiled, &finished)?;
    publish(&finished, &repository::dist().join("wasm"))
}

/// Binds and shrinks, unless the last run did so to the very same bytes: it takes longer than
/// everything else in a build where nothing has changed.
fn finish_if_changed(compiled: &Path, finished: &Path) -> Result<()> {
    let stamp = finished.with_extension("stamp");
    let state = state(compiled)?;
    if fs::read_to_string(&stamp).is_ok_and(|last| last == state) {
        return Ok(());
    }
    if finished.exists() {
        fs::remove_dir_all(finished)?;
    }
    bind(compiled, finished)?;
    shrink(&finished.join(format!("{NAME}_bg.wasm")))?;
    minify(&finished.join(format!("{NAME}.js")))?;
    Ok(fs::write(stamp, state)?)
}

/// All that the finished files depend on.
fn state(compiled: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let bytes = fs::read(compiled).with_context(|| compiled.display().to_string())?;
    (bytes, optimizer_lock()?, OPTIMIZER, bindgen::folder()).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn optimizer_lock() -> Result<Vec<u8>> {
    Ok(fs::read(repository::pkg().join("package-lock.json"))?)
}

fn bind(compiled: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = bindgen::program()?;
    bindgen.args(["--target", "web", "--out-name", NAME, "--out-dir"]).arg(folder).arg(compiled);
    command::run(&mut bindgen)
}

fn shrink(wasm: &Path) -> Result<()> {
    let program = command::npm_script(&repository::pkg(), "wasm-opt");
    let smaller = wasm.with_extension("smaller");
    let mut optimizer = Command::new(program);
    optimizer.args(OPTIMIZER).arg(wasm).arg("-o").arg(&smaller);
    command::run(&mut optimizer).context("wasm-opt, of the npm package `binaryen`")?;
    Ok(fs::rename(smaller, wasm)?)
}

fn minify(script: &Path) -> Result<()> {
    let mut esbuild = Command::new(command::npm_script(&repository::pkg(), "esbuild"));
    esbuild.args(["--minify", "--allow-overwrite", "--log-level=warning"]).arg(script);
    command::run(esbuild.arg(format!("--outfile={}", script.display())))
}

/// Puts the finished files in place of those of an earlier build.
fn publish(finished: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut wasm = Vec::new();
    for entry in finished.read_dir()?.flatten().filter(|entry| entry.path().is_file()) {
        let file = folder.join(entry.file_name());
        fs::copy(entry.path(), &file)?;
        wasm.extend(Some(file).filter(|file| file.extension().is_some_and(|kind| kind == "wasm")));
    }
    Ok(wasm)
}
