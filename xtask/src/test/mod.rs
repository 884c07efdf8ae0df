//! Everything that is tested, part by part: a failing part does not keep the others from running.

mod browser;
mod failures;
mod part;
mod summary;

use std::collections::BTreeSet;
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::build;
use crate::setup::{self, Missing, Need};
use crate::tally::Tally;
use part::{PARTS, Part};
use summary::Row;

/// The names of all parts.
pub fn names() -> Vec<&'static str> {
    PARTS.iter().map(|part| part.name).collect()
}

/// Runs the parts named, or all of them, and says whether nothing failed.
pub fn command(names: &[String]) -> Result<bool> {
    let parts = chosen(names)?;
    let needs: BTreeSet<Need> = parts.iter().flat_map(|part| part.needs()).collect();
    let missing = setup::provide(&needs.into_iter().collect::<Vec<_>>());
    let package = package(&parts, &missing);
    Ok(summary::print(&rows(&parts, |part| run(part, &missing, &package))))
}

/// Runs what is tested in pages beside all else.
fn rows(parts: &[&Part], run: impl Fn(&Part) -> Row + Sync) -> Vec<Row> {
    let lane = |in_page| {
        let parts = parts.iter().filter(move |part| part.in_page == in_page);
        parts.map(|part| run(part)).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let in_pages = scope.spawn(|| lane(true));
        let mut rows = lane(false);
        rows.extend(in_pages.join().expect("a part does not panic"));
        rows
    })
}

fn chosen(names: &[String]) -> Result<Vec<&'static Part>> {
    if let Some(wrong) = names.iter().find(|name| !self::names().contains(&name.as_str())) {
        bail!("there is no part `{wrong}`; the parts are {}", self::names().join(", "));
    }
    let is_chosen = |part: &&Part| names.is_empty() || names.iter().any(|name| name == part.name);
    Ok(PARTS.iter().filter(is_chosen).collect())
}

/// Builds the package where a part tests it and it can be built; the reason if it is not there.
fn package(parts: &[&Part], missing: &[Missing]) -> Result<(), String> {
    if !parts.iter().any(|part| part.of_package) {
        return Ok(());
    }
    if let Some(reason) = reason(missing, &build::NEEDS) {
        return Err(format!("the package was not built, for want of {reason}"));
    }
    build::assemble().map_err(|error| {
        eprintln!("error: {error:#}");
        "the package was not built".to_owned()
    })
}

/// Why parts with these needs cannot run.
fn reason(missing: &[Missing], needs: &[Need]) -> Option<String> {
    let first = missing.iter().find(|missing| needs.contains(&missing.need))?;
    Some(format!("{:#}", first.reason))
}

fn run(part: &Part, missing: &[Missing], package: &Result<(), String>) -> Row {
    println!("\n=== {}", part.name);
    let begin = Instant::now();
    let unbuilt = package.as_ref().err().filter(|_| part.of_package).cloned();
    let (tally, failures) = match unbuilt.or_else(|| reason(missing, part.needs)) {
        Some(reason) => not_run(&reason),
        None => (part.program)()
            .and_then(|mut program| part::count(part.name, &mut program))
            .unwrap_or_else(|error| not_run(&format!("{error:#}"))),
    };
    Row { name: part.name, tally, time: begin.elapsed(), failures }
}

fn not_run(reason: &str) -> (Tally, Vec<String>) {
    (Tally::default().judged(false), vec![format!("not run: {reason}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_chooses_all_parts_in_their_order() {
        assert_eq!(chosen(&[]).expect("all").len(), PARTS.len());
        let two = chosen(&["node".to_owned(), "native".to_owned()]).expect("two");
        assert_eq!(two.iter().map(|part| part.name).collect::<Vec<_>>(), ["native", "node"]);
    }

    #[test]
    fn an_unknown_part_is_refused_with_the_list() {
        let error = chosen(&["nodejs".to_owned()]).expect_err("unknown");
        assert!(error.to_string().contains("consumers"));
    }

    #[test]
    fn a_missing_need_fails_the_parts_that_have_it() {
        let missing = [Missing { need: Need::Node, reason: anyhow::anyhow!("Node: install it") }];
        assert_eq!(reason(&missing, &[Need::Node]).as_deref(), Some("Node: install it"));
        assert_eq!(reason(&missing, &[Need::Clang]), None);
    }
}
