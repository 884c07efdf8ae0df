//! Names that say nothing: a room is called for what is in it.

use anyhow::Result;

use super::source;

const EMPTY: [&str; 8] =
    ["util", "utils", "helper", "helpers", "manager", "common", "misc", "stuff"];

/// Files and folders with such a name.
pub fn violations() -> Result<Vec<String>> {
    let paths = source::all()?.into_iter().map(|source| source.path);
    Ok(paths
        .filter(|path| says_nothing(path))
        .map(|path| format!("{path}: name it for what is in it"))
        .collect())
}

fn says_nothing(path: &str) -> bool {
    let is_empty = |part: &str| EMPTY.contains(&part.to_lowercase().as_str());
    path.split('/').flat_map(|part| part.split(['.', '-', '_'])).any(is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_that_name_nothing_are_found_anywhere_in_a_path() {
        assert!(says_nothing("src/utils.rs"));
        assert!(says_nothing("pkg/src/tag-helpers.ts"));
        assert!(says_nothing("src/common/mod.rs"));
        assert!(!says_nothing("src/sqlite/store.rs"));
    }
}
