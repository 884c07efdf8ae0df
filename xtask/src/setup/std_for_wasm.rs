//! The standard library for wasm32, built once from the sources that Debian ships with its Rust.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::WASM;
use crate::{command, repository};

/// Debian's programs by their full names, since rustup's stand before them on the search path.
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";

/// Beside the library: which compiler it was built by, and how. A library of another compiler is
/// useless.
const STAMP: &str = "actor-journal-std";

/// Rust's own distribution carries bitcode, without which no program can be optimized as a whole.
const FLAGS: &str = "-Cembed-bitcode=yes";

/// The crate that is built for the sake of its dependency on the standard library.
const CRATE: &str = "std_for_wasm";

/// Whether the library in place belongs to the compiler in place.
pub fn is_current() -> bool {
    let Ok(folder) = library() else { return false };
    let built_by = fs::read_to_string(folder.join(STAMP)).ok();
    built_by.is_some() && built_by == stamp()
}

/// Where Debian's Rust lives.
pub fn sysroot() -> Result<PathBuf> {
    let sysroot = command::read(Command::new(RUSTC).args(["--print", "sysroot"]));
    sysroot.map(PathBuf::from).with_context(|| format!("{RUSTC} does not run"))
}

/// Fails where Debian's Rust is missing, incomplete, or older than the workspace wants.
pub fn check_compiler() -> Result<()> {
    let wanted = repository::rust_version()?;
    let advice = format!(
        "the target {WASM}: rustup could not download it, and Debian's packages \
         rustc-web, cargo-web and rust-web-src, of Rust {wanted} or newer,"
    );
    if [RUSTC, CARGO].iter().any(|program| !Path::new(program).exists()) {
        bail!("{advice} are not installed");
    }
    let found = compiler().as_deref().and_then(release).unwrap_or_default();
    if number(&found) < number(&wanted) {
        bail!("{advice} are too old: {RUSTC} is {found}");
    }
    if !sysroot()?.join("lib/rustlib/src/rust/library/std").exists() {
        bail!("{advice} are incomplete: there is no source of the standard library");
    }
    Ok(())
}

/// Builds the library and puts it where the compiler looks for it.
pub fn build() -> Result<()> {
    let folder = library()?;
    fs::create_dir_all(&folder).with_context(|| {
        format!(
            "the standard library for {WASM} goes to {}, which only root may write",
            folder.display()
        )
    })?;
    let project = repository::scratch()?.join("std-for-wasm");
    write_project(&project)?;
    compile(&project)?;
    place(&project.join("target").join(WASM).join("release/deps"), &folder)?;
    fs::remove_dir_all(&project)?;
    forget_dependents()?;
    fs::write(folder.join(STAMP), stamp().unwrap_or_default())?;
    Ok(())
}

/// Removes what was compiled against an earlier library: cargo knows compilers apart, not libraries.
fn forget_dependents() -> Result<()> {
    let compiled = repository::target()?.join(WASM);
    if compiled.exists() {
        fs::remove_dir_all(&compiled)?;
    }
    Ok(())
}

fn write_project(project: &Path) -> Result<()> {
    fs::create_dir_all(project.join("src"))?;
    let manifest = format!("[package]\nname = \"{CRATE}\"\nedition = \"2021\"\n[workspace]\n");
    fs::write(project.join("Cargo.toml"), manifest)?;
    fs::write(project.join("src/lib.rs"), "#![no_std]\n")?;
    Ok(())
}

fn compile(project: &Path) -> Result<()> {
    println!("building the standard library for {WASM}, once, in about a minute");
    let mut cargo = Command::new(CARGO);
    cargo.current_dir(project).env_remove("RUSTUP_TOOLCHAIN").env("RUSTFLAGS", FLAGS);
    cargo
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", project.join("target"));
    cargo.args([
        "build",
        "--release",
        "--target",
        WASM,
        "-Zbuild-std=std,panic_abort,test,proc_macro",
    ]);
    command::run(&mut cargo)
}

/// Copies the libraries, in place of those of an earlier compiler.
fn place(built: &Path, folder: &Path) -> Result<()> {
    for old in folder.read_dir()?.flatten().filter(|entry| is_library(&entry.path())) {
        fs::remove_file(old.path())?;
    }
    for new in built.read_dir()?.flatten().filter(|entry| is_library(&entry.path())) {
        fs::copy(new.path(), folder.join(new.file_name()))?;
    }
    Ok(())
}

fn is_library(path: &Path) -> bool {
    let own = format!("lib{CRATE}-");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".rlib") && !name.starts_with(&own)
}

fn library() -> Result<PathBuf> {
    Ok(sysroot()?.join("lib/rustlib").join(WASM).join("lib"))
}

fn stamp() -> Option<String> {
    Some(format!("{}\n{FLAGS}\n", compiler()?))
}

/// All that Debian's compiler says about its version.
fn compiler() -> Option<String> {
    command::read(Command::new(RUSTC).arg("-vV"))
}

fn release(version: &str) -> Option<String> {
    version.lines().find_map(|line| line.strip_prefix("release: ")).map(str::to_owned)
}

/// Major and minor, for comparing.
fn number(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(number("1.96.0") > number("1.95"));
        assert!(number("1.100") > number("1.95"));
        assert!(number("1.63.0") < number("1.95"));
    }

    #[test]
    fn the_release_is_read_from_the_long_version() {
        let text = "rustc 1.96.0 (built from a source tarball)\nbinary: rustc\nrelease: 1.96.0\n";
        assert_eq!(release(text).as_deref(), Some("1.96.0"));
    }

    #[test]
    fn only_the_standard_library_itself_is_kept() {
        assert!(is_library(Path::new("deps/libstd-0123.rlib")));
        assert!(!is_library(Path::new("deps/libstd_for_wasm-0123.rlib")));
        assert!(!is_library(Path::new("deps/libstd-0123.rmeta")));
    }
}
