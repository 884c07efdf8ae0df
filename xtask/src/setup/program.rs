//! Programs of other people that the tests drive: browsers, and the `sqlite3` shell.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Error, anyhow};

use crate::command;

/// A program that is found, or installed from the system's packages, but never built here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// Chromium or Chrome.
    Chromium,
    /// The WebDriver of the Chromium above.
    Chromedriver,
    /// Firefox.
    Firefox,
    /// SQLite's own shell.
    Sqlite,
}

/// How to find a program, and what to do where it is not found.
struct Card {
    variable: &'static str,
    names: &'static [&'static str],
    places: &'static [&'static str],
    package: &'static str,
    advice: &'static str,
}

const CHROMIUM: Card = Card {
    variable: "CHROME",
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    places: &[
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ],
    package: "chromium",
    advice: "Chromium or Chrome: install one, or name it in the variable CHROME",
};

const CHROMEDRIVER: Card = Card {
    variable: "CHROMEDRIVER",
    names: &["chromedriver"],
    places: &["/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"],
    package: "chromium-driver",
    advice: "chromedriver, of the same version as the installed Chromium: \
             `npx @puppeteer/browsers install chromedriver@stable` brings one; \
             put it on the search path or name it in the variable CHROMEDRIVER",
};

const FIREFOX: Card = Card {
    variable: "FIREFOX",
    names: &["firefox-esr", "firefox"],
    places: &[
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
    ],
    package: "firefox-esr",
    advice: "Firefox: install it, or name it in the variable FIREFOX",
};

const SQLITE: Card = Card {
    variable: "SQLITE3",
    names: &["sqlite3"],
    places: &[],
    package: "sqlite3",
    advice: "the program `sqlite3`: install SQLite's command line tools (https://sqlite.org/download.html)",
};

/// Tells a program where the browsers and `sqlite3` were found.
pub fn name_in(command: &mut Command) {
    for program in [Program::Chromium, Program::Firefox, Program::Sqlite] {
        if let Some(path) = program.path() {
            command.env(program.variable(), path);
        }
    }
}

impl Program {
    /// Where it is: as its variable says, else on the search path, else at a usual place.
    pub fn path(self) -> Option<PathBuf> {
        let card = self.card();
        if let Some(named) = self.named() {
            return command::is_program(&named).then_some(named);
        }
        let placed =
            || card.places.iter().map(PathBuf::from).find(|place| command::is_program(place));
        card.names.iter().find_map(|name| command::find(name)).or_else(placed)
    }

    /// The environment variable that names it, for the user and for the tests' programs.
    pub fn variable(self) -> &'static str {
        self.card().variable
    }

    /// Its Debian package, unless the user has named another program.
    pub fn packages(self) -> Vec<String> {
        let own = Some(self.card().package.to_owned()).filter(|_| self.named().is_none());
        own.into_iter().collect()
    }

    /// What to do where it is missing.
    pub fn advice(self) -> Error {
        match self.named() {
            Some(named) => {
                let (variable, named) = (self.variable(), named.display());
                anyhow!("`{named}`, which the variable {variable} names, is not a program")
            }
            None => anyhow!(self.card().advice),
        }
    }

    /// What the user has named.
    fn named(self) -> Option<PathBuf> {
        env::var_os(self.variable()).filter(|named| !named.is_empty()).map(PathBuf::from)
    }

    fn card(self) -> &'static Card {
        match self {
            Self::Chromium => &CHROMIUM,
            Self::Chromedriver => &CHROMEDRIVER,
            Self::Firefox => &FIREFOX,
            Self::Sqlite => &SQLITE,
        }
    }
}
