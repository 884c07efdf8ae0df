//! A program that keeps a view is killed at each of its statements in turn: what it has left is what
//! the events make of it up to the position, and the next one goes on from there.
#![cfg(not(target_arch = "wasm32"))]

mod place;
mod projecting;
mod statements;
mod words;

use std::{
    collections::BTreeMap,
    env,
    ffi::CStr,
    process::{Command, Stdio, abort},
    sync::atomic::{AtomicU32, Ordering::SeqCst},
};

use actor_journal::{
    Journal, RebuildOptions, Recourse, SqliteJournal, SqliteOptions, SqliteProjection,
};
use place::Place;
use projecting::{Totals, totals};
use words::{append, event, everything, id};

/// What tells a process of this test that it is the one to be killed: the file's path, whether it has a
/// log, and at which statement.
const ORDERS: &str = "ACTOR_JOURNAL_PROJECTING";

/// What is appended. The view cannot take 6666, and passes over it.
const NUMBERS: [u64; 3] = [1, 6666, 3];

/// Behind how many of them the view is rebuilt.
const REBUILT: u64 = 2;

/// Statements that are left to be run, of all connections of the process that is killed.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// A statement begins, or the process ends.
fn begin(_sql: &CStr) {
    if LEFT.fetch_sub(1, SeqCst) == 1 {
        abort();
    }
}

fn view() -> Totals {
    Totals::that(|_, _| Recourse::Skip)
}

async fn open(path: &str, has_log: bool) -> SqliteJournal {
    SqliteJournal::open(SqliteOptions::new(path).wal(has_log)).await.unwrap()
}

/// Appends and projects, with a rebuild in the midst of it, and is killed at a statement.
async fn project(path: &str, has_log: bool, statement: u32) {
    statements::listen(begin);
    let journal = open(path, has_log).await;
    LEFT.store(statement, SeqCst);
    let projection = SqliteProjection::open(&journal, view()).await.unwrap();
    for seq in journal.highest_seq(&id("a")).await.unwrap()..NUMBERS.len() as u64 {
        append(&journal, "a", seq, event(NUMBERS[seq as usize])).await;
        projection.catch_up().await.unwrap();
        if seq + 1 == REBUILT {
            projection.rebuild(RebuildOptions::default()).await.unwrap();
        }
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

/// The view is what a plain fold of the events up to its position gives; answers that.
async fn check(path: &str, has_log: bool) -> u64 {
    let journal = open(path, has_log).await;
    let projection = SqliteProjection::open(&journal, view()).await.unwrap();
    let position = projection.position().await.unwrap();
    let (mut total, mut skipped) = (BTreeMap::new(), Vec::new());
    for event in everything(&journal).await.iter().filter(|event| event.position <= position) {
        match event.json().unwrap() {
            6666 => skipped.push(event.position),
            number => *total.entry("a".to_owned()).or_default() += number,
        }
    }
    assert_eq!(totals(&projection).await, total);
    let noted = projection.skipped().await.unwrap();
    assert_eq!(noted.iter().map(|skipped| skipped.position).collect::<Vec<_>>(), skipped);
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
            assert_eq!(pollster::block_on(check(&path, has_log)), NUMBERS.len() as u64);
            statement += 1;
        }
        assert!(statement > 100, "killed at {statement} statements alone");
    }
}
