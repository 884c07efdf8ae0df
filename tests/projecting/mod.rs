//! A projection that adds up the numbers of each stream.

// Each test file uses some of it.
#![allow(dead_code)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use actor_journal::{
    Error, HandlerError, Journal, PersistentEvent, Position, Projection, Recourse,
    SqliteProjection, TagFilter, View,
};

use crate::words::everything;

type OnFailure = Box<dyn Fn(&PersistentEvent, u32) -> Recourse + Send + Sync>;

pub struct Totals {
    name: &'static str,
    filter: TagFilter,
    creation: &'static str,
    doing: Option<&'static str>,
    factor: u64,
    on_failure: OnFailure,
    /// How often an event has failed.
    pub tries: Arc<AtomicU32>,
}

impl Default for Totals {
    fn default() -> Self {
        Self {
            name: "totals",
            filter: TagFilter::default(),
            creation: "CREATE TABLE {totals} (id TEXT PRIMARY KEY, total INTEGER NOT NULL);
                       CREATE INDEX {totals}_total ON {totals} (total)",
            doing: None,
            factor: 1,
            on_failure: Box::new(|_, _| Recourse::Stop),
            tries: Arc::default(),
        }
    }
}

impl Totals {
    pub fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    pub fn of(tag: &str) -> Self {
        Self { filter: TagFilter::one(tag).unwrap(), ..Self::default() }
    }

    pub fn made_by(creation: &'static str) -> Self {
        Self { creation, ..Self::default() }
    }

    /// With a statement beside its own.
    pub fn doing(statement: &'static str) -> Self {
        Self { doing: Some(statement), ..Self::default() }
    }

    pub fn times(factor: u64) -> Self {
        Self { factor, ..Self::default() }
    }

    pub fn that(
        on_failure: impl Fn(&PersistentEvent, u32) -> Recourse + Send + Sync + 'static,
    ) -> Self {
        Self { on_failure: Box::new(on_failure), ..Self::default() }
    }
}

impl Projection for Totals {
    fn name(&self) -> &str {
        self.name
    }

    fn tables(&self) -> &[&str] {
        &["totals"]
    }

    fn filter(&self) -> TagFilter {
        self.filter.clone()
    }

    fn create(&self, view: &View<'_>) -> Result<(), HandlerError> {
        Ok(view.execute_batch(self.creation)?)
    }

    fn apply(&self, view: &View<'_>, event: &PersistentEvent) -> Result<(), HandlerError> {
        let (id, number) = (event.id.as_str(), event.json::<u64>()?);
        view.execute("INSERT OR IGNORE INTO {totals} VALUES (?1, 0)", [id])?;
        if number == 6666 || number == 7777 {
            self.tries.fetch_add(1, SeqCst);
            assert!(number != 7777, "it is 7777");
            return Err(format!("it is {number}").into());
        }
        if let Some(statement) = self.doing {
            view.execute(statement, ())?;
        }
        let add = "UPDATE {totals} SET total = total + ?2 WHERE id = ?1";
        view.execute(add, (id, (number * self.factor).cast_signed()))?;
        Ok(())
    }

    fn on_failure(&self, event: &PersistentEvent, _: &Error, attempts: u32) -> Recourse {
        (self.on_failure)(event, attempts)
    }
}

/// What the view holds.
pub async fn totals(projection: &SqliteProjection<Totals>) -> BTreeMap<String, u64> {
    let read = |view: &View<'_>| {
        view.query("SELECT id, total FROM {totals}", (), |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
        })
    };
    projection.read(read).await.unwrap().into_iter().collect()
}

/// What a plain fold of the events up to a position gives.
pub async fn folded(journal: &impl Journal, until: Position) -> BTreeMap<String, u64> {
    let mut totals = BTreeMap::new();
    for event in everything(journal).await.iter().filter(|event| event.position <= until) {
        *totals.entry(event.id.to_string()).or_default() += event.json::<u64>().unwrap();
    }
    totals
}
