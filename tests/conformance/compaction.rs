use actor_journal::{ErrorKind, Journal, ReplayRange, TagFilter};

use crate::words::{append, batch, event, everything, id, read, seqs, tagged, tagged_with};

pub async fn the_head_stays_when_everything_is_deleted(journal: &impl Journal) {
    append(journal, "a", 0, batch(1..=3)).await;
    journal.delete(&id("a"), 3).await.unwrap();
    assert_eq!(read(journal, "a").await, []);
    assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 3);
    assert!(journal.append(&id("a"), 0, batch([1])).await.unwrap_err().is_conflict());
    assert_eq!(append(journal, "a", 3, event(4)).await[0].seq, 4);
}

pub async fn is_idempotent_and_clamped_to_the_head(journal: &impl Journal) {
    append(journal, "a", 0, batch(1..=5)).await;
    journal.delete(&id("a"), 2).await.unwrap();
    journal.delete(&id("a"), 2).await.unwrap();
    journal.delete(&id("a"), 1).await.unwrap();
    journal.delete(&id("a"), 0).await.unwrap();
    assert_eq!(seqs(&read(journal, "a").await), [3, 4, 5]);
    journal.delete(&id("a"), 1_000_000).await.unwrap();
    assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 5);
    assert_eq!(append(journal, "a", 5, event(6)).await[0].seq, 6);
    assert_eq!(seqs(&read(journal, "a").await), [6]);
}

pub async fn removes_tags_and_positions(journal: &impl Journal) {
    append(journal, "a", 0, vec![tagged(1, &["x"]), tagged(2, &["x"])]).await;
    append(journal, "b", 0, tagged(3, &["x"])).await;
    journal.delete(&id("a"), 1).await.unwrap();
    assert_eq!(tagged_with(journal, TagFilter::one("x").unwrap()).await, [2, 3]);
    assert_eq!(everything(journal).await.len(), 2);
}

pub async fn positions_are_never_reused(journal: &impl Journal) {
    let last = append(journal, "a", 0, batch(1..=3)).await[2].position;
    journal.delete(&id("a"), 3).await.unwrap();
    let next = append(journal, "b", 0, batch([1, 2])).await;
    assert!(next[0].position > last);
    journal.delete(&id("b"), 1).await.unwrap();
    journal.delete(&id("b"), 2).await.unwrap();
    assert!(append(journal, "b", 2, event(3)).await[0].position > next[1].position);
}

pub async fn the_mark_is_never_lowered(journal: &impl Journal) {
    append(journal, "a", 0, batch(1..=5)).await;
    journal.raise_compaction_mark(&id("a"), 3).await.unwrap();
    assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 5);
    journal.raise_compaction_mark(&id("a"), 9).await.unwrap();
    journal.raise_compaction_mark(&id("a"), 2).await.unwrap();
    assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 9);
    journal.delete(&id("a"), 9).await.unwrap();
    assert_eq!(append(journal, "a", 9, event(10)).await[0].seq, 10);
    assert_eq!(seqs(&read(journal, "a").await), [10]);
}

pub async fn the_mark_of_a_new_stream_is_its_head(journal: &impl Journal) {
    journal.raise_compaction_mark(&id("a"), 41).await.unwrap();
    assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 41);
    assert_eq!(read(journal, "a").await, []);
    append(journal, "a", 41, event(1)).await;
    assert_eq!(seqs(&read(journal, "a").await), [42]);
    for refused in [0, u64::MAX] {
        let error = journal.raise_compaction_mark(&id("a"), refused).await.unwrap_err();
        assert_eq!(error.code(), "invalid-argument");
    }
}

pub async fn an_unknown_id_is_no_error(journal: &impl Journal) {
    journal.delete(&id("nobody"), 5).await.unwrap();
    assert_eq!(journal.highest_seq(&id("nobody")).await.unwrap(), 0);
    assert_eq!(journal.persistence_ids(None, 10).await.unwrap(), []);
}

pub async fn raising_the_mark_deletes_nothing(journal: &impl Journal) {
    append(journal, "a", 0, batch(1..=5)).await;
    journal.raise_compaction_mark(&id("a"), 3).await.unwrap();
    assert_eq!(seqs(&read(journal, "a").await), [1, 2, 3, 4, 5]);
}

pub async fn events_left_below_a_hole_are_not_folded_over(journal: &impl Journal) {
    append(journal, "a", 0, batch([1])).await;
    journal.raise_compaction_mark(&id("a"), 2).await.unwrap();
    append(journal, "a", 2, event(3)).await;
    let error = journal.read(&id("a"), ReplayRange::from(..)).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Integrity { id: id("a"), seq: 2 });
    let behind = journal.read(&id("a"), ReplayRange::from(3..)).await.unwrap();
    assert_eq!(seqs(&behind), [3], "behind the mark the stream is whole");
}
