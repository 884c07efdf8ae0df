//! Whether what is stored is sound. A check is a sequence of parts, each one short read transaction;
//! where the next one goes on is told to the caller, so that appends go on in between, and the check
//! itself where another owner has taken the database over.

mod contents;
mod cursor;
mod journal;
mod snapshots;
mod states;

use std::fmt::Display;

use rusqlite::Connection;

use super::tables::at_once;
use crate::{
    error::{Error, ErrorKind, Result},
    types::{AppendToken, PersistenceId, Problem, Progress, Seq, Verification, VerificationPage},
};
pub(super) use contents::checks;
use cursor::Cursor;

/// One pass over one table, of which each call takes a piece; answers whether that was the last.
type Stage<'a> = &'a dyn Fn(&mut Part) -> Result<bool>;

/// What a part of a check has found, and how far it has come.
struct Part {
    found: Verification,
    at: Cursor,
}

impl Part {
    /// Reports damage.
    fn report(&mut self, problem: Problem) {
        self.found.damage.get_or_insert_with(|| problem.clone());
        self.report_irregular(problem);
    }

    /// Reports what may have been stored as it is: by an earlier version, another program, or a codec
    /// that nobody here knows.
    fn report_irregular(&mut self, problem: Problem) {
        let (found, problems) = (1, vec![problem]);
        self.found.add(Verification { found, problems, ..Verification::default() });
    }

    /// Reports what a rule of the contract says against an id or a tag, where it does.
    fn hold_to<T>(&mut self, id: &PersistenceId, seq: Seq, rule: Result<T>) {
        if let Err(error) = rule {
            self.report_irregular(Problem::of(id, seq, error));
        }
    }

    /// Reports what an error says, where it is one; at `seq`, unless it says where.
    fn expect<T>(&mut self, id: &PersistenceId, seq: Seq, outcome: Result<T>) -> Option<T> {
        let report = |error: Error| {
            let seq = if let ErrorKind::Integrity { seq, .. } = error.kind() { *seq } else { seq };
            self.report(Problem::of(id, seq, error));
        };
        outcome.map_err(report).ok()
    }

    fn check_token(&mut self, id: &PersistenceId, seq: Seq, token: &[u8]) {
        const LENGTH: usize = AppendToken::LENGTH;
        if token.len() != LENGTH {
            self.report(Problem::of(id, seq, format!("its token has not {LENGTH} bytes")));
        }
    }

    /// Counts rows that were met.
    fn done(&mut self, rows: u64) {
        let Progress { done, total } = &mut self.at.progress;
        *done += rows;
        *total = *done.max(total);
    }
}

impl Problem {
    /// Of the whole file.
    fn new(what: impl Display) -> Self {
        Self { id: None, seq: None, what: what.to_string() }
    }

    /// Of a stream or a state, at seq 0 of all of it.
    fn of(id: &PersistenceId, seq: Seq, what: impl Display) -> Self {
        let seq = (seq > 0).then_some(seq);
        Self { id: Some(id.clone()), seq, what: what.to_string() }
    }
}

/// The part of a check that `cursor` names, which is one of `stages`. What is so damaged that the
/// stage cannot go on is a problem, and the next stage follows.
fn part(connection: &Connection, cursor: &str, stages: &[Stage<'_>]) -> Result<VerificationPage> {
    let at = Cursor::parse(cursor)?;
    let stage = stages.get(at.stage).ok_or_else(|| cursor::invalid(cursor))?;
    let mut part = Part { found: Verification::default(), at };
    let ended = at_once(connection, || stage(&mut part)).or_else(|error| {
        if !error.is_damage() {
            return Err(error);
        }
        part.report(Problem::new(format!("what follows could not be checked: {error}")));
        Ok(true)
    })?;
    if ended {
        part.at = part.at.next_stage();
    }
    let next = (part.at.stage < stages.len()).then(|| part.at.to_string());
    Ok(VerificationPage { found: part.found, progress: part.at.progress, next })
}

/// All parts of a check, taken together.
pub(super) async fn whole<F>(
    part: impl Fn(String) -> F,
    mut progress: impl FnMut(Progress),
) -> Result<Verification>
where
    F: Future<Output = Result<VerificationPage>>,
{
    let mut whole = Verification::default();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let part = part(cursor).await?;
        whole.add(part.found);
        progress(part.progress);
        next = part.next;
    }
    Ok(whole)
}

/// SQLite's own check of all pages, or of those of one table and its indexes, with a progress of
/// `rows` of which each is met once more behind it.
fn structure(
    connection: &Connection,
    part: &mut Part,
    table: Option<&str>,
    rows: &str,
) -> Result<bool> {
    let check = match table {
        Some(table) => format!("PRAGMA integrity_check(\"{table}\")"),
        None => "PRAGMA integrity_check".to_owned(),
    };
    let mut check = connection.prepare(&check)?;
    let mut lines = check.query([])?;
    while let Some(line) = lines.next()? {
        let line: String = line.get(0)?;
        if line != "ok" {
            part.report(Problem::new(format!("SQLite finds: {}", line.replace('\n', "; "))));
        }
    }
    let rows: i64 = connection.query_row(rows, [], |row| row.get(0))?;
    let rows = rows.unsigned_abs();
    part.at.progress.total = 2 * rows;
    part.done(rows);
    Ok(true)
}
