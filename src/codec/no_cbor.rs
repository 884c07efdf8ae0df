//! In place of CBOR where its feature is off.

/// Refuses every value.
pub(super) fn from_slice<T>(_: &[u8]) -> Result<T, String> {
    Err("the feature `cbor` is off".into())
}

/// Refuses every value.
pub(super) fn as_json(_: &[u8]) -> Result<serde_json::Value, String> {
    Err("the feature `cbor` is off".into())
}
