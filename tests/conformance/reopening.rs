use actor_journal::{Journal, TagFilter};

use crate::words::{append, batch, everything, id, read, tagged, tagged_with};

pub async fn everything_is_there_again<J: Journal>(open: impl AsyncFn() -> J) {
    let journal = open().await;
    append(
        &journal,
        "a",
        0,
        vec![tagged(1, &["x"]), tagged(2, &["x", "y"]).named("m", 2).unwrap()],
    )
    .await;
    append(&journal, "b", 0, batch(3..=9)).await;
    journal.delete(&id("b"), 2).await.unwrap();
    let (a, b) = (read(&journal, "a").await, read(&journal, "b").await);
    journal.close().await.unwrap();

    let journal = open().await;
    assert_eq!(read(&journal, "a").await, a);
    assert_eq!(read(&journal, "b").await, b);
    assert_eq!(tagged_with(&journal, TagFilter::one("x").unwrap()).await, [1, 2]);
    assert_eq!(journal.highest_seq(&id("b")).await.unwrap(), 7);
    let last = everything(&journal).await.last().unwrap().position;
    assert!(append(&journal, "a", 2, batch([10])).await[0].position > last);
    journal.close().await.unwrap();
}

pub async fn a_repeat_is_recognised_after_reopening<J: Journal>(open: impl AsyncFn() -> J) {
    let journal = open().await;
    let lost = batch([1, 2]);
    let first = append(&journal, "a", 0, lost.clone()).await;
    journal.close().await.unwrap();

    let journal = open().await;
    assert_eq!(append(&journal, "a", 0, lost).await, first);
    assert_eq!(read(&journal, "a").await.len(), 2);
    journal.close().await.unwrap();
}
