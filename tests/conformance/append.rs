use actor_journal::{Batch, ErrorKind, Journal, Manifest, NewEvent};
use futures_util::future::join_all;

use crate::words::{append, batch, event, everything, id, named, read, seqs, tagged, values};

pub async fn returns_what_a_replay_returns(journal: &impl Journal) {
    let written = append(journal, "a", 0, vec![tagged(1, &["x", "y"]), event(2)]).await;
    assert_eq!(read(journal, "a").await, written);
    assert_eq!(values(&written), [1, 2]);
    assert!(written[0].timestamp > 1_600_000_000_000, "milliseconds since the epoch");
}

pub async fn numbers_events_from_one_without_gaps(journal: &impl Journal) {
    append(journal, "a", 0, batch([1, 2, 3])).await;
    append(journal, "b", 0, event(1)).await;
    append(journal, "a", 3, event(4)).await;
    assert_eq!(seqs(&read(journal, "a").await), [1, 2, 3, 4]);
    assert_eq!(seqs(&read(journal, "b").await), [1]);
    assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 4);
    assert_eq!(journal.highest_seq(&id("nobody")).await.unwrap(), 0);
}

pub async fn refuses_a_seq_that_is_not_the_head(journal: &impl Journal) {
    append(journal, "a", 0, batch([1, 2])).await;
    for expected in [0, 1, 3, u64::MAX - 1, u64::MAX] {
        let error = journal.append(&id("a"), expected, batch([9])).await.unwrap_err();
        assert!(error.is_conflict());
        assert_eq!(error.kind(), &ErrorKind::Conflict { id: id("a"), expected, actual: 2 });
    }
    assert_eq!(values(&read(journal, "a").await), [1, 2]);
}

pub async fn has_one_winner_among_many(journal: &impl Journal) {
    let a = id("a");
    // The same event from each: it is the append that counts, not what it says.
    let tries = join_all((0..20).map(|_| journal.append(&a, 0, batch([7, 7])))).await;
    assert_eq!(tries.iter().filter(|answer| answer.is_ok()).count(), 1);
    let losers = tries.iter().filter_map(|answer| answer.as_ref().err());
    assert!(losers.into_iter().all(actor_journal::Error::is_conflict));
    assert_eq!(values(&read(journal, "a").await), [7, 7]);
}

pub async fn of_nothing_checks_nothing(journal: &impl Journal) {
    let written = append(journal, "a", 99, Vec::<NewEvent>::new()).await;
    assert_eq!(written, []);
    assert_eq!(journal.highest_seq(&id("a")).await.unwrap(), 0);
}

pub async fn keeps_tags_per_event(journal: &impl Journal) {
    let entries = vec![tagged(1, &["x"]), event(2), tagged(3, &["z", "y", "z"])];
    append(journal, "a", 0, entries).await;
    let events = read(journal, "a").await;
    let tags: Vec<String> = events.iter().map(|event| format!("{:?}", event.tags)).collect();
    assert_eq!(tags, [r#"["x"]"#, "[]", r#"["z", "y"]"#]);
}

pub async fn keeps_manifests_per_event(journal: &impl Journal) {
    let (first, second) = (named(1, "deposited", 1), named(2, "deposited", i32::MAX as u32));
    append(journal, "a", 0, vec![first, second, event(3)]).await;
    append(journal, "a", 3, named(4, &"\u{fc}".repeat(255), 7).tagged(["x"]).unwrap()).await;
    let events = read(journal, "a").await;
    let manifest = |name: &str, version| Some(Manifest::new(name, version).unwrap());
    let expected = [
        manifest("deposited", 1),
        manifest("deposited", i32::MAX as u32),
        None,
        manifest(&"\u{fc}".repeat(255), 7),
    ];
    assert!(events.iter().map(|event| &event.manifest).eq(&expected));
    assert_eq!(everything(journal).await, events);
}

pub async fn keeps_any_bytes(journal: &impl Journal) {
    let payloads: [&[u8]; 4] = [b"", b"\0\xff\xd9", b"{\"a\":", &[0xd9, 0xd9, 0xf7, 1]];
    let entries: Vec<_> = payloads.iter().map(|&payload| NewEvent::bytes(payload)).collect();
    append(journal, "a", 0, Batch::from(entries)).await;
    let events = read(journal, "a").await;
    assert!(events.iter().map(|event| &*event.payload).eq(payloads));
}

pub async fn is_nothing_before_it_is_awaited(journal: &impl Journal) {
    drop(journal.append(&id("a"), 0, batch([1])));
    assert_eq!(read(journal, "a").await, []);
}
