//! One page out of a large journal, wherever it stands.

use std::time::{Duration, Instant};

use actor_journal::{EventQuery, Journal, PersistenceId, ReplayRange, SqliteJournal, TagFilter};
use criterion::Criterion;

use crate::{
    Result,
    large::{self, TENTH},
    ours, place,
    result::Suite,
    rounds::{self, About, Contender, Unit},
};

const PAGES: u64 = 20;

/// The least and the most that one asks for at once.
const SIZES: [usize; 2] = [256, 2048];

/// Where a page stands, as a part of the whole.
const PLACES: [(&str, f64); 3] =
    [("at the beginning", 0.0), ("in the middle", 0.5), ("at the end", 1.0)];

pub fn measure(criterion: &mut Criterion, suite: &mut Suite) -> Result<()> {
    let (ids, events) = (place::count(10_000, 1000), place::count(10_000_000, 200_000));
    let about = About {
        workload: "page-of-10m",
        title: format!(
            "one page of a journal of {} events of {} ids, a tenth of them tagged",
            place::grouped(events),
            place::grouped(ids)
        ),
        events: PAGES,
        unit: Unit::Milliseconds,
        goals: Vec::new(),
    };
    rounds::measure(criterion, suite, about, || {
        let journal = ours::open(&large::lasting(ids, events)?)?;
        let mut contenders = Vec::new();
        for (place, part) in PLACES {
            let pages = Pages { journal: journal.clone(), ids, events, part };
            contenders.extend(pages.contenders(place)?);
        }
        Ok(contenders)
    })?;
    Ok(())
}

/// Pages at one place.
#[derive(Clone)]
struct Pages {
    journal: SqliteJournal,
    ids: u64,
    events: u64,
    part: f64,
}

impl Pages {
    fn contenders(&self, place: &str) -> Result<Vec<Contender>> {
        let mut contenders = Vec::new();
        let tenth = TagFilter::one(TENTH)?;
        for size in SIZES {
            for (what, filter, rarity) in
                [("all events", TagFilter::default(), 1), ("one tag", tenth.clone(), 10)]
            {
                let pages = self.clone();
                let turn = move || timed(|| pages.by_position(&filter, size, rarity));
                contenders.push(Contender::new(format!("{size} of {what}, {place}"), PAGES, turn));
            }
        }
        type Read = fn(&Pages, usize) -> Result<usize>;
        let others: [(&str, Read); 3] = [
            ("of one id", Self::of_stream),
            ("ids", Self::of_ids),
            ("ids as they began", Self::of_beginnings),
        ];
        for (what, read) in others {
            let pages = self.clone();
            let turn = move || timed(|| read(&pages, SIZES[0]));
            contenders.push(Contender::new(format!("{} {what}, {place}", SIZES[0]), PAGES, turn));
        }
        Ok(contenders)
    }

    /// The number behind which a page begins that holds `size` of `count`.
    fn behind(&self, count: u64, size: u64) -> u64 {
        (count.saturating_sub(size) as f64 * self.part) as u64
    }

    fn by_position(&self, filter: &TagFilter, size: usize, rarity: u64) -> Result<usize> {
        let after = self.behind(self.events, size as u64 * rarity);
        let query = EventQuery { filter: filter.clone(), after, until: self.events };
        let page = pollster::block_on(self.journal.events_page(query, size))?;
        expect(page.events.len(), size.min((self.events / rarity) as usize))
    }

    /// Of a stream that stands where the page does.
    fn of_stream(&self, size: usize) -> Result<usize> {
        let id = PersistenceId::new(ours::id(self.behind(self.ids, 1)))?;
        let events = self.events / self.ids;
        let from = 1 + self.behind(events, size as u64);
        let range = ReplayRange::from(from..=events).limit(size as u64);
        let page = pollster::block_on(self.journal.replay_page(&id, range, false))?;
        expect(page.events.len(), size.min(events as usize))
    }

    fn of_ids(&self, size: usize) -> Result<usize> {
        let after = PersistenceId::new(ours::id(self.behind(self.ids, size as u64 + 1)))?;
        let ids = pollster::block_on(self.journal.persistence_ids(Some(&after), size))?;
        expect(ids.len(), size)
    }

    fn of_beginnings(&self, size: usize) -> Result<usize> {
        let skip = self.behind(self.ids, size as u64);
        let ids = pollster::block_on(self.journal.persistence_ids_begun(skip, size))?;
        expect(ids.len(), size)
    }
}

fn expect(found: usize, expected: usize) -> Result<usize> {
    if found != expected {
        return Err(format!("{found} instead of {expected}").into());
    }
    Ok(found)
}

fn timed(page: impl Fn() -> Result<usize>) -> Result<Duration> {
    let begin = Instant::now();
    for _ in 0..PAGES {
        page()?;
    }
    Ok(begin.elapsed())
}
