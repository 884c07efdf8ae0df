//! How long files and functions may be: what does not fit holds two thoughts.

use std::fs;

use anyhow::{Context, Result};

use super::source::{self, Source};
use super::{rust, typescript};
use crate::repository;

const FILE: usize = 400;
const FUNCTION: usize = 60;
const README: usize = 150;

/// A function with where it stands and how many lines it takes.
pub struct Function {
    /// What it is called, where it has a name.
    pub name: String,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its lines, from the signature to the closing brace.
    pub lines: usize,
}

/// Everything that is too long.
pub fn violations() -> Result<Vec<String>> {
    let mut found = readme();
    for source in source::all()? {
        found.extend(too_long(&source.path, source.text.lines().count(), FILE));
        found.extend(functions(&source)?);
    }
    Ok(found)
}

/// A repository without a README is one that nobody has introduced yet.
fn readme() -> Vec<String> {
    let lines =
        fs::read_to_string(repository::root().join("README.md")).map(|text| text.lines().count());
    lines.map_or_else(
        |_| vec!["there is no README.md".to_owned()],
        |lines| too_long("README.md", lines, README).into_iter().collect(),
    )
}

fn too_long(what: &str, lines: usize, most: usize) -> Option<String> {
    (lines > most).then(|| format!("{what}: {lines} lines, {most} are allowed"))
}

fn functions(source: &Source) -> Result<Vec<String>> {
    let functions = match source.kind() {
        "rs" => rust::functions(&source.text).with_context(|| source.path.clone())?,
        _ if source.is_script() => typescript::functions(&source.text),
        _ => Vec::new(),
    };
    let named = functions.iter().map(|function| {
        (format!("{}:{}: {}", source.path, function.line, function.name), function.lines)
    });
    Ok(named.filter_map(|(what, lines)| too_long(&what, lines, FUNCTION)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: String) -> Source {
        Source { path: path.to_owned(), text }
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        assert_eq!(too_long("a", 60, 60), None);
        assert_eq!(too_long("a", 61, 60).as_deref(), Some("a: 61 lines, 60 are allowed"));
    }

    #[test]
    fn long_functions_are_named_in_both_languages() {
        let body = "  call();\n".repeat(60);
        let rust = source("src/a.rs", format!("\nfn long() {{\n{body}}}\n"));
        assert_eq!(
            functions(&rust).expect("parses"),
            ["src/a.rs:2: long: 62 lines, 60 are allowed"]
        );
        let script = source("pkg/src/a.ts", format!("const long = () => {{\n{body}}};\n"));
        assert_eq!(functions(&script).expect("reads").len(), 1);
    }
}
