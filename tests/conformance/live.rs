use actor_journal::{Journal, PAGE_EVENTS, ReplayRange, TagFilter};
use futures_util::{
    FutureExt, StreamExt, TryStreamExt,
    future::{join, join_all, ready},
};

use crate::words::{append, batch, event, id, seqs, tagged, values};

pub async fn follows_what_is_there_with_what_comes(journal: &impl Journal) {
    append(journal, "a", 0, batch([1, 2])).await;
    let mut events = journal.live_events(0);
    for value in 1..=2 {
        assert_eq!(events.try_next().await.unwrap().unwrap().json::<u64>().unwrap(), value);
    }
    assert!(events.next().now_or_never().is_none(), "it waits");
    let (written, come) = join(append(journal, "b", 0, batch([3, 4])), events.try_next()).await;
    assert_eq!(come.unwrap().as_ref(), written.first());
    assert_eq!(events.try_next().await.unwrap().as_ref(), written.last());
}

pub async fn a_stream_is_followed_to_the_end_of_its_range(journal: &impl Journal) {
    append(journal, "a", 0, batch([1, 2])).await;
    let range = ReplayRange::from(2..=4);
    let followed = journal.live_replay(&id("a"), range).try_collect::<Vec<_>>();
    let (events, ()) = join(followed, async {
        append(journal, "b", 0, batch([1, 2, 3])).await;
        append(journal, "a", 2, batch([3])).await;
        append(journal, "a", 3, batch([4, 5])).await;
    })
    .await;
    assert_eq!(seqs(&events.unwrap()), [2, 3, 4]);
    let limited = journal.live_replay(&id("a"), ReplayRange::from(..).limit(2));
    assert_eq!(seqs(&limited.try_collect::<Vec<_>>().await.unwrap()), [1, 2]);
    journal.delete(&id("a"), 4).await.unwrap();
    assert_eq!(journal.live_replay(&id("a"), range).try_collect::<Vec<_>>().await.unwrap(), []);
}

pub async fn a_stream_that_is_not_there_yet_is_followed(journal: &impl Journal) {
    let followed = journal.live_replay(&id("a"), ReplayRange::from(3..)).take(2);
    let (events, ()) = join(followed.try_collect::<Vec<_>>(), async {
        append(journal, "a", 0, batch([1, 2])).await;
        append(journal, "a", 2, batch([3, 4])).await;
    })
    .await;
    assert_eq!(seqs(&events.unwrap()), [3, 4]);
}

pub async fn a_prefix_compacted_while_it_is_followed_is_an_integrity_error(journal: &impl Journal) {
    append(journal, "a", 0, batch([1])).await;
    let mut events = journal.live_replay(&id("a"), ReplayRange::from(..));
    assert_eq!(events.try_next().await.unwrap().unwrap().seq, 1);
    // Some pages are on their way.
    let behind = 4 * PAGE_EVENTS as u64;
    append(journal, "a", 1, batch(2..=behind)).await;
    journal.delete(&id("a"), behind).await.unwrap();
    let mut next = 2;
    let error = loop {
        match events.try_next().await {
            Ok(event) => assert_eq!(event.unwrap().seq, next),
            Err(error) => break error,
        }
        next += 1;
    };
    assert_eq!(error.code(), "integrity");
    assert!(next <= behind);
}

pub async fn a_filter_is_followed(journal: &impl Journal) {
    let filter = TagFilter::new(["red"], [], ["old"]).unwrap();
    append(journal, "a", 0, vec![tagged(1, &["red"]), event(2)]).await;
    let followed = journal.live_events_by_tag(filter, 0).take(3).try_collect::<Vec<_>>();
    let (events, ()) = join(followed, async {
        append(journal, "b", 0, event(3)).await;
        append(journal, "b", 1, tagged(4, &["red", "old"])).await;
        append(journal, "b", 2, tagged(5, &["red"])).await;
        append(journal, "c", 0, tagged(6, &["blue", "red"])).await;
    })
    .await;
    assert_eq!(values(&events.unwrap()), [1, 5, 6]);
}

pub async fn ids_are_followed_in_the_order_in_which_streams_begin(journal: &impl Journal) {
    append(journal, "b", 0, batch([1, 2])).await;
    append(journal, "a", 0, event(3)).await;
    let mut ids = journal.live_persistence_ids(0);
    for stream in ["b", "a"] {
        assert_eq!(ids.try_next().await.unwrap(), Some(id(stream)));
    }
    assert!(ids.next().now_or_never().is_none(), "it waits");
    let (_, come) = join(append(journal, "A", 0, event(4)), ids.try_next()).await;
    assert_eq!(come.unwrap(), Some(id("A")));
    append(journal, "b", 2, event(5)).await;
    journal.append(&id("c"), 7, event(6).into()).await.unwrap_err();
    journal.raise_compaction_mark(&id("d"), 4).await.unwrap();
    append(journal, "d", 4, event(7)).await;
    assert_eq!(ids.try_next().await.unwrap(), Some(id("d")), "not b again, and not c");
    assert!(ids.next().now_or_never().is_none());
}

pub async fn a_stream_compacted_before_its_id_is_read_is_followed(journal: &impl Journal) {
    append(journal, "a", 0, event(1)).await;
    let mut ids = journal.live_persistence_ids(1);
    assert!(ids.next().now_or_never().is_none(), "it waits");
    append(journal, "b", 0, batch([1, 2])).await;
    journal.delete(&id("b"), 2).await.unwrap();
    append(journal, "a", 1, event(2)).await;
    assert_eq!(ids.try_next().await.unwrap(), Some(id("b")));
}

