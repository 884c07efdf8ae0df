//! The core as a Node-API add-on for the machine that builds it.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{cargo, command, repository};

/// Builds the add-on into `pkg/dist/native`, under the name that the package looks for.
pub fn build() -> Result<PathBuf> {
    let mut cargo = cargo::native();
    command::run(cargo.args(["build", "--package", "actor-journal-native", "--release"]))?;
    let library = format!("{DLL_PREFIX}actor_journal_native{DLL_SUFFIX}");
    let built = repository::target()?.join("release").join(library);
    let addon = repository::dist().join("native").join(file_name(&host()?));
    replace(&built, &addon)?;
    Ok(addon)
}

/// Copies beside the old file and then takes its name, so that a program that has the old one
/// loaded keeps it.
fn replace(built: &Path, addon: &Path) -> Result<()> {
    let beside = addon.with_extension("new");
    fs::create_dir_all(addon.parent().unwrap_or(Path::new("")))?;
    fs::copy(built, &beside).with_context(|| built.display().to_string())?;
    Ok(fs::rename(beside, addon)?)
}

fn host() -> Result<String> {
    let version = command::read(Command::new("rustc").arg("-vV")).unwrap_or_default();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// The add-on's name for a target of Rust, in Node's words for platform and architecture
/// (`process.platform`, `process.arch`).
fn file_name(target: &str) -> String {
    let libc = if target.contains("-musl") { "-musl" } else { "" };
    format!("actor-journal.{}-{}{libc}.node", platform(target), architecture(target))
}

fn platform(target: &str) -> &str {
    let known = [
        ("-darwin", "darwin"),
        ("-windows", "win32"),
        ("-freebsd", "freebsd"),
        ("-android", "android"),
    ];
    known.into_iter().find(|(part, _)| target.contains(part)).map_or("linux", |(_, name)| name)
}

fn architecture(target: &str) -> &str {
    match target.split('-').next().unwrap_or(target) {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "i586" | "i686" => "ia32",
        "powerpc64le" => "ppc64",
        "riscv64gc" => "riscv64",
        "loongarch64" => "loong64",
        arm if arm.starts_with("arm") => "arm",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_addon_is_named_in_nodes_words() {
        assert_eq!(file_name("x86_64-unknown-linux-gnu"), "actor-journal.linux-x64.node");
        assert_eq!(file_name("aarch64-unknown-linux-musl"), "actor-journal.linux-arm64-musl.node");
        assert_eq!(file_name("aarch64-apple-darwin"), "actor-journal.darwin-arm64.node");
        assert_eq!(file_name("x86_64-pc-windows-msvc"), "actor-journal.win32-x64.node");
        assert_eq!(file_name("armv7-unknown-linux-gnueabihf"), "actor-journal.linux-arm.node");
    }

    #[test]
    fn a_loaded_addon_is_replaced_and_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let (built, addon) = (folder.path().join("lib.so"), folder.path().join("native/a.node"));
        fs::write(&built, "old").expect("built");
        replace(&built, &addon).expect("first");
        let loaded = fs::File::open(&addon).expect("open");
        fs::write(&built, "new").expect("built");
        replace(&built, &addon).expect("second");
        assert_eq!(std::io::read_to_string(loaded).expect("read"), "old");
        assert_eq!(fs::read_to_string(&addon).expect("read"), "new");
    }
}
