use actor_journal::Journal;

use crate::words::{append, batch, event, id};

pub async fn ids_are_paged_in_ascending_order(journal: &impl Journal) {
    for stream in ["b", "ä", "a", "Z", "c"] {
        append(journal, stream, 0, event(1)).await;
    }
    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let page = journal.persistence_ids(after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.clone());
        pages.push(page);
    }
    let expected = [vec![id("Z"), id("a")], vec![id("b"), id("c")], vec![id("ä")]];
    assert_eq!(pages, expected);
    assert_eq!(journal.persistence_ids(Some(&id("aa")), 1).await.unwrap(), [id("b")]);
}

pub async fn a_fully_compacted_stream_is_still_named(journal: &impl Journal) {
    append(journal, "a", 0, event(1)).await;
    journal.delete(&id("a"), 1).await.unwrap();
    assert_eq!(journal.persistence_ids(None, 10).await.unwrap(), [id("a")]);
}

pub async fn ids_of_failed_appends_are_not_named(journal: &impl Journal) {
    journal.append(&id("a"), 5, batch([1])).await.unwrap_err();
    assert_eq!(journal.persistence_ids(None, 10).await.unwrap(), []);
}