pub async fn ids_go_on_behind_those_that_were_read(journal: &impl Journal) {
    for stream in ["c", "a", "b"] {
        append(journal, stream, 0, event(1)).await;
    }
    assert_eq!(journal.persistence_ids_begun(0, 2).await.unwrap(), [id("c"), id("a")]);
    assert_eq!(journal.persistence_ids_begun(2, 2).await.unwrap(), [id("b")]);
    assert_eq!(journal.persistence_ids_begun(3, 2).await.unwrap(), []);
    assert_eq!(journal.persistence_ids_begun(u64::MAX, 2).await.unwrap(), []);
    assert_eq!(journal.live_persistence_ids_page(0, 0).await.unwrap(), []);
    let rest = journal.live_persistence_ids(1).take(2).try_collect::<Vec<_>>().await;
    assert_eq!(rest.unwrap(), [id("a"), id("b")]);
}

pub async fn many_streams_that_begin_are_followed_once_each(journal: &impl Journal) {
    const WRITERS: usize = 8;
    const STREAMS: usize = 60;
    let writers = (0..WRITERS).map(|writer| async move {
        for stream in 0..STREAMS {
            let name = format!("s{}-{writer}", STREAMS - stream);
            append(journal, &name, 0, event(1)).await;
            append(journal, &name, 1, event(2)).await;
        }
    });
    let all = WRITERS * STREAMS;
    let followed = [0, 100].map(|skip| {
        let left = journal.live_persistence_ids(skip as u64).take(all - skip);
        left.try_collect::<Vec<_>>()
    });
    let (_, followed) = join(join_all(writers), join_all(followed)).await;
    let begun = journal.all_events(0).try_filter(|event| ready(event.seq == 1));
    let begun: Vec<_> = begun.map_ok(|event| event.id).try_collect().await.unwrap();
    for (skip, ids) in [0, 100].into_iter().zip(followed) {
        assert_eq!(ids.unwrap(), begun[skip..]);
    }
}

pub async fn many_writers_are_followed_in_position_order(journal: &impl Journal) {
    const WRITERS: u64 = 16;
    const APPENDS: u64 = 40;
    let streams: Vec<_> = (0..WRITERS).map(|writer| format!("s{writer}")).collect();
    let writers = streams.iter().map(|stream| async move {
        for seq in 0..APPENDS {
            append(journal, stream, seq, event(seq)).await;
        }
    });
    let all = (WRITERS * APPENDS) as usize;
    let followers = [0, 1, 100].map(|after| {
        let left = all - after as usize;
        journal.live_events(after).take(left).try_collect::<Vec<_>>()
    });
    let (_, followed) = join(join_all(writers), join_all(followers)).await;
    for (after, events) in [0, 1, 100].into_iter().zip(followed) {
        let positions: Vec<_> = events.unwrap().iter().map(|event| event.position).collect();
        assert_eq!(positions, (after + 1..=all as u64).collect::<Vec<_>>());
    }
}

pub async fn a_slow_follower_keeps_nobody_waiting(journal: &impl Journal) {
    let mut events = journal.live_events(0);
    append(journal, "a", 0, event(0)).await;
    assert_eq!(events.try_next().await.unwrap().unwrap().position, 1);
    let pages = 3 * PAGE_EVENTS as u64;
    append(journal, "a", 1, batch(1..pages)).await;
    append(journal, "b", 0, event(0)).await;
    let rest = events.take(pages as usize).try_collect::<Vec<_>>().await.unwrap();
    assert!(rest.iter().map(|event| event.position).eq(2..=pages + 1));
}

pub async fn appended_answers_the_last_position(journal: &impl Journal) {
    let (last, _) = join(journal.appended(0), append(journal, "a", 0, batch([1, 2]))).await;
    assert!((1..=2).contains(&last.unwrap()));
    assert_eq!(journal.appended(1).await.unwrap(), 2);
    journal.delete(&id("a"), 2).await.unwrap();
    assert_eq!(journal.appended(1).await.unwrap(), 2, "also where its event is deleted");
    assert!(journal.appended(2).now_or_never().is_none());
}

pub async fn the_last_position_is_that_of_appends_called_before(journal: &impl Journal) {
    assert_eq!(journal.last_position().await.unwrap(), 0);
    for round in 0..50 {
        let earlier = append(journal, "a", 2 * round, event(1));
        let later = append(journal, "a", 2 * round + 1, event(2));
        let (_, (last, _)) = join(earlier, join(journal.last_position(), later)).await;
        assert_eq!(last.unwrap(), 2 * round + 1);
    }
    journal.delete(&id("a"), 100).await.unwrap();
    assert_eq!(journal.last_position().await.unwrap(), 100, "also where its event is deleted");
}

pub async fn closing_ends_it(journal: &impl Journal) {
    append(journal, "a", 0, event(1)).await;
    let mut events = journal.live_events(1);
    let range = ReplayRange::from(2..);
    let mut followed = journal.live_replay(&id("a"), range);
    let (ends, closed) = join(join(events.try_next(), followed.try_next()), journal.close()).await;
    closed.unwrap();
    assert_eq!(ends.0.unwrap_err().code(), "closed");
    assert_eq!(ends.1.unwrap_err().code(), "closed");
}
