use std::rc::Rc;

use rusqlite::{CachedStatement, Connection, ErrorCode, Params, Row};

use crate::{
    error::{Error, ErrorKind, Result},
    sqlite::warrant::Warrant,
};

/// The tables of a projection, inside the transaction that also moves its position, or to be read.
///
/// Statements name the projection's tables in braces, `{balances}`: while a projection is rebuilt
/// beside the one that stands, they have other names. They may read all of the database, and write
/// to these tables alone.
pub struct View<'c> {
    connection: &'c Connection,
    names: &'c Names,
    warrant: Warrant,
}

/// What the tables of one build are called.
pub(super) struct Names {
    tables: Vec<String>,
    suffix: String,
}

impl Names {
    pub(super) fn new(tables: &[String], suffix: String) -> Self {
        Self { tables: tables.to_vec(), suffix }
    }

    /// The tables, each as it is called in statements and as it is called in the file.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, String)> {
        self.tables.iter().map(|table| (&**table, format!("{table}{}", self.suffix)))
    }

    fn owned(&self) -> Rc<[String]> {
        self.all().map(|(_, table)| table).collect()
    }

    /// `sql` with the names in braces replaced.
    fn fill(&self, sql: &str) -> String {
        let mut filled = sql.to_owned();
        for (name, table) in self.all() {
            filled = filled.replace(&format!("{{{name}}}"), &table);
        }
        filled
    }
}

impl<'c> View<'c> {
    pub(super) fn to_read(connection: &'c Connection, names: &'c Names) -> Self {
        Self { connection, names, warrant: Warrant::Read }
    }

    pub(super) fn to_write(connection: &'c Connection, names: &'c Names) -> Self {
        Self { connection, names, warrant: Warrant::Write(names.owned()) }
    }

    pub(super) fn to_make(connection: &'c Connection, names: &'c Names) -> Self {
        Self { connection, names, warrant: Warrant::Make(names.owned()) }
    }

    /// Runs one statement that answers no rows, and answers how many rows it changed.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for a statement that SQLite refuses, or that may not do what it would; the
    /// codes of the storage.
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.warrant.over(|| self.prepare(sql)?.execute(params).map_err(refused))
    }

    /// Runs statements one after the other, without parameters.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn execute_batch(&self, sql: &str) -> Result<()> {
        let sql = self.names.fill(sql);
        self.warrant.over(|| self.connection.execute_batch(&sql).map_err(refused))
    }

    /// The rows that a statement answers, each as `read` makes it.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute), and what `read` reports.
    pub fn query<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        self.warrant.over(|| {
            let mut select = self.prepare(sql)?;
            let rows = select.query_map(params, read).map_err(refused)?;
            rows.map(|row| row.map_err(refused)).collect()
        })
    }

    /// A statement that was compiled under another warrant, or under none, is not taken for this one.
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'c>> {
        let sql = format!("/* {} */ {}", self.warrant, self.names.fill(sql));
        self.connection.prepare_cached(&sql).map_err(refused)
    }
}

/// What SQLite says of a statement is for its author; the rest is the storage's.
fn refused(error: rusqlite::Error) -> Error {
    if error.sqlite_error_code() == Some(ErrorCode::AuthorizationForStatementDenied) {
        let message = "a projection may write to its own tables alone, and makes them in `create`";
        return Error::caused(ErrorKind::InvalidArgument, message, error);
    }
    match Error::from(error) {
        own if *own.kind() == ErrorKind::Internal => {
            Error::caused(ErrorKind::InvalidArgument, own.to_string(), own)
        }
        own => own,
    }
}
