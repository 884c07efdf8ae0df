//! Payloads as text on one line, whichever codec wrote them.

use actor_journal::codec::{CBOR_PREFIX, decode};
use serde::de::IgnoredAny;

use crate::cbor::{self, Notation};

/// What to show in place of a payload that cannot be read: its first bytes.
pub fn bytes(payload: &[u8]) -> String {
    const SHOWN: usize = 32;
    let rest = if payload.len() > SHOWN { "…" } else { "" };
    let start = cbor::hex(&payload[..payload.len().min(SHOWN)]);
    format!("<undecodable, {} bytes: {start}{rest}>", payload.len())
}

/// A payload on one line.
///
/// # Errors
///
/// The error of the codec, as text.
pub fn text(payload: &[u8], notation: Notation) -> Result<String, String> {
    match payload.strip_prefix(&CBOR_PREFIX) {
        Some(cbor) => {
            decode::<IgnoredAny>(payload)?;
            let value = ciborium::from_reader(cbor).map_err(|error| error.to_string())?;
            Ok(cbor::text(&value, notation))
        }
        None => {
            decode::<serde_json::Value>(payload)?;
            // As it was written: a number may have more digits than any type here holds.
            Ok(compact(&String::from_utf8_lossy(payload)))
        }
    }
}

/// JSON without the space between its parts.
fn compact(json: &str) -> String {
    let (mut in_text, mut escaped) = (false, false);
    let kept = json.chars().filter(|&character| {
        let is_kept = in_text || !character.is_ascii_whitespace();
        in_text ^= character == '"' && !escaped;
        escaped = in_text && character == '\\' && !escaped;
        is_kept
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::{Notation, bytes, text};

    #[test]
    fn json_is_shown_digit_by_digit_on_one_line() {
        let payload = br#" { "a b" : 12345678901234567890123 ,
            "c\"\\" : [ 1.50, "\\" ] } "#;
        let shown = text(payload, Notation::Diagnostic).expect("it is JSON");
        assert_eq!(shown, r#"{"a b":12345678901234567890123,"c\"\\":[1.50,"\\"]}"#);
    }

    #[test]
    fn what_no_codec_reads_is_an_error_and_shown_as_bytes() {
        for payload in [&b"{"[..], b"\"\xff\"", b"", b"\xd9\xd9\xf7\x61", b"\xd9\xd9\xf7\x01\x01"] {
            assert!(text(payload, Notation::Json).is_err(), "{payload:?}");
        }
        assert_eq!(bytes(b"{\xff"), "<undecodable, 2 bytes: 7bff>");
        assert!(bytes(&[0; 33]).ends_with("00…>"));
    }
}
