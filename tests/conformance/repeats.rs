use actor_journal::{Batch, Journal, NewEvent};

use crate::words::{append, batch, event, id, named, read, tagged};

pub async fn a_repeated_append_is_written_once(journal: &impl Journal) {
    let lost: Batch = vec![tagged(1, &["x"]), named(2, "m", 1)].into();
    let first = append(journal, "a", 0, lost.clone()).await;
    assert_eq!(append(journal, "a", 0, lost).await, first);
    assert_eq!(read(journal, "a").await, first);
}

pub async fn a_repeat_is_recognised_behind_later_appends(journal: &impl Journal) {
    append(journal, "a", 0, event(1)).await;
    let lost = batch([2, 3]);
    let first = append(journal, "a", 1, lost.clone()).await;
    append(journal, "a", 3, event(4)).await;
    append(journal, "b", 0, event(1)).await;
    assert_eq!(append(journal, "a", 1, lost).await, first);
    assert_eq!(read(journal, "a").await.len(), 4);
}

pub async fn another_append_at_the_same_seq_is_a_conflict(journal: &impl Journal) {
    append(journal, "a", 0, batch([1])).await;
    let error = journal.append(&id("a"), 0, batch([1])).await.unwrap_err();
    assert!(error.is_conflict(), "equal events are not the same append");
}

pub async fn other_events_under_the_same_token_are_a_conflict(journal: &impl Journal) {
    let lost = batch([1, 2]);
    append(journal, "a", 0, lost.clone()).await;
    for entries in [
        vec![event(1)],
        vec![event(1), event(3)],
        vec![event(1), tagged(2, &["x"])],
        vec![event(1), named(2, "m", 1)],
    ] {
        let other = Batch::with_token(entries, lost.token());
        assert!(journal.append(&id("a"), 0, other).await.unwrap_err().is_conflict());
    }
}

pub async fn a_large_batch_is_recognised(journal: &impl Journal) {
    let megabyte = NewEvent::bytes(vec![b'1'; 1 << 20]);
    let lost: Batch = vec![megabyte; 3].into();
    let first = append(journal, "a", 0, lost.clone()).await;
    assert_eq!(append(journal, "a", 0, lost).await, first);
}

pub async fn a_repeat_is_recognised_below_a_raised_mark(journal: &impl Journal) {
    let lost = batch([1, 2]);
    let first = append(journal, "a", 0, lost.clone()).await;
    journal.raise_compaction_mark(&id("a"), 9).await.unwrap();
    assert_eq!(append(journal, "a", 0, lost).await, first);
}
