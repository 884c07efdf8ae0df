//! Few events among many, by their tags.

use std::path::Path;

use actor_journal::{
    Batch, EventQuery, Journal, NewEvent, PersistenceId, SqliteJournal, TagFilter,
};
use criterion::Criterion;

use crate::{
    Result,
    event::Moved,
    ours,
    place::{self, Place},
    result::{Goal, Suite},
    rounds::{self, About, Contender, Unit},
};

/// What is looked for, and beside it in the index tags that every third event has.
const RARE: &str = "tag-b";
const NEIGHBOURS: [&str; 2] = ["tag-a", "tag-c"];

/// How many events have the rare tag, and how many are asked for.
const FEW: usize = 10;

const QUERIES: u64 = 20;
const BATCH: u64 = 1000;

pub fn measure(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let (place, events) = (Place::new()?, place::count(3_000_000, 30_000));
    let queries = queries()?;
    let names = queries.iter().map(|(name, _)| (*name).to_owned());
    let goals = names.map(|of| Goal { of, at_most: Some(5.0), ..Goal::default() }).collect();
    let about = About {
        workload: "tagged-10-of-3m",
        title: format!("one page of {FEW} events by tags, of {}", place::grouped(events)),
        events: QUERIES,
        unit: Unit::Milliseconds,
        goals,
    };
    rounds::measure(criterion, suite, about, || {
        let path = place.path("tagged.db");
        fill(&path, events)?;
        let journal = ours::open(&path)?;
        let mut contenders: Vec<_> = queries
            .iter()
            .map(|(name, filter)| {
                let (journal, filter) = (journal.clone(), filter.clone());
                let again = move || page(&journal, &filter, QUERIES);
                Contender::new(*name, QUERIES, again)
            })
            .collect();
        let (name, filter) = queries[0].clone();
        let first = move || page(&ours::open(&path)?, &filter, 1);
        contenders.push(Contender::new(format!("{name}, just opened"), 1, first));
        Ok(contenders)
    })?;
    Ok(())
}

fn queries() -> Result<Vec<(&'static str, TagFilter)>> {
    let [left, right] = NEIGHBOURS;
    let new = |all: &[&str], any: &[&str], not: &[&str]| TagFilter::new(all, any, not);
    Ok(vec![
        ("a rare tag", new(&[RARE], &[], &[])?),
        ("all of a common one and a rare one", new(&[left, RARE], &[], &[])?),
        ("any of a rare one and one that none has", new(&[], &[RARE, "none"], &[])?),
        ("any of two common ones and a rare one", new(&[], &[left, RARE, right], &[])?),
        ("a rare one and not a common one", new(&[RARE], &[], &[right])?),
        ("neither of two common ones", new(&[], &[], &[left, right])?),
    ])
}

/// How long it takes to read the first page so many times.
fn page(journal: &SqliteJournal, filter: &TagFilter, times: u64) -> Result<std::time::Duration> {
    let begin = std::time::Instant::now();
    for _ in 0..times {
        let query = EventQuery { filter: filter.clone(), ..EventQuery::default() };
        let page = pollster::block_on(journal.events_page(query, FEW))?;
        if page.events.len() != FEW {
            return Err(format!("{} events instead of {FEW}", page.events.len()).into());
        }
    }
    Ok(begin.elapsed())
}

fn fill(path: &Path, events: u64) -> Result<()> {
    let journal = ours::open(path)?;
    for begin in (0..events).step_by(BATCH as usize) {
        let id = PersistenceId::new(ours::id(begin / BATCH))?;
        let batch = (begin..begin + BATCH).map(|number| tagged(number, events));
        let batch = batch.collect::<actor_journal::Result<Vec<_>>>()?;
        pollster::block_on(journal.append(&id, 0, Batch::from(batch)))?;
    }
    Ok(pollster::block_on(journal.close())?)
}

/// An event of a journal of so many: the rare ones stand far apart.
fn tagged(number: u64, events: u64) -> actor_journal::Result<NewEvent> {
    let [left, right] = NEIGHBOURS;
    let apart = events / FEW as u64;
    let tags: &[&str] = match number % 3 {
        _ if number % apart == apart / 2 => &[left, RARE],
        0 => &[left],
        1 => &[right],
        _ => &["tag-d"],
    };
    NewEvent::json(&Moved::nth(number))?.tagged(tags)
}
