//! Random operations on the journal in SQLite, with the journal in memory as the oracle.
#![cfg(not(target_arch = "wasm32"))]

use actor_journal::{
    Batch, EventQuery, InMemoryJournal, Journal, NewEvent, PersistenceId, PersistentEvent,
    ReplayRange, Result, Seq, SqliteJournal, SqliteOptions, TagFilter,
};
use futures_util::TryStreamExt;
use proptest::{collection::vec, prelude::*, sample::subsequence};

#[derive(Clone, Debug)]
enum Operation {
    Append { stream: u8, expected: Expected, values: Vec<(u8, Vec<&'static str>)> },
    Repeat { batch: prop::sample::Index, expected: Expected },
    Delete { stream: u8, to: Seq },
    RaiseMark { stream: u8, through: Seq },
    Read { stream: u8, range: ReplayRange },
    Tagged { all: Vec<&'static str>, any: Vec<&'static str>, not: Vec<&'static str>, after: u64 },
    Ids { after: Option<u8>, limit: usize },
    Reopen,
}

#[derive(Clone, Debug)]
enum Expected {
    Head,
    Number(Seq),
}

const TAGS: [&str; 3] = ["x", "y", "z"];

fn tags() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(TAGS.to_vec(), 0..=3)
}

fn expected() -> impl Strategy<Value = Expected> {
    prop_oneof![4 => Just(Expected::Head), 1 => (0..8_u64).prop_map(Expected::Number)]
}

fn operation() -> impl Strategy<Value = Operation> {
    let range = (0..12_u64, 0..12_u64, 0..9_u64)
        .prop_map(|(from, to, limit)| ReplayRange::from(from..=to).limit(limit));
    prop_oneof![
        6 => (0..3_u8, expected(), vec((any::<u8>(), tags()), 0..4))
            .prop_map(|(stream, expected, values)| Operation::Append { stream, expected, values }),
        2 => (any::<prop::sample::Index>(), expected())
            .prop_map(|(batch, expected)| Operation::Repeat { batch, expected }),
        1 => (0..4_u8, 0..9_u64).prop_map(|(stream, to)| Operation::Delete { stream, to }),
        1 => (0..4_u8, 0..9_u64).prop_map(|(stream, through)| Operation::RaiseMark { stream, through }),
        2 => (0..4_u8, range).prop_map(|(stream, range)| Operation::Read { stream, range }),
        2 => (tags(), tags(), tags(), 0..20_u64)
            .prop_map(|(all, any, not, after)| Operation::Tagged { all, any, not, after }),
        1 => (proptest::option::of(0..4_u8), 1..4_usize)
            .prop_map(|(after, limit)| Operation::Ids { after, limit }),
        1 => Just(Operation::Reopen),
    ]
}

fn id(stream: u8) -> PersistenceId {
    PersistenceId::new(format!("stream-{stream}")).unwrap()
}

fn event(value: u8, tags: &[&str]) -> NewEvent {
    let event = NewEvent::json(&value).unwrap().tagged(tags).unwrap();
    match value % 4 {
        0 => event,
        version => event.named("m", version.into()).unwrap(),
    }
}

/// What a journal answered, without what may differ.
fn answer<T: std::fmt::Debug>(result: Result<T>) -> std::result::Result<String, &'static str> {
    result.map(|value| format!("{value:?}")).map_err(|error| error.code())
}

fn untimed(events: Vec<PersistentEvent>) -> Vec<PersistentEvent> {
    events.into_iter().map(|event| PersistentEvent { timestamp: 0, ..event }).collect()
}

/// One of the two journals, with the appends that were tried on it.
struct Subject<'a> {
    journal: &'a dyn Journal,
}

impl Subject<'_> {
    async fn run(
        &self,
        operation: &Operation,
        tried: &[(u8, Batch)],
    ) -> std::result::Result<String, &'static str> {
        match operation {
            Operation::Append { stream, expected, .. } => {
                let Some((_, batch)) = tried.last() else { unreachable!("an append was prepared") };
                self.append(*stream, expected, batch).await
            }
            Operation::Repeat { batch, expected } if !tried.is_empty() => {
                let (stream, batch) = batch.get(tried);
                self.append(*stream, expected, batch).await
            }
            Operation::Repeat { .. } | Operation::Reopen => Ok(String::new()),
            Operation::Delete { stream, to } => {
                answer(self.journal.delete(&id(*stream), *to).await)
            }
            Operation::RaiseMark { stream, through } => {
                answer(self.journal.raise_compaction_mark(&id(*stream), *through).await)
            }
            Operation::Read { stream, range } => {
                answer(self.journal.read(&id(*stream), *range).await.map(untimed))
            }
            Operation::Tagged { all, any, not, after } => {
                let filter = TagFilter::new(all.clone(), any.clone(), not.clone()).unwrap();
                let found: Result<Vec<_>> =
                    self.journal.events_by_tag(filter, *after).try_collect().await;
                answer(found.map(untimed))
            }
            Operation::Ids { after, limit } => {
                answer(self.journal.persistence_ids(after.map(id).as_ref(), *limit).await)
            }
        }
    }

    async fn append(
        &self,
        stream: u8,
        expected: &Expected,
        batch: &Batch,
    ) -> std::result::Result<String, &'static str> {
        let expected = match expected {
            Expected::Head => self.journal.highest_seq(&id(stream)).await.unwrap(),
            Expected::Number(seq) => *seq,
        };
        answer(self.journal.append(&id(stream), expected, batch.clone()).await.map(untimed))
    }
}

async fn compare(operations: Vec<Operation>, wal: bool) -> std::result::Result<(), TestCaseError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.db");
    let options = SqliteOptions::new(path.to_str().unwrap()).wal(wal);
    let oracle = InMemoryJournal::new();
    let mut journal = SqliteJournal::open(options.clone()).await.unwrap();
    let mut tried: Vec<(u8, Batch)> = Vec::new();
    for operation in &operations {
        match operation {
            Operation::Append { stream, values, .. } => {
                let entries = values.iter().map(|(value, tags)| event(*value, tags));
                tried.push((*stream, entries.collect::<Vec<_>>().into()));
            }
            Operation::Reopen => {
                journal.close().await.unwrap();
                journal = SqliteJournal::open(options.clone()).await.unwrap();
            }
            _ => {}
        }
        let actual = Subject { journal: &journal }.run(operation, &tried).await;
        let expected = Subject { journal: &oracle }.run(operation, &tried).await;
        prop_assert_eq!(actual, expected, "{:?}", operation);
    }
    let everything = EventQuery::default();
    let actual = journal.events_page(everything.clone(), usize::MAX).await.unwrap().events;
    let expected = oracle.events_page(everything, usize::MAX).await.unwrap().events;
    prop_assert_eq!(untimed(actual), untimed(expected));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_file_answers_as_memory_does(operations in vec(operation(), 1..40), wal: bool) {
        pollster::block_on(compare(operations, wal))?;
    }
}
