//! Where the databases of a run are, and how large they are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::Result;

/// Whether this run only shows that the benchmark works.
pub fn is_quick() -> bool {
    env::var_os("ACTOR_JOURNAL_BENCH_QUICK").is_some()
}

/// `full`, or in a quick run a part of it.
pub fn count(full: u64, quick: u64) -> u64 {
    if is_quick() { quick } else { full }
}

/// A count as people read it.
pub fn grouped(count: u64) -> String {
    match (count / 1000, count % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

/// A folder on the disk that is measured, which outlives the run.
pub fn lasting() -> Result<PathBuf> {
    let beside = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-data");
    let folder = env::var_os("ACTOR_JOURNAL_BENCH_DATA").map_or_else(beside, PathBuf::from);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A folder on the same disk that goes away when it is dropped.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir_in(lasting()?)?))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
