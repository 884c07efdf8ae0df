//! How values become payloads: JSON by default, CBOR where JSON cannot say it.
//!
//! Both are told apart on reading, so a journal may change codec in mid-life: CBOR is written
//! with the self-describing tag 55799 ([RFC 8949, section 3.4.6]), whose first byte no JSON text
//! can start with.
//!
//! [RFC 8949, section 3.4.6]: https://www.rfc-editor.org/rfc/rfc8949#section-3.4.6

#[cfg(feature = "cbor")]
mod cbor;
#[cfg(not(feature = "cbor"))]
#[path = "no_cbor.rs"]
mod cbor;
mod strict;
#[cfg(feature = "sqlite")]
mod well_formed;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::{Error, ErrorKind, Result},
    types::{DurableState, NewEvent, NewState, PersistenceId, PersistentEvent, Seq, Snapshot},
};

/// The encoding of CBOR's tag 55799, with which every payload in CBOR begins.
pub const CBOR_PREFIX: [u8; 3] = [0xd9, 0xd9, 0xf7];

/// The name of the codec that wrote `payload`, as far as its first bytes tell.
pub fn codec_name(payload: &[u8]) -> &'static str {
    if payload.starts_with(&CBOR_PREFIX) { "cbor" } else { "json" }
}

/// Writes `value` as JSON text.
///
/// # Errors
///
/// `unencodable`, with the place in the value, for what JSON cannot say: a number that is not
/// finite, a map whose keys are not strings, more than 100 levels.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    strict::to_vec(value).map_err(|reason| unencodable("json", reason))
}

/// Writes `value` as CBOR, with the self-describing prefix.
///
/// # Errors
///
/// `unencodable` for what serde cannot write as CBOR.
#[cfg(feature = "cbor")]
pub fn to_cbor<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let mut payload = CBOR_PREFIX.to_vec();
    match ciborium::into_writer(value, &mut payload) {
        Ok(()) => Ok(payload),
        Err(error) => Err(unencodable("cbor", error.to_string())),
    }
}

/// Reads a value from JSON text or from CBOR, whichever `payload` is.
///
/// # Errors
///
/// The error of the codec, as text: what is wrong with which part.
pub fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, String> {
    match payload.strip_prefix(&CBOR_PREFIX) {
        Some(cbor) => cbor::from_slice(cbor),
        None => serde_json::from_slice(payload).map_err(|error| error.to_string()),
    }
}

/// Whether `payload` can be read as what it begins as, CBOR with its prefix or JSON; `false` where it
/// begins as neither, so that it is of a codec of the user's own and only that one can tell.
///
/// # Errors
///
/// What is wrong with it.
#[cfg(feature = "sqlite")]
pub(crate) fn judge(payload: &[u8]) -> Result<bool, String> {
    let judged = match payload {
        _ if payload.starts_with(&CBOR_PREFIX) => well_formed::cbor(payload),
        [b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n', ..] => {
            well_formed::json(payload)
        }
        _ => return Ok(false),
    };
    judged.map(|()| true).map_err(|fault| format!("{} {fault}", codec_name(payload)))
}

/// Reads any value as JSON; what CBOR holds and JSON does not, as serde would write it there.
fn decode_as_json(payload: &[u8]) -> Result<serde_json::Value, String> {
    match payload.strip_prefix(&CBOR_PREFIX) {
        Some(cbor) => cbor::as_json(cbor),
        None => serde_json::from_slice(payload).map_err(|error| error.to_string()),
    }
}

fn unencodable(codec: &str, reason: String) -> Error {
    let message = format!("the value cannot be written as {codec}: {reason}");
    Error::new(ErrorKind::Unencodable, message)
}

/// `place` says in words where `payload` stands.
fn decode_at<T>(
    decode: fn(&[u8]) -> Result<T, String>,
    payload: &[u8],
    place: &str,
    id: &PersistenceId,
    seq: Seq,
) -> Result<T> {
    decode(payload).map_err(|error| {
        let codec = codec_name(payload);
        let message = format!("{place} {seq} of {id:?} cannot be read as {codec}: {error}");
        Error::new(ErrorKind::Undecodable { id: id.clone(), seq }, message)
    })
}

impl NewEvent {
    /// An event of a value written as JSON, without tags and manifest.
    ///
    /// # Errors
    ///
    /// `unencodable` for what serde cannot write as JSON.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        to_json(value).map(Self::bytes)
    }

    /// An event of a value written as CBOR, without tags and manifest.
    ///
    /// # Errors
    ///
    /// `unencodable` for what serde cannot write as CBOR.
    #[cfg(feature = "cbor")]
    pub fn cbor<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        to_cbor(value).map(Self::bytes)
    }
}

impl NewState {
    /// A state written as JSON, without a manifest.
    ///
    /// # Errors
    ///
    /// `unencodable` for what serde cannot write as JSON.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        to_json(value).map(Self::bytes)
    }

    /// A state written as CBOR, without a manifest.
    ///
    /// # Errors
    ///
    /// `unencodable` for what serde cannot write as CBOR.
    #[cfg(feature = "cbor")]
    pub fn cbor<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        to_cbor(value).map(Self::bytes)
    }
}

impl PersistentEvent {
    /// The event's value, written as JSON or as CBOR.
    ///
    /// # Errors
    ///
    /// `undecodable`, naming id, seq and codec.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        decode_at(decode, &self.payload, "seq", &self.id, self.seq)
    }

    pub(crate) fn decode_as_json(&self) -> Result<serde_json::Value> {
        decode_at(decode_as_json, &self.payload, "seq", &self.id, self.seq)
    }

    /// The event's value; the same as [`decode`](Self::decode), named after the default codec.
    ///
    /// # Errors
    ///
    /// `undecodable`, naming id, seq and codec.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.decode()
    }
}

impl Snapshot {
    /// The state's value, written as JSON or as CBOR.
    ///
    /// # Errors
    ///
    /// `undecodable`, naming id, seq and codec.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        decode_at(decode, &self.state, "state", &self.id, self.seq)
    }

    pub(crate) fn decode_as_json(&self) -> Result<serde_json::Value> {
        decode_at(decode_as_json, &self.state, "state", &self.id, self.seq)
    }
}

impl DurableState {
    /// The state's value, written as JSON or as CBOR; `None` where there is no state.
    ///
    /// # Errors
    ///
    /// `undecodable`, naming id, revision and codec.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let state = self.state.as_deref();
        state.map(|state| decode_at(decode, state, "state", &self.id, self.revision)).transpose()
    }
}
