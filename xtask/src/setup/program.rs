//! Programs of other people that the tests drive: browsers, and the `sqlite3` shell.

use std::env;
use std::path::PathBuf;

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

impl Program {
    /// Where it is: as its variable says, else on the search path, else at a usual place.
    pub fn path(self) -> Option<PathBuf> {
        let card = self.card();
        if let Some(named) = env::var_os(card.variable).filter(|named| !named.is_empty()) {
            let named = PathBuf::from(named);
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

    /// Its Debian package.
    pub fn package(self) -> &'static str {
        self.card().package
    }

    /// What to do where it is missing.
    pub fn advice(self) -> Error {
        match env::var(self.variable()) {
            Ok(named) if !named.is_empty() => {
                anyhow!("`{named}`, which the variable {} names, is not a program", self.variable())
            }
            _ => anyhow!(self.card().advice),
        }
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
