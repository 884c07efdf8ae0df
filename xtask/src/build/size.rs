//! How large a file is, and how much of it goes over the wire.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::repository;

/// Prints a file's size, as it is and after gzip.
pub fn report(file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    let name = file.strip_prefix(repository::root()).unwrap_or(file).display();
    println!(
        "{name}: {} KB, {} KB after gzip",
        kilobytes(bytes.len()),
        kilobytes(compressed(&bytes)?)
    );
    Ok(())
}

fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    Ok(gzip.finish()?.len())
}

fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_small_after_gzip() {
        assert!(compressed(&[7; 100_000]).expect("in memory") < 1000);
        assert_eq!(kilobytes(1001), 2);
    }
}
