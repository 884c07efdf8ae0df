//! Whether a payload can be read, without a codec for its values.

use serde::de::IgnoredAny;

/// How deep values may lie within one another.
const MAX_DEPTH: usize = 256;

type Outcome<T = ()> = Result<T, String>;

/// Whether `payload` is JSON text and nothing else.
pub(super) fn json(payload: &[u8]) -> Outcome {
    // What is passed over is not looked at for its characters.
    str::from_utf8(payload).map_err(|error| error.to_string())?;
    serde_json::from_slice::<IgnoredAny>(payload).map_err(|error| error.to_string())?;
    Ok(())
}

/// Whether `payload` is one value of well-formed CBOR and nothing else, by [RFC 8949, appendix C].
///
/// [RFC 8949, appendix C]: https://www.rfc-editor.org/rfc/rfc8949#appendix-C
pub(super) fn cbor(payload: &[u8]) -> Outcome {
    let mut rest = Rest(payload);
    rest.value(0)?;
    if rest.0.is_empty() { Ok(()) } else { Err("bytes are left behind the value".into()) }
}

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

/// The first byte of a value with the number that belongs to it.
struct Head {
    major: u8,
    /// `None` where a break ends the value.
    argument: Option<u64>,
}

impl<'a> Rest<'a> {
    fn take(&mut self, count: u64) -> Outcome<&'a [u8]> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let taken = self.0.split_at_checked(count).ok_or("it ends too early")?;
        self.0 = taken.1;
        Ok(taken.0)
    }

    fn head(&mut self) -> Outcome<Head> {
        let first = self.take(1)?[0];
        let (major, info) = (first >> 5, first & 0x1f);
        let argument = match info {
            0..24 => Some(info.into()),
            24..28 => {
                let bytes = self.take(1 << (info - 24))?;
                Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
            }
            31 if matches!(major, 2..=5 | 7) => None,
            _ => return Err(format!("no value begins with the byte {first:#04x}")),
        };
        if (major, info) == (7, 24) && argument < Some(32) {
            return Err("a simple value is written in two bytes that has one".into());
        }
        Ok(Head { major, argument })
    }

    fn value(&mut self, depth: usize) -> Outcome {
        match self.head()? {
            Head { major: 7, argument: None } => Err("a break stands where a value should".into()),
            head => self.content(head, depth),
        }
    }

    fn content(&mut self, Head { major, argument }: Head, depth: usize) -> Outcome {
        if depth > MAX_DEPTH {
            return Err("its values lie too deep within one another".into());
        }
        match (major, argument) {
            (0 | 1 | 7, _) => Ok(()),
            (2, Some(length)) => self.take(length).map(drop),
            (3, Some(length)) => {
                let text = str::from_utf8(self.take(length)?);
                text.map(drop).map_err(|error| error.to_string())
            }
            (2 | 3, None) => self.until_break(|rest, head| match head {
                Head { major: own, argument: Some(_) } if own == major => rest.content(head, depth),
                _ => Err("a string has a part that is none".into()),
            }),
            (4, Some(count)) => (0..count).try_for_each(|_| self.value(depth + 1)),
            (5, Some(count)) => {
                (0..count).try_for_each(|_| self.value(depth + 1).and(self.value(depth + 1)))
            }
            (4, None) => self.until_break(|rest, head| rest.content(head, depth + 1)),
            (5, None) => self.until_break(|rest, key| {
                rest.content(key, depth + 1)?;
                rest.value(depth + 1)
            }),
            _ => self.value(depth + 1),
        }
    }

    fn until_break(&mut self, mut part: impl FnMut(&mut Self, Head) -> Outcome) -> Outcome {
        loop {
            match self.head()? {
                Head { major: 7, argument: None } => return Ok(()),
                head => part(self, head)?,
            }
        }
    }
}
