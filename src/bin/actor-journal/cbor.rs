//! CBOR as text.

use std::fmt::Write;

use ciborium::Value;

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// JSON as [RFC 8949, section 6.1](https://www.rfc-editor.org/rfc/rfc8949#section-6.1) advises:
    /// bytes in base64url, tags left out, numbers that are not finite as `null`, keys as text.
    Json,
    /// CBOR's own, [section 8](https://www.rfc-editor.org/rfc/rfc8949#section-8): JSON, with bytes
    /// as `h'00ff'`, tags as `0("2026-11-23")`, and keys that are anything.
    Diagnostic,
}

/// `value` on one line. A big integer of up to 128 bits is written as one.
pub fn text(value: &Value, notation: Notation) -> String {
    match value {
        Value::Integer(number) => i128::from(*number).to_string(),
        Value::Bytes(bytes) => written(bytes, notation),
        Value::Float(number) => float(*number, notation),
        Value::Text(text) => quoted(text),
        Value::Bool(value) => value.to_string(),
        Value::Tag(tag, inner) => tagged(*tag, inner, notation),
        Value::Array(items) => list('[', items.iter().map(|item| text(item, notation)), ']'),
        Value::Map(entries) => list('{', entries.iter().map(|entry| pair(entry, notation)), '}'),
        _ => "null".into(),
    }
}

fn list(open: char, items: impl Iterator<Item = String>, close: char) -> String {
    format!("{open}{}{close}", items.collect::<Vec<_>>().join(","))
}

fn pair((key, value): &(Value, Value), notation: Notation) -> String {
    let key = match (text(key, notation), notation) {
        (key, Notation::Json) if !key.starts_with('"') => quoted(&key),
        (key, _) => key,
    };
    format!("{key}:{}", text(value, notation))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn float(number: f64, notation: Notation) -> String {
    match notation {
        _ if number.is_finite() => format!("{number:?}"),
        Notation::Json => "null".into(),
        Notation::Diagnostic if number.is_nan() => "NaN".into(),
        Notation::Diagnostic if number > 0.0 => "Infinity".into(),
        Notation::Diagnostic => "-Infinity".into(),
    }
}

fn tagged(tag: u64, inner: &Value, notation: Notation) -> String {
    let magnitude = inner.as_bytes().and_then(|bytes| magnitude(bytes));
    match (tag, magnitude) {
        (2, Some(number)) => number.to_string(),
        // -1 - n of the largest n has one digit too many for its type.
        (3, Some(number)) if number < u128::MAX => format!("-{}", number + 1),
        _ if notation == Notation::Json => text(inner, notation),
        _ => format!("{tag}({})", text(inner, notation)),
    }
}

/// The number whose bytes these are, the most significant first, where it has at most 128 bits.
fn magnitude(bytes: &[u8]) -> Option<u128> {
    let start = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len());
    let significant = &bytes[start..];
    let number = significant.iter().fold(0, |number, &byte| number << 8 | u128::from(byte));
    (significant.len() <= 16).then_some(number)
}

fn written(bytes: &[u8], notation: Notation) -> String {
    match notation {
        Notation::Json => format!("\"{}\"", base64url(bytes)),
        Notation::Diagnostic => format!("h'{}'", hex(bytes)),
    }
}

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes everything.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// [RFC 4648, section 5](https://www.rfc-editor.org/rfc/rfc4648#section-5), without padding.
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digits = |group: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*group.get(at).unwrap_or(&0)));
        let digits = [18, 12, 6, 0].map(|shift| char::from(DIGITS[bits >> shift & 63]));
        digits.into_iter().take(group.len() + 1).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::{Notation, Value, text};

    fn both(value: Value) -> (String, String) {
        (text(&value, Notation::Json), text(&value, Notation::Diagnostic))
    }

    fn expect(value: Value, json: &str, diagnostic: &str) {
        assert_eq!(both(value), (json.to_owned(), diagnostic.to_owned()));
    }

    #[test]
    fn what_json_has_is_json() {
        let entries = vec![("a".into(), Value::Array(vec![1.into(), 1.5.into(), Value::Null]))];
        let expected = r#"{"a":[1,1.5,null]}"#;
        expect(Value::Map(entries), expected, expected);
        expect("say \"\n\"".into(), r#""say \"\n\"""#, r#""say \"\n\"""#);
    }

    #[test]
    fn what_json_has_not_is_json_by_the_rfc_and_cbor_in_its_own_notation() {
        expect(vec![0_u8, 255].into(), r#""AP8""#, "h'00ff'");
        expect(f64::NAN.into(), "null", "NaN");
        expect(f64::NEG_INFINITY.into(), "null", "-Infinity");
        expect(Value::Tag(1, Box::new(5.into())), "5", "1(5)");
        expect(Value::Map(vec![(7.into(), true.into())]), r#"{"7":true}"#, "{7:true}");
    }

    #[test]
    fn big_integers_are_written_in_digits() {
        let big = |tag, bytes: &[u8]| Value::Tag(tag, Box::new(Value::Bytes(bytes.to_vec())));
        let (plus, minus) = ("18446744073709551616", "-18446744073709551617");
        expect(big(2, &[1, 0, 0, 0, 0, 0, 0, 0, 0]), plus, plus);
        expect(big(3, &[1, 0, 0, 0, 0, 0, 0, 0, 0]), minus, minus);
        expect(
            big(2, &[255; 17]),
            "\"______________________8\"",
            &format!("2(h'{}')", "ff".repeat(17)),
        );
    }
}
