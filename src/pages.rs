//! Streams of events and of ids that are read page by page.

use futures_util::{
    StreamExt, TryStreamExt,
    future::{poll_immediate, ready},
    stream,
};

use crate::{
    error::{Error, Result},
    platform::{BoxFuture, BoxStream, MaybeSend, MaybeSync},
    types::{PersistenceId, PersistentEvent},
};

/// A stream of events, read page by page as it is polled.
pub type EventStream<'a> = BoxStream<'a, Result<PersistentEvent>>;

/// A stream of ids, likewise.
pub type IdStream<'a> = BoxStream<'a, Result<PersistenceId>>;

/// A page, and what to ask for the next one.
type Page<'a, T, Q> = BoxFuture<'a, Result<(Vec<T>, Option<Q>)>>;

/// What is in all pages from `first` on. While one page is consumed the next is on its way, and
/// no more than that one.
pub(crate) fn paged<'a, T: MaybeSend + 'a, Q: MaybeSend + 'a>(
    first: Q,
    read: impl Fn(Q) -> Page<'a, T, Q> + MaybeSend + MaybeSync + 'a,
) -> BoxStream<'a, Result<T>> {
    let ahead = Some(read(first));
    let pages = stream::try_unfold((ahead, read), |(ahead, read)| async move {
        let Some(page) = ahead else { return Ok::<_, Error>(None) };
        let (found, rest) = page.await?;
        let ahead = match rest {
            Some(rest) => Some(begun(read(rest)).await),
            None => None,
        };
        Ok(Some((stream::iter(found).map(Ok), (ahead, read))))
    });
    Box::pin(pages.try_flatten())
}

/// The same future with its first step taken.
pub(crate) async fn begun<'a, T: MaybeSend + 'a>(mut future: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
    match poll_immediate(&mut future).await {
        Some(output) => Box::pin(ready(output)),
        None => future,
    }
}
