//! Copies from journal to journal.

use std::{future::Future, task::Context};

use actor_journal::{
    Export, Import, InMemoryJournal, InMemorySnapshotStore, Journal, NewEvent, NewState,
    PersistentEvent, Progress, ReplayRange, Seq, Snapshot, SnapshotStore, SqliteJournal,
    SqliteOptions, Stores, copy,
};
use pollster::block_on;
use proptest::{collection::vec, prelude::*};

use crate::words::{append, batch, event, everything, id, named, tagged};

/// What happens to a journal before it is copied.
#[derive(Clone, Debug)]
enum Step {
    Append { stream: u8, values: Vec<u8> },
    Delete { stream: u8, to: Seq },
    Raise { stream: u8, by: Seq },
    Save { stream: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..4_u8, vec(any::<u8>(), 1..5))
            .prop_map(|(stream, values)| Step::Append { stream, values }),
        1 => (0..4_u8, 0..9_u64).prop_map(|(stream, to)| Step::Delete { stream, to }),
        1 => (0..5_u8, 0..9_u64).prop_map(|(stream, by)| Step::Raise { stream, by }),
        2 => (0..4_u8).prop_map(|stream| Step::Save { stream }),
    ]
}

fn stream(number: u8) -> String {
    format!("stream-{number}")
}

/// JSON on one line and on two, CBOR, bytes and nothing; tags, manifests and times of all kinds.
fn entry(value: u8) -> NewEvent {
    let event = match value % 6 {
        0 => NewEvent::bytes(vec![value, 0xff]),
        1 => NewEvent::bytes(*b"{\"on\":\n1}"),
        2 => NewEvent::cbor(&value).unwrap(),
        3 => NewEvent::bytes(*b"null"),
        4 => NewEvent::bytes(*b" 1.50 "),
        _ => NewEvent::json(&format!("\u{2028}€ {value}")).unwrap(),
    };
    let event = if value.is_multiple_of(5) { event.tagged(["€", "b"]).unwrap() } else { event };
    let event = if value.is_multiple_of(7) { event.named("m\"", 3).unwrap() } else { event };
    if value.is_multiple_of(2) { event.at(i64::from(value) - 7) } else { event }
}

async fn prepare(journal: &dyn Journal, snapshots: &dyn SnapshotStore, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Append { stream: number, values } => {
                let id = id(&stream(*number));
                let head = journal.highest_seq(&id).await.unwrap();
                let entries: Vec<_> = values.iter().map(|value| entry(*value)).collect();
                journal.append(&id, head, entries.into()).await.unwrap();
            }
            Step::Delete { stream: number, to } => {
                journal.delete(&id(&stream(*number)), *to).await.unwrap();
            }
            Step::Raise { stream: number, by } => {
                // Above the head of a stream with events, a mark would say that they are missing.
                let id = id(&stream(*number));
                let head = journal.highest_seq(&id).await.unwrap();
                let through = if head == 0 { by + 1 } else { (*by).clamp(1, head) };
                journal.raise_compaction_mark(&id, through).await.unwrap();
            }
            Step::Save { stream: number } => {
                let id = id(&stream(*number));
                let head = journal.highest_seq(&id).await.unwrap();
                if head > 0 {
                    let state = NewState::json(&head).unwrap().named("state", 2).unwrap();
                    snapshots.save(&id, head, state).await.unwrap();
                }
            }
        }
    }
}

/// All that a copy keeps.
#[derive(Debug, PartialEq)]
struct Kept {
    streams: Vec<(String, Seq, Seq, Vec<Snapshot>)>,
    events: Vec<PersistentEvent>,
}

async fn kept(journal: &dyn Journal, snapshots: &dyn SnapshotStore) -> Kept {
    let mut streams = Vec::new();
    for id in journal.persistence_ids(None, 100).await.unwrap() {
        let head = journal.highest_seq(&id).await.unwrap();
        let mark = journal.compaction_mark(&id).await.unwrap();
        let (mut found, mut below) = (Vec::new(), u64::MAX);
        while let Some(snapshot) = snapshots.load_before(&id, below).await.unwrap() {
            below = snapshot.seq;
            found.push(snapshot);
        }
        streams.push((id.to_string(), head, mark, found));
    }
    let events = journal.events_page(Default::default(), 2048).await.unwrap().events;
    // Positions are given out anew.
    let numbered = (1..).zip(events);
    let events = numbered.map(|(position, event)| PersistentEvent { position, ..event }).collect();
    Kept { streams, events }
}

