use super::{Reader, malformed};
use crate::{
    error::Result,
    types::{AppendToken, Batch, Manifest, NewEvent},
};

/// Ends the labels of an entry. No label may contain a control character.
const ENTRY: char = '\u{1e}';

/// Begins a tag.
const TAG: char = '\u{1f}';

/// The batch that `entries` holds in the packed format.
///
/// # Errors
///
/// `invalid-argument` for entries that are not in the format, and for tags and manifests that are
/// refused.
pub fn unpack_entries(entries: &[u8], token: AppendToken) -> Result<Batch> {
    let (mut reader, count) = Reader::begin(entries)?;
    let labels_length = reader.word()? as usize;
    let ends = reader.column::<4>(count)?;
    let mut labels = split_labels(reader.take(labels_length)?, count)?.into_iter();
    let payloads = reader.pieces(ends)?;
    reader.end()?;
    let entry = |payload| labelled(NewEvent::bytes(payload), labels.next().unwrap_or_default());
    let batch: Result<Vec<_>> = payloads.into_iter().map(entry).collect();
    Ok(Batch::with_token(batch?, token))
}

/// The labels of each entry, or nothing where none has any.
fn split_labels(text: &[u8], count: usize) -> Result<Vec<&str>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let text = std::str::from_utf8(text).map_err(|_| malformed())?;
    let labels: Vec<_> = text.split(ENTRY).collect();
    if labels.len() == count { Ok(labels) } else { Err(malformed()) }
}

/// The event with the manifest and the tags that `labels` says.
fn labelled(event: NewEvent, labels: &str) -> Result<NewEvent> {
    let mut labels = labels.split(TAG);
    let manifest = labels.next().filter(|manifest| !manifest.is_empty());
    let event = NewEvent { manifest: manifest.map(unpack_manifest).transpose()?, ..event };
    event.tagged(labels)
}

fn unpack_manifest(text: &str) -> Result<Manifest> {
    let (version, name) = text.split_once(' ').ok_or_else(malformed)?;
    Manifest::checked(name, version.parse().map_err(|_| malformed())?)
}
