//! How far projections have come.

use rusqlite::Connection;

use crate::{
    error::Result,
    sqlite::{projection::Builds, tables::Tables, verify::Part},
    types::Problem,
};

/// Whether what is noted of their builds is as it was written.
pub(super) fn builds(connection: &Connection, tables: &Tables, part: &mut Part) -> Result<bool> {
    for outcome in Builds::check_all(connection, &tables.stem)? {
        match outcome {
            Err(error) if error.is_damage() => part.report(Problem::new(error)),
            sound => sound?,
        }
    }
    Ok(true)
}
