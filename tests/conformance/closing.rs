use actor_journal::{EventQuery, Journal, ReplayRange};

use crate::words::{append, batch, event, id};

pub async fn is_idempotent_and_ends_every_call(journal: &impl Journal) {
    append(journal, "a", 0, event(1)).await;
    journal.close().await.unwrap();
    journal.close().await.unwrap();
    let a = id("a");
    let answers = [
        journal.append(&a, 1, batch([2])).await.map(drop),
        journal.append(&a, 1, batch([])).await.map(drop),
        journal.read(&a, ReplayRange::from(..)).await.map(drop),
        journal.events_page(EventQuery::default(), 10).await.map(drop),
        journal.highest_seq(&a).await.map(drop),
        journal.delete(&a, 1).await,
        journal.raise_compaction_mark(&a, 1).await,
        journal.persistence_ids(None, 10).await.map(drop),
    ];
    for answer in answers {
        assert!(answer.unwrap_err().is_closed());
    }
}
