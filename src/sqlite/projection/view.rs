use std::{ffi::c_int, rc::Rc};

use rusqlite::{CachedStatement, Connection, Error as SqliteError, ErrorCode, Params, Row};

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

    /// What is wrong with a name in braces that is none of them.
    fn lack(&self, name: &str) -> String {
        let own: Vec<_> = self.tables.iter().map(|table| format!("{{{table}}}")).collect();
        let own = if own.is_empty() { "none".to_owned() } else { own.join(", ") };
        format!("{{{name}}} is no table of the projection, whose tables are: {own}")
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
        self.warrant.over(|| {
            let executed = self.prepare(sql)?.execute(params);
            executed.map_err(|error| self.refused(error))
        })
    }

    /// Runs statements one after the other, without parameters.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn execute_batch(&self, sql: &str) -> Result<()> {
        let sql = self.names.fill(sql);
        self.warrant
            .over(|| self.connection.execute_batch(&sql).map_err(|error| self.refused(error)))
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
            let rows = select.query_map(params, read).map_err(|error| self.refused(error))?;
            rows.map(|row| row.map_err(|error| self.refused(error))).collect()
        })
    }

    /// A statement that was compiled under another warrant, or under none, is not taken for this one.
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'c>> {
        let mark = format!("/* {} */ ", self.warrant);
        let marked = format!("{mark}{}", self.names.fill(sql));
        let prepared = self.connection.prepare_cached(&marked);
        prepared.map_err(|error| self.refused(unmarked(error, mark.len())))
    }

    /// What SQLite says of a statement is for its author; the rest is the storage's.
    fn refused(&self, error: SqliteError) -> Error {
        let message = match error.sqlite_error_code() {
            Some(ErrorCode::AuthorizationForStatementDenied) => Some(self.denial().to_owned()),
            _ => unknown(&error).map(|name| self.names.lack(name)).or_else(|| unread(&error)),
        };
        if let Some(message) = message {
            return Error::caused(ErrorKind::InvalidArgument, message, error);
        }
        match Error::from(error) {
            own if *own.kind() == ErrorKind::Internal => {
                Error::caused(ErrorKind::InvalidArgument, own.to_string(), own)
            }
            own => own,
        }
    }

    /// Why a statement is not allowed.
    fn denial(&self) -> &'static str {
        match self.warrant {
            Warrant::Read => "a query may read tables alone: no write, no `PRAGMA`, no `ATTACH`",
            Warrant::Write(_) => {
                "a projection may write to its own tables alone, and makes them in `create`: no `PRAGMA`, no `ATTACH`"
            }
            Warrant::Make(_) => {
                "`create` may make the projection's own tables alone, and indexes on them"
            }
        }
    }
}

/// The error of a statement as its author wrote it: without the mark of this length in front of it.
fn unmarked(error: SqliteError, mark: usize) -> SqliteError {
    match error {
        SqliteError::SqlInputError { error, msg, sql, offset } => SqliteError::SqlInputError {
            error,
            msg,
            sql: sql[mark..].to_owned(),
            offset: offset - mark as c_int,
        },
        other => other,
    }
}

/// Why a row is not what its reader takes it for.
fn unread(error: &SqliteError) -> Option<String> {
    use SqliteError::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    match error {
        InvalidColumnType(..) | IntegralValueOutOfRange(..) | FromSqlConversionFailure(..) => {
            Some(format!("a row cannot be read so: {error}"))
        }
        _ => None,
    }
}

/// The name in braces that SQLite has stumbled over.
fn unknown(error: &SqliteError) -> Option<&str> {
    let SqliteError::SqlInputError { sql, offset, .. } = error else { return None };
    let rest = sql.get(usize::try_from(*offset).ok()?..)?;
    Some(rest.strip_prefix('{')?.split_once('}')?.0)
}
