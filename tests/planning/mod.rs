//! How SQLite looks for what the statements of this program ask for.

use std::{
    collections::BTreeSet,
    future::Future,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, config::DbConfig};

use crate::statements;

/// The statements that were run on connections of this program since they were asked for last.
static RUN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Listens to every connection that is opened from now on. One test does at a time.
pub struct Listener {
    _alone: MutexGuard<'static, ()>,
}

impl Listener {
    pub fn start() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        statements::listen(|sql| {
            run().insert(sql.to_string_lossy().into_owned());
        });
        Self { _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// The plans of what is read while `work` is done, as the database of `connection` has them.
    pub async fn plans(
        &self,
        connection: &Connection,
        work: impl Future<Output = ()>,
    ) -> Vec<Plan> {
        run().clear();
        work.await;
        let statements = mem::take(&mut *run());
        let reading = statements.into_iter().filter(|sql| sql.starts_with("SELECT"));
        reading.map(|sql| Plan::of(connection, sql)).collect()
    }
}

fn run() -> MutexGuard<'static, BTreeSet<String>> {
    RUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The steps of a statement.
pub struct Plan {
    pub sql: String,
    pub steps: Vec<String>,
}

impl Plan {
    /// The values that will be bound are unknown, as they are where the journal has it compiled.
    fn of(connection: &Connection, sql: String) -> Self {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = explain.raw_query().mapped(|row| row.get("detail")).collect::<Result<_, _>>();
        Self { sql, steps: steps.unwrap() }
    }

    /// Every row of a table is found by a key or by an index, and nothing is sorted: all that it goes
    /// through from the beginning is what it has `found` itself.
    pub fn assert_looked_up(&self, found: &[&str]) {
        let Self { sql, steps } = self;
        for step in steps {
            let scanned = step.strip_prefix("SCAN ").is_none_or(|scanned| found.contains(&scanned));
            let made = ["TEMP B-TREE", "AUTOMATIC"].iter().any(|word| step.contains(word));
            assert!(scanned && !made, "{step}, of {steps:#?} for {sql}");
        }
        assert!(steps.iter().any(|step| step.starts_with("SEARCH ")), "{steps:?} for {sql}");
    }
}
