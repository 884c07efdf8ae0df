//! What stands beside the tables and has a say when they are written to.

use rusqlite::Connection;

use super::definition::{is_word, words};
use crate::error::{Error, ErrorKind, Result};

/// Refuses triggers on `tables` of which nobody knows what they do, indexes that compute something
/// or forbid something, and foreign keys of other tables that refer to them.
pub(crate) fn check_bystanders(connection: &Connection, tables: &[String]) -> Result<()> {
    let ours = |name: &str| tables.iter().any(|table| table.eq_ignore_ascii_case(name));
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        let (table, sql): (String, String) = (row.get(2)?, row.get(3)?);
        let has_a_say = match kind.as_str() {
            "trigger" => ours(&table),
            "index" => ours(&table) && !ours(&name) && !is_plain(&sql),
            "table" => !ours(&name) && refers(&sql, ours),
            _ => false,
        };
        if has_a_say {
            let message =
                format!("{kind} {name:?} would have a say in what is written to the tables");
            return Err(Error::new(ErrorKind::Corrupt, message));
        }
    }
    Ok(())
}

/// Whether an index is of columns alone, and lets every row pass.
fn is_plain(sql: &str) -> bool {
    let words = words(sql);
    let signs = words.chars().filter(|sign| !is_word(*sign) && !" ,".contains(*sign));
    let asks = words.split(' ').any(|word| word == "unique" || word == "where");
    signs.eq("()".chars()) && !asks
}

/// Whether a foreign key refers to one of ours.
fn refers(sql: &str, ours: impl Fn(&str) -> bool) -> bool {
    let words = words(sql);
    let mut words = words.split(' ');
    while words.any(|word| word == "references") {
        if words.next().is_some_and(&ours) {
            return true;
        }
    }
    false
}
