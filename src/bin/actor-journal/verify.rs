//! `actor-journal verify`

use std::time::Duration;

use actor_journal::{
    DatabaseInfo, DurableStateOptions, Error, ErrorKind, PersistenceId, Problem, Result,
    SnapshotOptions, SqliteDurableStateStore, SqliteJournal, SqliteOptions, SqliteSnapshotStore,
    TableInfo, Verification,
};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    bar::Bar,
    database::Database,
    failure::{Failure, Verdict},
    opening::{Name, Opening, Tables},
    output::Output,
};

/// Checks everything that a database file holds
///
/// SQLite's own check of the file; of each journal the seqs, heads, compaction marks, positions and
/// tags; of each event, snapshot and durable state the checksum, and whether it can be decoded. All
/// journals and stores of the file are checked, each for itself, whatever they are called: a
/// compacted stream may have its states elsewhere. --recovery holds the snapshots against the
/// journal. Others may go on writing meanwhile. The exit code is 3 where anything is wrong.
///
/// --json: one object, {"isSound", "checked": [{"kind", "table", "streams", "events", "tags",
/// "states", "unchecked", "opaque", "found", "problems": [{"persistenceId", "sequenceNr",
/// "message"}]}]}. The kind is `journal`, `snapshots` or `states`, or
/// `database` where the file itself is broken; "unchecked" are rows without a
/// checksum, "opaque" payloads of a codec that is not known here. Of what is found, the first 100
/// are among the problems.
#[derive(Args)]
pub struct Verify {
    /// The database file
    file: String,
    /// Also check that every stream of --events-table can be recovered with --snapshots-table: no
    /// snapshot lies above a head, and one covers whatever was compacted
    #[arg(long)]
    recovery: bool,
}

/// A journal or a store of the file, and what was found.
struct Checked {
    kind: &'static str,
    table: String,
    found: Verification,
}

/// What is to be checked.
struct Subject {
    kind: Kind,
    table: String,
    why: Why,
}

/// Why something is to be checked.
#[derive(Clone, Copy)]
enum Why {
    /// It was found in the file.
    IsThere,
    /// Its name was given.
    IsNamed,
    /// It has a name that such tables have.
    MayBeThere,
}

enum Kind {
    Journal,
    /// Held against a journal in the same file, where that is asked for.
    Snapshots {
        of: Option<String>,
    },
    States,
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Snapshots { .. } => "snapshots",
            Self::States => "states",
        }
    }
}

impl Verify {
    pub async fn run(self, opening: &Opening, output: &mut Output) -> Result<Verdict, Failure> {
        let (database, tables) = (Database::to_read(&self.file, opening), &opening.tables);
        let (mut checked, mut subjects) = (Vec::new(), Vec::new());
        match database.info().await {
            Ok(info) => {
                if self.recovery {
                    database.journal().await?;
                    database.snapshots().await?;
                }
                subjects = self.found(info, tables);
            }
            Err(error) => checked.push(damaged("database", &self.file, error)?),
        }
        subjects.extend(not_found(&subjects, tables));
        for Subject { kind, table, why } in subjects {
            match self.check(&kind, &table, opening.busy_timeout()).await {
                Ok(found) => checked.push(Checked { kind: kind.name(), table, found }),
                Err(error) => match (error.kind(), why) {
                    // It would have to be made.
                    (ErrorKind::ReadOnly, Why::MayBeThere) => {}
                    (ErrorKind::ReadOnly, Why::IsNamed) => return Err(self.none(&kind, &table)),
                    _ => checked.push(damaged(kind.name(), &table, error)?),
                },
            }
        }
        let is_sound = checked.iter().all(|checked| checked.found.is_sound());
        match output.is_json() {
            true => output.json(&object(is_sound, &checked))?,
            false => text(&checked).iter().try_for_each(|line| output.line(line))?,
        }
        Ok(if is_sound { Verdict::Good } else { Verdict::Damaged })
    }

    async fn check(&self, kind: &Kind, table: &str, wait: Duration) -> Result<Verification> {
        let bar = Bar::new("rows");
        let show = |progress| {
            bar.show(progress);
        };
        match kind {
            Kind::Journal => {
                let options = SqliteOptions::new(&self.file).events_table(table);
                let options = options.busy_timeout(wait).read_only(true);
                SqliteJournal::open(options).await?.verify(show).await
            }
            Kind::Snapshots { of } => {
                let options = SnapshotOptions::new(&self.file).snapshots_table(table);
                let options = options.busy_timeout(wait).read_only(true);
                SqliteSnapshotStore::open(options).await?.verify(of.as_deref(), show).await
            }
            Kind::States => {
                let options = DurableStateOptions::new(&self.file).states_table(table);
                let options = options.busy_timeout(wait).read_only(true);
                SqliteDurableStateStore::open(options).await?.verify(show).await
            }
        }
    }

