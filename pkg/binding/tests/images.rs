//! Images of a database whose reader goes away.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use actor_journal_binding::{JournalHandle, OpenOptions};
use pollster::block_on;

/// As where a tab dies that has just asked for one: nobody would end it.
#[test]
fn an_image_that_is_begun_while_its_journal_is_closed_is_given_up() {
    block_on(async {
        let options: OpenOptions = serde_json::from_str(r#"{"path": ":memory:"}"#).unwrap();
        let journal = JournalHandle::open(options).await.unwrap();
        let mut begun = pin!(journal.backup_begin());
        let first = begun.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        journal.close().await.unwrap();
        let refused = match first {
            Poll::Ready(image) => {
                let token = image.unwrap()[0];
                journal.backup_read(token, 0.0, 100.0).await.map(drop)
            }
            Poll::Pending => begun.await.map(drop),
        };
        assert_eq!(refused.unwrap_err().code(), "closed");
    });
}
