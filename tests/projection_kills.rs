//! A program that keeps a view is killed at each of its statements in turn: what it has left is what
//! the events make of it up to the position, and the next one goes on from there.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod projecting;
mod words;

use std::{
    env,
    process::{Command, Stdio, abort},
    sync::atomic::{AtomicU32, Ordering::SeqCst},
};

use actor_journal::{
    HandlerError, Journal, PersistentEvent, Projection, SqliteJournal, SqliteOptions,
    SqliteProjection, View,
};
use place::Place;
use projecting::{Totals, folded, totals};
use words::{append, event, id};

/// What tells a process of this test that it is the one to be killed: the file's path, whether it has a
/// log, and at which statement.
const ORDERS: &str = "ACTOR_JOURNAL_PROJECTING";

const EVENTS: u64 = 12;

/// How many events are there before the view is rebuilt.
const FIRST: u64 = 5;

/// The view of [`Totals`], whose process ends at a statement.
struct Killed {
    totals: Totals,
    left: AtomicU32,
}

impl Killed {
    fn statement(&self) {
        if self.left.fetch_sub(1, SeqCst) == 1 {
            abort();
        }
    }
}

impl Projection for Killed {
    fn name(&self) -> &str {
        self.totals.name()
    }

    fn tables(&self) -> &[&str] {
        self.totals.tables()
    }

    fn create(&self, view: &View<'_>) -> Result<(), HandlerError> {
        self.statement();
        self.totals.create(view)?;
        self.statement();
        Ok(())
    }

    fn apply(&self, view: &View<'_>, event: &PersistentEvent) -> Result<(), HandlerError> {
        self.statement();
        self.totals.apply(view, event)?;
        self.statement();
        Ok(())
    }
}

async fn open(path: &str, has_log: bool) -> SqliteJournal {
    SqliteJournal::open(SqliteOptions::new(path).wal(has_log)).await.unwrap()
}

/// Appends and projects, with a rebuild in the midst of it, and is killed at a statement.
async fn project(path: &str, has_log: bool, statement: u32) {
    let journal = open(path, has_log).await;
    let killed = Killed { totals: Totals::default(), left: AtomicU32::new(statement) };
    let projection = SqliteProjection::open(&journal, killed).await.unwrap();
    for seq in journal.highest_seq(&id("a")).await.unwrap()..EVENTS {
        append(&journal, "a", seq, event(seq + 1)).await;
        if seq == FIRST {
            projection.rebuild().await.unwrap();
        }
        projection.catch_up().await.unwrap();
    }
    projection.catch_up().await.unwrap();
    journal.close().await.unwrap();
}

/// Runs this test's own program once more, as the one that is killed; answers whether it was.
fn is_killed(path: &str, has_log: bool, statement: u32) -> bool {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "whatever_statement_it_is_killed_at", "--nocapture"]);
    command.env(ORDERS, format!("{statement} {has_log} {path}"));
    !command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
}

async fn check(path: &str, has_log: bool) -> u64 {
    let journal = open(path, has_log).await;
    let projection = SqliteProjection::open(&journal, Totals::default()).await.unwrap();
    let position = projection.position().await.unwrap();
    assert_eq!(totals(&projection).await, folded(&journal, position).await);
    journal.close().await.unwrap();
    position
}

#[test]
fn whatever_statement_it_is_killed_at() {
    if let Ok(orders) = env::var(ORDERS) {
        let mut orders = orders.splitn(3, ' ');
        let mut next = || orders.next().unwrap();
        let (statement, has_log) = (next().parse().unwrap(), next().parse().unwrap());
        return pollster::block_on(project(next(), has_log, statement));
    }
    for has_log in [true, false] {
        let mut statement = 1;
        loop {
            let place = Place::new();
            let path = place.path("events.db");
            if !is_killed(&path, has_log, statement) {
                break;
            }
            pollster::block_on(check(&path, has_log));
            assert!(!is_killed(&path, has_log, u32::MAX), "the next one goes on");
            assert_eq!(pollster::block_on(check(&path, has_log)), EVENTS);
            statement += 1;
        }
        // Two at each event and two at each making of the tables, of which a rebuild has its own.
        let applied = EVENTS + FIRST + 1;
        assert!(u64::from(statement) > 2 * applied, "killed at {statement} statements alone");
    }
}
