//! The source files of this repository.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::repository;

/// Folders that hold source written here.
const FOLDERS: [&str; 10] = [
    "src",
    "pkg/binding",
    "pkg/wasm",
    "pkg/native",
    "pkg/src",
    "www",
    "tests",
    "benches",
    "fuzz/fuzz_targets",
    "xtask/src",
];

/// Folders in them that hold something else: dependencies, what was built, what is read by tests.
const FOREIGN: [&str; 4] = ["node_modules", "dist", "target", "fixtures"];

/// A file with its path from the top of the repository, with `/` between its parts.
pub struct Source {
    /// For example `src/sqlite/store.rs`.
    pub path: String,
    /// What it contains.
    pub text: String,
}

impl Source {
    /// `rs` for a Rust file, and so on.
    pub fn kind(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, kind)| kind)
    }

    /// Whether it is TypeScript or JavaScript.
    pub fn is_script(&self) -> bool {
        ["ts", "tsx", "js", "mjs", "cjs"].contains(&self.kind())
    }
}

/// All source files of all folders.
pub fn all() -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in FOLDERS {
        sources.extend(within(folder)?);
    }
    Ok(sources)
}

/// The source files in one folder and below, which need not exist.
pub fn within(folder: &str) -> Result<Vec<Source>> {
    let mut files = Vec::new();
    collect(&repository::root().join(folder), &mut files)?;
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(entries) = folder.read_dir() else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.file_type()?.is_dir() {
            true if FOREIGN.contains(&name.as_str()) => {}
            true => collect(&entry.path(), files)?,
            false => files.extend(is_source(&name).then(|| entry.path())),
        }
    }
    Ok(())
}

fn is_source(name: &str) -> bool {
    ["rs", "ts", "tsx", "js", "mjs", "cjs", "html"]
        .contains(&name.rsplit_once('.').map_or("", |(_, kind)| kind))
}

fn read(file: &Path) -> Result<Source> {
    let inside = file.strip_prefix(repository::root())?;
    let path = inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
    let text = fs::read_to_string(file).with_context(|| path.clone())?;
    Ok(Source { path, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_folder_are_found_with_their_paths() {
        let paths: Vec<String> =
            within("xtask/src").expect("reads").into_iter().map(|source| source.path).collect();
        assert!(paths.contains(&"xtask/src/check/source.rs".to_owned()), "{paths:?}");
        assert!(within("no/such/folder").expect("is empty").is_empty());
    }
}
