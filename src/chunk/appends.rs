use super::{Reader, malformed, unpack_entries};
use crate::{
    error::{Error, Result},
    types::{AppendToken, Batch, PersistentEvent},
};

/// One of several appends that crossed together.
pub struct PackedAppend<'a> {
    /// The stream, not checked yet.
    pub id: &'a str,
    /// The head that it expects, not checked yet.
    pub expected_seq: f64,
    entries: &'a [u8],
    token: AppendToken,
}

impl PackedAppend<'_> {
    /// What it appends.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for entries that are not in the format, and for tags and manifests that are
    /// refused.
    pub fn batch(&self) -> Result<Batch> {
        unpack_entries(self.entries, self.token)
    }
}

/// The appends that `packed` holds in the packed format.
///
/// # Errors
///
/// `invalid-argument` for what is not in the format.
pub fn unpack_appends(packed: &[u8]) -> Result<Vec<PackedAppend<'_>>> {
    let (mut reader, count) = Reader::begin(packed)?;
    let seqs = reader.column::<8>(count)?;
    let tokens = reader.column::<{ AppendToken::LENGTH }>(count)?;
    let id_ends = reader.column::<4>(count)?;
    let entries_ends = reader.column::<4>(count)?;
    let ids = reader.pieces(id_ends)?;
    let entries = reader.pieces(entries_ends)?;
    reader.end()?;
    let append = |index: usize| {
        Ok(PackedAppend {
            id: std::str::from_utf8(ids[index]).map_err(|_| malformed())?,
            expected_seq: f64::from_le_bytes(seqs[index]),
            entries: entries[index],
            token: AppendToken::from_bytes(tokens[index]),
        })
    };
    (0..count).map(append).collect()
}

/// The answers to appends in the packed format: for each the first event's seq, position and
/// timestamp (f64), zeros where there is none, then JSON text `[[index, error], …]`.
pub fn pack_answers(answers: &[Result<Vec<PersistentEvent>>]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(answers.len() * 24 + 2);
    for answer in answers {
        let first = answer.as_ref().ok().and_then(|written| written.first());
        let place = first.map_or([0.0; 3], |event| {
            [event.seq as f64, event.position as f64, event.timestamp as f64]
        });
        place.iter().for_each(|number| packed.extend(number.to_le_bytes()));
    }
    let failed = answers.iter().enumerate();
    let failed = failed.filter_map(|(index, answer)| Some((index, answer.as_ref().err()?)));
    let errors: Vec<_> = failed.map(|(index, error)| told(index, error)).collect();
    packed.extend(format!("[{}]", errors.join(",")).as_bytes());
    packed
}

fn told(index: usize, error: &Error) -> String {
    format!("[{index},{}]", error.to_json())
}
