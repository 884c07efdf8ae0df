use actor_journal::{ErrorKind, Journal, NewEvent, PAGE_EVENTS, ReplayRange};
use futures_util::{StreamExt, TryStreamExt};

use crate::words::{append, batch, event, id, read, seqs, values};

pub async fn bounds_are_inclusive(journal: &impl Journal) {
    append(journal, "a", 0, batch(1..=5)).await;
    let cases: [(ReplayRange, &[u64]); 8] = [
        (ReplayRange::from(..), &[1, 2, 3, 4, 5]),
        (ReplayRange::from(0..), &[1, 2, 3, 4, 5]),
        (ReplayRange::from(2..=4), &[2, 3, 4]),
        (ReplayRange::from(5..=5), &[5]),
        (ReplayRange::from(4..99), &[4, 5]),
        (ReplayRange::from(6..), &[]),
        (ReplayRange { from: 4, to: 2, limit: 9 }, &[]),
        (ReplayRange::from(..=0), &[]),
    ];
    for (range, expected) in cases {
        let events = journal.read(&id("a"), range).await.unwrap();
        assert_eq!(seqs(&events), expected, "{range:?}");
    }
}

pub async fn the_limit_counts_events(journal: &impl Journal) {
    let many = PAGE_EVENTS as u64 + 10;
    append(journal, "a", 0, batch(1..=many)).await;
    for limit in [0, 1, PAGE_EVENTS as u64, PAGE_EVENTS as u64 + 1, many + 5] {
        let events = journal.read(&id("a"), ReplayRange::from(..).limit(limit)).await.unwrap();
        assert_eq!(values(&events), (1..=many.min(limit)).collect::<Vec<_>>());
    }
}

pub async fn an_unknown_id_has_no_events(journal: &impl Journal) {
    assert_eq!(read(journal, "nobody").await, []);
}

pub async fn many_pages_are_contiguous(journal: &impl Journal) {
    let many = 3 * PAGE_EVENTS as u64;
    append(journal, "a", 0, batch(1..=many)).await;
    append(journal, "b", 0, batch([1])).await;
    assert_eq!(values(&read(journal, "a").await), (1..=many).collect::<Vec<_>>());
}

pub async fn large_events_end_a_page_early(journal: &impl Journal) {
    let large = NewEvent::bytes(vec![b'7'; 700_000]);
    append(journal, "a", 0, vec![large; 5]).await;
    let page = journal.replay_page(&id("a"), ReplayRange::from(..), false).await.unwrap();
    assert_eq!((page.events.len(), page.last, page.through), (2, false, 5));
    assert_eq!(read(journal, "a").await.len(), 5);
}

pub async fn what_is_appended_meanwhile_is_not_replayed(journal: &impl Journal) {
    let many = 2 * PAGE_EVENTS as u64;
    append(journal, "a", 0, batch(1..=many)).await;
    let mut events = journal.replay(&id("a"), ReplayRange::from(..));
    events.next().await.unwrap().unwrap();
    append(journal, "a", many, batch(0..9)).await;
    let rest: Vec<_> = events.try_collect().await.unwrap();
    assert_eq!(rest.last().unwrap().seq, many, "it ends where the head was");
}

pub async fn a_slow_reader_blocks_no_append(journal: &impl Journal) {
    append(journal, "a", 0, batch(0..2000)).await;
    let mut events = journal.replay(&id("a"), ReplayRange::from(..));
    events.next().await.unwrap().unwrap();
    // The reader stands still in the middle of the stream while the writer goes on.
    append(journal, "b", 0, event(1)).await;
    journal.delete(&id("b"), 1).await.unwrap();
    assert_eq!(events.count().await, 1999);
}

pub async fn a_prefix_compacted_meanwhile_is_an_integrity_error(journal: &impl Journal) {
    let page = PAGE_EVENTS as u64;
    append(journal, "a", 0, batch(1..=3 * page)).await;
    let mut events = journal.replay(&id("a"), ReplayRange::from(..));
    events.next().await.unwrap().unwrap();
    journal.delete(&id("a"), 3 * page - 1).await.unwrap();
    let error = events.try_collect::<Vec<_>>().await.unwrap_err();
    // The second page was on its way, and may have been read before.
    let at = |seq| ErrorKind::Integrity { id: id("a"), seq };
    assert!([at(page + 1), at(2 * page + 1)].contains(error.kind()), "{error}");
}
