//! JSON text in its parts. Whatever serde_json reads as a type of Rust, it brings along how it reads
//! numbers: a larger download in a page than all of this, and no line has use for it.

use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// Whether `json` is JSON text and nothing else. All else here takes only what is.
///
/// # Errors
///
/// What is wrong with it, and where.
pub(super) fn check(json: &str) -> Result<(), String> {
    let checked = serde_json::from_slice::<IgnoredAny>(json.as_bytes());
    // It is one line, whose number in a text only the caller knows.
    checked.map(drop).map_err(|error| error.to_string().replace(" at line 1 column", " at column"))
}

/// The fields of an object, the values as they stand there; `None` for another value.
pub(super) fn object(json: &str) -> Option<Vec<(String, &str)>> {
    let parts = parts(json, '{')?;
    parts.chunks_exact(2).map(|field| Some((text(field[0])?, field[1]))).collect()
}

/// A list of strings; `None` for another value.
pub(super) fn texts(json: &str) -> Option<Vec<String>> {
    parts(json, '[')?.into_iter().map(text).collect()
}

/// The values between brackets, names of fields among them, as they stand there.
fn parts(json: &str, open: char) -> Option<Vec<&str>> {
    let blank = [' ', '\t', '\n', '\r'];
    let mut rest = json.trim_start_matches(blank).strip_prefix(open)?;
    let mut parts = Vec::new();
    loop {
        rest = rest.trim_start_matches(blank).trim_start_matches([',', ':']);
        rest = rest.trim_start_matches(blank);
        let mut values = Deserializer::from_slice(rest.as_bytes()).into_iter::<IgnoredAny>();
        let Some(Ok(_)) = values.next() else { return Some(parts) };
        let (part, behind) = rest.split_at(values.byte_offset());
        parts.push(part);
        rest = behind;
    }
}

/// The text of a string; `None` for another value, and for half of a surrogate pair.
pub(super) fn text(json: &str) -> Option<String> {
    let mut rest = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    while let Some((plain, escape)) = rest.split_once('\\') {
        let (sign, behind) = unescaped(escape)?;
        text += plain;
        text.push(sign);
        rest = behind;
    }
    Some(text + rest)
}

/// The character of an escape, and what stands behind it.
fn unescaped(escape: &str) -> Option<(char, &str)> {
    let (kind, rest) = escape.split_at_checked(1)?;
    let sign = match kind {
        "u" => return code_point(rest),
        "b" => '\u{8}',
        "f" => '\u{c}',
        "n" => '\n',
        "r" => '\r',
        "t" => '\t',
        itself => itself.chars().next()?,
    };
    Some((sign, rest))
}

/// The character of one unit of UTF-16 or two, and what stands behind it.
fn code_point(digits: &str) -> Option<(char, &str)> {
    let (first, rest) = unit(digits)?;
    if let Some(sign) = char::from_u32(first.into()) {
        return Some((sign, rest));
    }
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let sign = char::decode_utf16([first, second]).next()?.ok()?;
    Some((sign, rest))
}

fn unit(digits: &str) -> Option<(u16, &str)> {
    let (digits, rest) = digits.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::{object, texts};

    #[test]
    fn strings_are_read_as_serde_json_reads_them() {
        let long = r#""\u0041\u00e9\ud83d\ude00\uD83D\uDE00 \" \\ \/ \b\f\n\r\t é😀 ]},:""#;
        for json in ["[]", r#" [ "" ] "#, r#"["a" , "b,]"]"#, &format!("[{long},\n{long}]")] {
            assert_eq!(texts(json), serde_json::from_str(json).ok(), "{json}");
        }
        for json in [r#"["\ud83d"]"#, r#"["\ude00\ud83d"]"#, r#"["\ud83d\u0041"]"#, "[1]", "{}"] {
            assert_eq!(texts(json), None, "{json}");
            assert!(serde_json::from_str::<Vec<String>>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn values_of_fields_are_what_stands_there() {
        let json = r#" { "a" : -1.50e3 ,"b":[ 1, {"c":"}"} ], "\u0063":"x"} "#;
        let fields = [("a", "-1.50e3"), ("b", r#"[ 1, {"c":"}"} ]"#), ("c", r#""x""#)];
        let fields = fields.map(|(name, value)| (name.to_string(), value)).to_vec();
        assert_eq!(object(json), Some(fields));
        assert_eq!(object("{}"), Some(Vec::new()));
        assert_eq!(object("[1]"), None);
    }
}
