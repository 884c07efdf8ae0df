//! How much of the database a query by tag reads.
#![cfg(not(target_arch = "wasm32"))]

mod faulty;
mod words;

use actor_journal::{
    EventQuery, Journal, NewEvent, PAGE_BYTES, PAGE_EVENTS, SqliteJournal, TagFilter,
};
use faulty::Disk;
use pollster::block_on;
use words::{append, tagged, tagged_with, values};

/// 3,000 common events, each hundredth of which is odd too, and three rare ones, two of which are
/// common. Reads find next to nothing in memory.
async fn tags_of_three_kinds(disk: &Disk) -> SqliteJournal {
    let journal = disk.open().await;
    let entries = (0..3000).map(|number| match number {
        500 | 2500 => tagged(number, &["common", "rare"]),
        1500 => tagged(number, &["rare"]),
        _ if number % 100 == 50 => tagged(number, &["odd", "common"]),
        _ => tagged(number, &["common"]),
    });
    append(&journal, "a", 0, entries.collect::<Vec<_>>()).await;
    journal
}

#[test]
fn events_with_all_of_several_tags_cost_by_the_rarest() {
    block_on(async {
        let disk = Disk::new().with_small_pages();
        let journal = tags_of_three_kinds(&disk).await;
        let odd: Vec<_> = (50..3000).step_by(100).collect();
        for (all, expected, most) in [
            (&["common", "rare"][..], &[500, 2500][..], 100),
            (&["rare", "common"], &[500, 2500], 100),
            (&["common", "rare", "common"], &[500, 2500], 100),
            (&["common", "rare", "odd"], &[], 100),
            (&["common", "nobody's"], &[], 100),
            (&["common", "odd"], &odd, 1000),
        ] {
            let before = disk.reads();
            let filter = TagFilter::new(all, &[], &[]).unwrap();
            assert_eq!(tagged_with(&journal, filter).await, expected, "{all:?}");
            let reads = disk.reads() - before;
            assert!(reads < most, "{reads} reads for {all:?}");
        }
    });
}

#[test]
fn a_page_of_events_with_several_tags_costs_by_the_page() {
    block_on(async {
        let disk = Disk::new().with_small_pages();
        let journal = tags_of_three_kinds(&disk).await;
        let before = disk.reads();
        let filter = TagFilter::new(["common", "odd"], [], []).unwrap();
        let query = EventQuery { filter, after: 1500, ..EventQuery::default() };
        let page = journal.events_page(query, 1).await.unwrap();
        assert_eq!((values(&page.events), page.last), (vec![1550], false));
        let reads = disk.reads() - before;
        assert!(reads < 20, "{reads} reads");
    });
}

/// How often the disk is read for the first page of a journal that has just been opened, where large
/// events fill it.
async fn reads_of_a_page(disk: &Disk, filter: TagFilter) -> usize {
    let journal = disk.open().await;
    let before = disk.reads();
    let query = EventQuery { filter, ..EventQuery::default() };
    let page = journal.events_page(query, PAGE_EVENTS).await.unwrap();
    assert!((2..20).contains(&page.events.len()));
    let reads = disk.reads() - before;
    journal.close().await.unwrap();
    reads
}

#[test]
fn a_page_by_tags_reads_no_more_events_than_it_holds() {
    block_on(async {
        let disk = Disk::new();
        let large = NewEvent::json(&"x".repeat(PAGE_BYTES / 10)).unwrap();
        let large = large.tagged(["one", "two"]).unwrap();
        let journal = disk.open().await;
        append(&journal, "a", 0, vec![large; 100]).await;
        journal.close().await.unwrap();
        let untagged = reads_of_a_page(&disk, TagFilter::default()).await;
        for (all, any) in [(&["one"][..], &[][..]), (&[], &["one", "two"]), (&["one", "two"], &[])]
        {
            let filter = TagFilter::new(all, any, &[]).unwrap();
            let reads = reads_of_a_page(&disk, filter).await;
            assert!(reads < untagged + 100, "{reads} reads for {all:?}, {any:?}, not {untagged}");
        }
    });
}

#[test]
fn events_may_be_asked_for_by_as_many_tags_as_one_has() {
    block_on(async {
        let journal = Disk::new().open().await;
        let names: Vec<_> = (0..64).map(|number| format!("tag-{number}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let entries: Vec<_> = (0..4).map(|value| tagged(value, &names[value as usize..])).collect();
        append(&journal, "a", 0, entries).await;
        let filter = TagFilter::new(&names, &[], &[]).unwrap();
        assert_eq!(tagged_with(&journal, filter).await, [0]);
        let filter = TagFilter::new(&names[2..], &[], &[]).unwrap();
        assert_eq!(tagged_with(&journal, filter).await, [0, 1, 2]);
        let filter = TagFilter::new(&[], &names, &[]).unwrap();
        assert_eq!(tagged_with(&journal, filter).await, [0, 1, 2, 3]);
    });
}
