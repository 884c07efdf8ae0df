//! What it costs to wait for the journal, beside what it costs to wait for others: measured suite
//! by suite, told as tables, JSON and charts.

mod chart;
mod figure;
mod goal;
mod measured;
mod report;
mod suite;
mod table;

use anyhow::{Result, bail};

use crate::setup;
use report::Folder;
use suite::{SUITES, Suite};

/// Told again from the figures that are there.
const REPORT: &str = "report";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    quick: bool,
    report: bool,
    suites: Vec<&'static str>,
}

/// The names of all suites.
pub fn names() -> Vec<&'static str> {
    SUITES.iter().map(|suite| suite.name).collect()
}

/// Measures the suites named, or all of them, and tells what came of them; with `report`, tells what
/// came of every suite when it was measured last. Says whether every suite ran: a goal that is
/// missed is a result and no failure.
pub fn command(arguments: &[String]) -> Result<bool> {
    let asked = asked(arguments)?;
    let (folder, all) = (Folder::new(asked.quick)?, names());
    let mut ran = true;
    for suite in SUITES.iter().filter(|suite| asked.suites.contains(&suite.name)) {
        println!("\n=== {}", suite.name);
        if let Err(error) = measure(suite, &folder, asked.quick) {
            eprintln!("not measured: {error:#}");
            ran = false;
        }
    }
    report::tell(&folder, if asked.report { &all } else { &asked.suites })?;
    Ok(ran)
}

fn asked(arguments: &[String]) -> Result<Asked> {
    let (options, names): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|argument| argument.starts_with('-'));
    if let Some(option) = options.iter().find(|option| **option != "--quick") {
        bail!("`bench` has no option `{option}`; `cargo xtask help` lists them");
    }
    let (quick, report) = (!options.is_empty(), names.iter().any(|name| *name == REPORT));
    if let Some(name) = names.iter().find(|name| **name != REPORT && !is_suite(name)) {
        bail!("there is no suite `{name}`; the suites are {}", self::names().join(", "));
    }
    if report && names.len() > 1 {
        bail!("`bench {REPORT}` measures nothing: name suites or `{REPORT}`");
    }
    let is_asked = |name: &&str| !report && (names.is_empty() || names.iter().any(|n| n == name));
    Ok(Asked { quick, report, suites: self::names().into_iter().filter(is_asked).collect() })
}

fn is_suite(name: &str) -> bool {
    names().contains(&name)
}

fn measure(suite: &Suite, folder: &Folder, quick: bool) -> Result<()> {
    setup::require(&suite.needs())?;
    let file = folder.file(suite.name);
    suite.run(&file, quick)?;
    report::note(&file, quick)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suites(arguments: &[&str]) -> Vec<&'static str> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        asked(&arguments).expect("is understood").suites
    }

    #[test]
    fn no_name_asks_for_every_suite() {
        assert_eq!(suites(&[]), ["native", "node", "chromium", "firefox"]);
        assert_eq!(suites(&["--quick", "firefox", "native"]), ["native", "firefox"]);
    }

    #[test]
    fn a_report_measures_nothing() {
        assert!(suites(&["report"]).is_empty());
        assert!(asked(&["report".to_owned(), "node".to_owned()]).is_err());
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        let error = asked(&["nodejs".to_owned()]).expect_err("is no suite");
        assert!(error.to_string().contains("chromium"), "{error}");
        assert!(asked(&["--fast".to_owned()]).is_err());
    }
}
