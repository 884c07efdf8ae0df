//! Calls that wait for events, and are ended.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use actor_journal_binding::{Filter, JournalHandle, OpenOptions};
use pollster::block_on;

/// As where a page has asked the next leader already when it hears the answer of the one before.
#[test]
fn calls_of_one_number_end_however_many_there_are() {
    block_on(async {
        let options: OpenOptions = serde_json::from_str(r#"{"path": ":memory:"}"#).unwrap();
        let journal = JournalHandle::open(options).await.unwrap();
        let all =
            || serde_json::from_str::<Filter>(r#"{"all": [], "any": [], "not": []}"#).unwrap();
        let mut context = Context::from_waker(Waker::noop());
        let mut first = pin!(journal.live_events_page(all(), 0.0, 7.0));
        assert!(first.as_mut().poll(&mut context).is_pending());
        let mut second = pin!(journal.live_events_page(all(), 0.0, 7.0));
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(matches!(first.poll(&mut context), Poll::Ready(Ok(_))));
        assert!(second.as_mut().poll(&mut context).is_pending(), "the first one takes it along");
        journal.end_live(7.0).unwrap();
        assert!(matches!(second.poll(&mut context), Poll::Ready(Ok(_))));
        journal.close().await.unwrap();
    });
}