    fn none(&self, kind: &Kind, table: &str) -> Failure {
        let message = format!("the file {:?} holds no {} {table:?}", self.file, kind.name());
        Error::new(ErrorKind::NotFound, message).into()
    }

    fn found(&self, info: DatabaseInfo, tables: &Tables) -> Vec<Subject> {
        let subject = |kind, table| Subject { kind, table, why: Why::IsThere };
        let journals = info.journals.into_iter();
        let journals = journals.map(|journal| subject(Kind::Journal, journal.events_table));
        let snapshots = info.snapshots.into_iter().map(|TableInfo { table, .. }| {
            let is_asked_for = self.recovery && table == tables.snapshots().table;
            subject(
                Kind::Snapshots { of: is_asked_for.then(|| tables.events().table.into()) },
                table,
            )
        });
        let states = info.states.into_iter().map(|states| subject(Kind::States, states.table));
        journals.chain(snapshots).chain(states).collect()
    }
}

/// The journal and the stores that were named but are not among `found`: the definition of a table
/// may be damaged.
fn not_found(found: &[Subject], tables: &Tables) -> Vec<Subject> {
    let named = [
        (Kind::Journal, tables.events()),
        (Kind::Snapshots { of: None }, tables.snapshots()),
        (Kind::States, tables.states()),
    ];
    let is_missing = |name: &Name| found.iter().all(|subject| subject.table != name.table);
    let missing = named.into_iter().filter(|(_, name)| is_missing(name));
    let subject = |(kind, Name { table, is_given }): (_, Name<'_>)| {
        let why = if is_given { Why::IsNamed } else { Why::MayBeThere };
        Subject { kind, table: table.into(), why }
    };
    missing.map(subject).collect()
}

/// What could not even be opened, where that is for damage.
fn damaged(kind: &'static str, table: &str, error: Error) -> Result<Checked> {
    if !error.is_damage() {
        return Err(error);
    }
    let mut found = Verification::default();
    found.found = 1;
    found.problems.push(Problem { id: None, seq: None, what: error.to_string() });
    Ok(Checked { kind, table: table.into(), found })
}

fn text(checked: &[Checked]) -> Vec<String> {
    let mut lines: Vec<_> = checked.iter().flat_map(lines).collect();
    let problems: u64 = checked.iter().map(|checked| checked.found.found).sum();
    lines.push(match problems {
        0 => "sound".into(),
        problems => format!("problems: {problems}"),
    });
    lines
}

fn lines(Checked { kind, table, found }: &Checked) -> Vec<String> {
    let counts = [
        (found.streams, "streams"),
        (found.events, "events"),
        (found.tags, "tags"),
        (found.states, "states"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, what)| format!("{count} {what}")).collect();
    let mut lines = vec![format!("{kind} {table}: {}", counts.join(", "))];
    lines.extend(found.problems.iter().map(|problem| format!("  {problem}")));
    let more = found.found.saturating_sub(found.problems.len() as u64);
    let remarks = [
        (more, "more problems"),
        (found.unchecked, "rows without a checksum"),
        (found.opaque, "payloads of a codec that is not known here"),
    ];
    let remarks = remarks.into_iter().filter(|(count, _)| *count > 0);
    lines.extend(remarks.map(|(count, what)| format!("  {count} {what}")));
    lines
}

fn object(is_sound: bool, checked: &[Checked]) -> Value {
    let problem = |problem: &Problem| {
        let id = problem.id.as_ref().map(PersistenceId::as_str);
        json!({ "persistenceId": id, "sequenceNr": problem.seq, "message": problem.what })
    };
    let checked = checked.iter().map(|Checked { kind, table, found }| {
        json!({
            "kind": kind,
            "table": table,
            "streams": found.streams,
            "events": found.events,
            "tags": found.tags,
            "states": found.states,
            "unchecked": found.unchecked,
            "opaque": found.opaque,
            "found": found.found,
            "problems": found.problems.iter().map(problem).collect::<Vec<_>>(),
        })
    });
    json!({ "isSound": is_sound, "checked": checked.collect::<Vec<_>>() })
}
