//! What is told of the figures that are there: tables on the terminal, one JSON, and charts.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::measured::Measured;
use super::{chart, names, table};
use crate::repository;

/// Where figures and charts are. A quick run has folders of its own: its figures are not to stand
/// in the place of others.
pub struct Folder {
    figures: PathBuf,
    charts: PathBuf,
}

impl Folder {
    /// The folder of full runs, or of quick ones.
    pub fn new(quick: bool) -> Result<Self> {
        let figures = repository::target()?.join("bench");
        let (figures, charts) = match quick {
            true => (figures.join("quick"), figures.join("quick/charts")),
            false => (figures, repository::root().join("benches/charts")),
        };
        fs::create_dir_all(&figures)?;
        fs::create_dir_all(&charts)?;
        Ok(Self { figures, charts })
    }

    /// The figures of a suite.
    pub fn file(&self, suite: &str) -> PathBuf {
        self.figures.join(format!("{suite}.json"))
    }
}

/// Notes in a suite's figures when and how they were measured.
pub fn note(file: &Path, quick: bool) -> Result<()> {
    let mut figures = read(file)?;
    figures["date"] = json!(today()?);
    figures["quick"] = json!(quick);
    Ok(fs::write(file, serde_json::to_vec_pretty(&figures)?)?)
}

/// Prints the tables of the suites named, and puts every suite that was ever measured into
/// `report.json` and into charts.
pub fn tell(folder: &Folder, named: &[&str]) -> Result<()> {
    let mut suites = Vec::new();
    for file in names().into_iter().map(|suite| folder.file(suite)).filter(|file| file.exists()) {
        let mut figures = read(&file)?;
        let measured: Measured = serde_json::from_value(figures.clone())
            .with_context(|| format!("{} is not of the form expected", file.display()))?;
        if named.contains(&measured.suite.as_str()) {
            println!("\n{}", table::suite(&measured));
        }
        let picture = folder.charts.join(format!("{}.svg", measured.suite));
        fs::write(picture, chart::draw(&measured))?;
        judge(&mut figures, &measured);
        suites.push(figures);
    }
    ensure!(
        !suites.is_empty(),
        "there are no figures in {} yet: run `cargo xtask bench` first, or `cargo xtask bench SUITE` \
         for one of {}",
        folder.figures.display(),
        names().join(", ")
    );
    let report = folder.figures.join("report.json");
    let told = json!({ "date": today()?, "suites": suites });
    fs::write(&report, serde_json::to_vec_pretty(&told)?)?;
    println!("{}\n{}", report.display(), folder.charts.display());
    Ok(())
}

/// Notes with every goal whether it was reached.
fn judge(figures: &mut Value, measured: &Measured) {
    for (index, workload) in measured.workloads.iter().enumerate() {
        for (at, goal) in workload.goals.iter().enumerate() {
            let reached = goal.verdict(workload).reached;
            figures["workloads"][index]["goals"][at]["reached"] = json!(reached);
        }
    }
}

fn read(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file)?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))
}

fn today() -> Result<String> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(day(seconds / 86_400))
}

/// The date of a day, counted from 1970, in the Gregorian calendar.
fn day(mut days: u64) -> String {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(58), "1970-02-28");
        assert_eq!(day(59), "1970-03-01");
        assert_eq!(day(11_016), "2000-02-29");
        assert_eq!(day(11_322), "2000-12-31");
        assert_eq!(day(20_454), "2026-01-01");
    }

    #[test]
    fn verdicts_stand_beside_the_goals() {
        let mut figures = json!({
            "suite": "node",
            "machine": { "cores": 2, "cpu": "", "os": "", "runtime": "" },
            "workloads": [{
                "workload": "a", "title": "", "unit": "ms", "better": "lower", "durability": "",
                "results": [{ "name": "ours", "median": 2, "min": 1, "max": 3, "rounds": 3 }],
                "goals": [{ "of": "ours", "at_most": 2 }, { "of": "ours", "at_most": 1 }],
            }],
        });
        let measured: Measured = serde_json::from_value(figures.clone()).expect("a suite");
        judge(&mut figures, &measured);
        let goals = &figures["workloads"][0]["goals"];
        assert_eq!((&goals[0]["reached"], &goals[1]["reached"]), (&json!(true), &json!(false)));
    }
}
