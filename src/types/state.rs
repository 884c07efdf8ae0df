use super::{Manifest, Payload, Timestamp};
use crate::error::Result;

/// A state to be kept: its payload, and what it says it is.
///
/// ```
/// use actor_journal::NewState;
///
/// let state = NewState::json(&serde_json::json!({ "balance": 70 }))?.named("account", 2)?;
/// assert_eq!(&*state.payload, br#"{"balance":70}"#);
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewState {
    /// What is stored, byte for byte.
    pub payload: Payload,
    /// What it says it is, if anything.
    pub manifest: Option<Manifest>,
    /// When it was written first, where it is a copy; `None`, and it is written now.
    pub timestamp: Option<Timestamp>,
}

impl NewState {
    /// A state of bytes that are stored as they are, without a manifest.
    pub fn bytes(payload: impl Into<Payload>) -> Self {
        Self { payload: payload.into(), manifest: None, timestamp: None }
    }

    /// The same state as one that was written at `timestamp`: a copy keeps its time.
    pub fn at(self, timestamp: Timestamp) -> Self {
        Self { timestamp: Some(timestamp), ..self }
    }

    /// The same state with a manifest of this name and version.
    ///
    /// # Errors
    ///
    /// `invalid-argument` for what [`Manifest::new`] refuses.
    pub fn named(self, name: impl AsRef<str>, version: u32) -> Result<Self> {
        let manifest = Some(Manifest::new(name, version)?);
        Ok(Self { manifest, ..self })
    }
}

impl From<Payload> for NewState {
    fn from(payload: Payload) -> Self {
        Self::bytes(payload)
    }
}

impl From<Vec<u8>> for NewState {
    fn from(payload: Vec<u8>) -> Self {
        Self::bytes(payload)
    }
}
