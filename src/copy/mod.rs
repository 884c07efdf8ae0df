//! Journals, copied over the contract: into another journal, or as lines of text.
//!
//! There is one flow: what a [`Reader`] reads, page by page, a [`Writer`] writes. [`copy`] joins
//! them; [`Export`] and [`Import`] stand between them with the lines.

mod base64;
mod cursor;
mod export;
mod fields;
mod import;
mod json;
mod line;
mod reader;
mod record;
mod stores;
mod writer;

pub use export::Export;
pub use import::Import;
pub use stores::Stores;

use crate::{
    error::{Error, Result},
    types::Progress,
};
use reader::Reader;
use writer::Writer;

/// Copies what is in `from` into `to`, as far as it went when this came to the events: seqs, tags,
/// manifests, payloads and timestamps of events, their order across streams, compaction marks, and
/// the snapshots that are kept. Positions are given out anew.
///
/// `to` may hold other streams. What a copy that was broken off has left there is not copied again.
/// Snapshots come first: until its events have come, a stream that has any is refused by a recovery
/// instead of being taken for whole.
///
/// `progress` counts events, each twice: every stream is read and checked before the first event is
/// copied. Dropping the future leaves what was copied until then.
///
/// # Errors
///
/// `invalid-argument` where one of them has its snapshot store named and the other one has not;
/// `conflict`, naming the stream, where `to` holds one of the streams with something else in it, or
/// what was copied before in another order; `integrity` for a stream that is broken, or of which
/// something was deleted while it was copied; what the journals report.
///
/// ```
/// use actor_journal::{InMemoryJournal, Journal, NewEvent, PersistenceId, Stores, copy};
///
/// # pollster::block_on(async {
/// let (old, new) = (InMemoryJournal::new(), InMemoryJournal::new());
/// let id = PersistenceId::new("account-7")?;
/// old.append(&id, 0, NewEvent::json("opened")?.into()).await?;
/// copy(Stores::of(&old), Stores::of(&new), |_| {}).await?;
/// assert_eq!(new.highest_seq(&id).await?, 1);
/// # Ok::<(), actor_journal::Error>(())
/// # }).unwrap();
/// ```
pub async fn copy(
    from: Stores<'_>,
    to: Stores<'_>,
    mut progress: impl FnMut(Progress),
) -> Result<()> {
    if from.snapshots.is_some() != to.snapshots.is_some() {
        let lacking = if from.snapshots.is_none() { "from" } else { "to" };
        let message = format!(
            "copy: `{lacking}` lacks a snapshot store: snapshots are copied from one to another"
        );
        return Err(Error::invalid(message));
    }
    let (mut reader, mut writer) = (Reader::new(from), Writer::new(to));
    while let Some(records) = reader.page().await? {
        writer.page(&records).await.map_err(|(_, error)| error)?;
        progress(reader.cursor.progress());
    }
    Ok(())
}