async fn exported(stores: Stores<'_>) -> String {
    let mut export = Export::of(stores);
    let mut text = String::new();
    while let Some(lines) = export.page().await.unwrap() {
        text += &lines;
        let Progress { done, total } = export.progress();
        assert!(done <= total);
        export = Export::resume(stores, &export.cursor()).unwrap();
    }
    text
}

async fn imported(stores: Stores<'_>, text: &str, lines: usize) {
    let mut import = Import::into(stores);
    let all: Vec<_> = text.lines().collect();
    for page in all.chunks(lines) {
        import.page(&page.join("\n")).await.unwrap();
        import = Import::resume(stores, &import.cursor()).unwrap();
    }
    import.finish().unwrap();
}

/// An export without the positions, which are given out anew.
fn without_positions(text: &str) -> Vec<String> {
    let cut = |line: &str| match line.split_once(r#","position":"#) {
        Some((before, behind)) => {
            let rest = behind.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}{rest}")
        }
        None => line.into(),
    };
    text.lines().map(cut).collect()
}

async fn check_copies(steps: &[Step], page: usize) {
    let journal = SqliteJournal::open(SqliteOptions::default()).await.unwrap();
    let snapshots = InMemorySnapshotStore::new(3);
    prepare(&journal, &snapshots, steps).await;
    let from = Stores::of(&journal).snapshots(&snapshots);
    let there = kept(&journal, &snapshots).await;

    let (memory, kept_snapshots) = (InMemoryJournal::new(), InMemorySnapshotStore::new(3));
    let to = Stores::of(&memory).snapshots(&kept_snapshots);
    copy(from, to, |_| {}).await.unwrap();
    assert_eq!(kept(&memory, &kept_snapshots).await, there);
    // What is copied already is not copied again.
    copy(from, to, |_| {}).await.unwrap();
    assert_eq!(kept(&memory, &kept_snapshots).await, there);

    let text = exported(from).await;
    let sqlite = SqliteJournal::open(SqliteOptions::default()).await.unwrap();
    let kept_snapshots = InMemorySnapshotStore::new(3);
    let to = Stores::of(&sqlite).snapshots(&kept_snapshots);
    imported(to, &text, page).await;
    imported(to, &text, page).await;
    assert_eq!(kept(&sqlite, &kept_snapshots).await, there);
    assert_eq!(without_positions(&exported(to).await), without_positions(&text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_copy_keeps_all_but_positions(steps in vec(step(), 1..30), page in 1..20_usize) {
        block_on(check_copies(&steps, page));
    }
}

async fn sqlite() -> SqliteJournal {
    SqliteJournal::open(SqliteOptions::default()).await.unwrap()
}

#[test]
fn a_copy_of_many_pages_keeps_the_order_of_positions() {
    block_on(async {
        let (from, to) = (sqlite().await, sqlite().await);
        for round in 0..100 {
            for stream in ["a", "b", "c"] {
                append(&from, stream, round * 30, batch(0..30)).await;
            }
        }
        let mut told = Vec::new();
        copy(Stores::of(&from), Stores::of(&to), |progress| told.push(progress)).await.unwrap();
        assert_eq!(everything(&to).await, everything(&from).await);
        assert!(told.is_sorted_by_key(|told| told.done));
        assert_eq!(told.last(), Some(&Progress { done: 18_000, total: 18_000 }));
    });
}

#[test]
fn a_copy_goes_beside_other_streams() {
    block_on(async {
        let (from, to) = (sqlite().await, InMemoryJournal::new());
        append(&from, "b", 0, tagged(1, &["t"])).await;
        append(&to, "a", 0, event(7)).await;
        copy(Stores::of(&from), Stores::of(&to), |_| {}).await.unwrap();
        let streams: Vec<_> =
            everything(&to).await.iter().map(|event| event.id.to_string()).collect();
        assert_eq!(streams, ["a", "b"]);
    });
}

#[test]
fn a_stream_that_is_there_with_something_else_is_a_conflict() {
    block_on(async {
        let from = sqlite().await;
        append(&from, "a", 0, batch(1..=3)).await;
        append(&from, "b", 0, named(1, "m", 1)).await;
        from.delete(&id("a"), 1).await.unwrap();
        for others in [batch(1..=1), batch(1..=3), batch(5..=9)] {
            let to = InMemoryJournal::new();
            append(&to, "a", 0, others).await;
            let before = everything(&to).await;
            let refused = copy(Stores::of(&from), Stores::of(&to), |_| {}).await.unwrap_err();
            assert!(refused.is_conflict() && refused.to_string().contains("\"a\""), "{refused}");
            assert_eq!(everything(&to).await, before);
        }
        let to = InMemoryJournal::new();
        append(&to, "b", 0, named(1, "m", 2)).await;
        let refused = copy(Stores::of(&from), Stores::of(&to), |_| {}).await.unwrap_err();
        assert!(refused.is_conflict() && refused.to_string().contains("\"b\""), "{refused}");
    });
}

#[test]
fn a_snapshot_of_another_stream_is_not_put_in_the_place_of_this_one_s() {
    block_on(async {
        let (from, to) = (sqlite().await, sqlite().await);
        let (theirs, ours) = (InMemorySnapshotStore::new(3), InMemorySnapshotStore::new(3));
        append(&from, "a", 0, batch(1..=3)).await;
        append(&to, "a", 0, batch(5..=9)).await;
        theirs.save(&id("a"), 3, NewState::json(&1).unwrap()).await.unwrap();
        let from = Stores::of(&from).snapshots(&theirs);
        let to = Stores::of(&to).snapshots(&ours);
        assert!(copy(from, to, |_| {}).await.is_err_and(|error| error.is_conflict()));
        assert_eq!(ours.load_latest(&id("a")).await.unwrap(), None);
    });
}

#[test]
fn snapshots_are_copied_from_a_store_to_a_store_or_not_at_all() {
    block_on(async {
        let (from, to, snapshots) = (sqlite().await, sqlite().await, InMemorySnapshotStore::new(3));
        append(&from, "a", 0, batch(1..=3)).await;
        let [from, to] = [Stores::of(&from), Stores::of(&to)];
        for (from, to, lacking) in
            [(from.snapshots(&snapshots), to, "`to`"), (from, to.snapshots(&snapshots), "`from`")]
        {
            let error = copy(from, to, |_| {}).await.unwrap_err();
            assert_eq!(error.code(), "invalid-argument");
            assert!(error.to_string().contains(lacking), "{error}");
        }
        copy(from, to, |_| {}).await.unwrap();
    });
}

/// Begins a copy, drops it after so many pages, and copies again.
#[test]
fn a_copy_that_was_given_up_is_gone_on_with() {
    block_on(async {
        let (from, to) = (sqlite().await, sqlite().await);
        for round in 0..100 {
            append(&from, "a", round * 50, batch(0..50)).await;
            append(&from, "b", round * 50, batch(0..50)).await;
        }
        let mut pages = 0;
        {
            let given_up = copy(Stores::of(&from), Stores::of(&to), |_| pages += 1);
            let mut given_up = Box::pin(given_up);
            while to.highest_seq(&id("b")).await.unwrap() == 0 {
                let mut context = Context::from_waker(std::task::Waker::noop());
                let _ = given_up.as_mut().poll(&mut context);
            }
        }
        assert!(pages > 0);
        copy(Stores::of(&from), Stores::of(&to), |_| {}).await.unwrap();
        assert_eq!(everything(&to).await, everything(&from).await);
    });
}

/// Deletions while a journal is read would leave holes that nobody notices.
#[test]
fn events_that_are_deleted_while_they_are_exported_are_missed() {
    block_on(async {
        let from = sqlite().await;
        append(&from, "a", 0, batch(1..=10)).await;
        let mut export = Export::of(Stores::of(&from));
        let mut text = String::new();
        while !text.contains(r#""stream":"a""#) {
            text += &export.page().await.unwrap().unwrap();
        }
        from.delete(&id("a"), 5).await.unwrap();
        append(&from, "a", 10, batch(11..=20)).await;
        let missed = loop {
            match export.page().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("nothing was missed"),
                Err(error) => break error,
            }
        };
        assert_eq!(missed.code(), "corrupt");
        let whole = from.read(&id("a"), ReplayRange::from(..)).await.unwrap();
        assert_eq!(whole.len(), 15);
    });
}
