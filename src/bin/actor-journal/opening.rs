//! What is said of a database, whatever is done with it.

use std::time::Duration;

use clap::Args;

/// How a database is opened.
#[derive(Args)]
pub struct Opening {
    /// How long to wait for another program that holds the database, in milliseconds
    #[arg(long, global = true, value_name = "MS", default_value_t = 1000)]
    busy_timeout: u64,
    #[command(flatten)]
    pub tables: Tables,
}

impl Opening {
    pub fn busy_timeout(&self) -> Duration {
        Duration::from_millis(self.busy_timeout)
    }
}

/// Which tables of the file are meant.
#[derive(Args)]
#[command(next_help_heading = "Tables")]
pub struct Tables {
    /// The stem of the journal's tables [default: events]
    #[arg(long = "events-table", global = true, value_name = "STEM")]
    events: Option<String>,
    /// The table of the snapshots [default: snapshots]
    #[arg(long = "snapshots-table", global = true, value_name = "TABLE")]
    snapshots: Option<String>,
    /// The table of the durable states [default: states]
    #[arg(long = "states-table", global = true, value_name = "TABLE")]
    states: Option<String>,
}

/// A table's name.
pub struct Name<'a> {
    pub table: &'a str,
    /// Whether it was said, or else is what such a table is called.
    pub is_given: bool,
}

impl<'a> Name<'a> {
    fn of(given: &'a Option<String>, default: &'static str) -> Self {
        Self { table: given.as_deref().unwrap_or(default), is_given: given.is_some() }
    }
}

impl Tables {
    pub fn events(&self) -> Name<'_> {
        Name::of(&self.events, "events")
    }

    pub fn snapshots(&self) -> Name<'_> {
        Name::of(&self.snapshots, "snapshots")
    }

    pub fn states(&self) -> Name<'_> {
        Name::of(&self.states, "states")
    }
}
