use actor_journal::{Journal, PAGE_EVENTS, Position, Tag, TagFilter};
use futures_util::{TryStreamExt, future::join_all};

use crate::words::{append, batch, event, everything, id, tagged, tagged_with, values};

pub async fn positions_rise_in_commit_order(journal: &impl Journal) {
    let ids: Vec<_> = (0..10).map(|stream| id(&format!("s{stream}"))).collect();
    let appends = ids.iter().map(|id| journal.append(id, 0, batch([1, 2])));
    for written in join_all(appends).await {
        let written = written.unwrap();
        assert_eq!(written[1].position, written[0].position + 1);
    }
    let positions: Vec<Position> =
        everything(journal).await.iter().map(|event| event.position).collect();
    assert_eq!(positions.len(), 20);
    assert!(positions.is_sorted_by(|one, next| one < next));
}

pub async fn everything_is_read_behind_a_position(journal: &impl Journal) {
    append(journal, "a", 0, batch([1, 2])).await;
    let seen = append(journal, "b", 0, event(3)).await[0].position;
    append(journal, "a", 2, batch([4, 5])).await;
    let events: Vec<_> = journal.all_events(seen).try_collect().await.unwrap();
    assert_eq!(values(&events), [4, 5]);
    let end = events[1].position;
    assert_eq!(journal.all_events(end).try_collect::<Vec<_>>().await.unwrap(), []);
}

pub async fn filters_combine_all_any_and_not(journal: &impl Journal) {
    let entries = vec![
        event(0),
        tagged(1, &["red"]),
        tagged(2, &["red", "blue"]),
        tagged(3, &["blue"]),
        tagged(4, &["red", "blue", "old"]),
        tagged(5, &["green", "old"]),
    ];
    append(journal, "a", 0, entries).await;
    let none: [&str; 0] = [];
    let cases: [(TagFilter, &[u64]); 9] = [
        (TagFilter::default(), &[0, 1, 2, 3, 4, 5]),
        (TagFilter::one("red").unwrap(), &[1, 2, 4]),
        (TagFilter::one("nothing").unwrap(), &[]),
        (TagFilter::new(["red", "blue"], [], []).unwrap(), &[2, 4]),
        (TagFilter::new([], ["green", "red"], []).unwrap(), &[1, 2, 4, 5]),
        (TagFilter::new(none, none, ["red"].map(|tag| tag)).unwrap(), &[0, 3, 5]),
        (TagFilter::new(["red"], ["blue", "green"], ["old"]).unwrap(), &[2]),
        (TagFilter::new([], ["blue", "green"], ["old", "red"]).unwrap(), &[3]),
        (TagFilter::new(["red", "red"], ["blue", "blue"], []).unwrap(), &[2, 4]),
    ];
    for (filter, expected) in cases {
        assert_eq!(tagged_with(journal, filter.clone()).await, expected, "{filter:?}");
    }
    let too_many = (0..65).map(|tag| format!("t{tag}"));
    let error = TagFilter::new(too_many, [], []).unwrap_err();
    assert_eq!(error.code(), "invalid-argument");
    assert_eq!(Tag::new("a,b").unwrap_err().code(), "invalid-argument");
}

pub async fn what_is_appended_meanwhile_is_not_queried(journal: &impl Journal) {
    let many = 2 * PAGE_EVENTS as u64;
    append(journal, "a", 0, batch(0..many)).await;
    let mut events = journal.all_events(0);
    let mut read = 0;
    while let Some(event) = events.try_next().await.unwrap() {
        read += 1;
        assert_eq!(event.position, read);
        append(journal, "b", read - 1, crate::words::event(read)).await;
    }
    assert_eq!(read, many, "it ends where the journal ended");
}

pub async fn many_pages_have_each_event_once(journal: &impl Journal) {
    let count = 2 * PAGE_EVENTS as u64;
    let entries: Vec<_> = (0..count)
        .map(|value| tagged(value, if value % 3 == 0 { &["x", "y"] } else { &["y"] }))
        .collect();
    append(journal, "a", 0, entries).await;
    let all: Vec<u64> = (0..count).collect();
    let thirds: Vec<u64> = (0..count).step_by(3).collect();
    assert_eq!(values(&everything(journal).await), all);
    assert_eq!(tagged_with(journal, TagFilter::one("x").unwrap()).await, thirds);
    let either = TagFilter::new([], ["x", "y"], []).unwrap();
    assert_eq!(tagged_with(journal, either).await, all, "two tags of one event count once");
}
