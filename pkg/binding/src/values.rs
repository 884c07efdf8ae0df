//! The packed format in which statements, their parameters and rows cross: little-endian, without
//! padding. A value is a byte that says its kind, then what it holds:
//!
//! | kind | what | then |
//! |---|---|---|
//! | 0 | null | |
//! | 1 | an integer | i64 |
//! | 2 | a real number | f64 |
//! | 3 | text | its length, u32, and UTF-8 |
//! | 4 | bytes | their length, u32, and they |
//!
//! Parameters are their count, u32, and values. Changes are, for each event, its position, f64, and the
//! count of its statements, u32; a statement is its text, length first, and its parameters. Rows are a
//! byte that says whether some are left out, the count of columns, u32, their names, length first, and a
//! value for each column of each row.

use actor_journal::{
    Change, Error, ErrorKind, Result, Statement,
    rusqlite::types::{Value, ValueRef},
};

use crate::number::whole;

const NULL: u8 = 0;
const INTEGER: u8 = 1;
const REAL: u8 = 2;
const TEXT: u8 = 3;
const BYTES: u8 = 4;

/// What is left of what was packed.
struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const SIZE: usize>(&mut self) -> Result<[u8; SIZE]> {
        self.take(SIZE)?.try_into().map_err(|_| malformed())
    }

    fn count(&mut self) -> Result<usize> {
        self.array().map(|count| u32::from_le_bytes(count) as usize)
    }

    fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.count()?;
        self.take(length)
    }

    fn text(&mut self) -> Result<String> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| malformed())
    }

    fn value(&mut self) -> Result<Value> {
        let [kind] = self.array()?;
        Ok(match kind {
            NULL => Value::Null,
            INTEGER => Value::Integer(i64::from_le_bytes(self.array()?)),
            REAL => Value::Real(f64::from_le_bytes(self.array()?)),
            TEXT => Value::Text(self.text()?),
            BYTES => Value::Blob(self.bytes()?.to_vec()),
            _ => return Err(malformed()),
        })
    }

    fn values(&mut self) -> Result<Vec<Value>> {
        let count = self.count()?;
        (0..count).map(|_| self.value()).collect()
    }

    fn change(&mut self) -> Result<Change> {
        let position = whole("position", f64::from_le_bytes(self.array()?))?;
        let count = self.count()?;
        let statement = |_| Ok(Statement { sql: self.text()?, params: self.values()? });
        Ok(Change { position, statements: (0..count).map(statement).collect::<Result<_>>()? })
    }
}

/// What events change.
pub(crate) fn unpack_changes(packed: &[u8]) -> Result<Vec<Change>> {
    let mut packed = Packed(packed);
    let mut changes = Vec::new();
    while !packed.0.is_empty() {
        changes.push(packed.change()?);
    }
    Ok(changes)
}

/// The parameters of a statement.
pub(crate) fn unpack_params(packed: &[u8]) -> Result<Vec<Value>> {
    let mut packed = Packed(packed);
    let params = packed.values()?;
    if packed.0.is_empty() { Ok(params) } else { Err(malformed()) }
}

/// Packs the names of columns behind what is packed already.
pub(crate) fn pack_names<'a>(packed: &mut Vec<u8>, names: impl ExactSizeIterator<Item = &'a str>) {
    packed.extend((names.len() as u32).to_le_bytes());
    names.for_each(|name| pack_bytes(packed, name.as_bytes()));
}

/// Packs a value behind what is packed already.
pub(crate) fn pack_value(packed: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => packed.push(NULL),
        ValueRef::Integer(integer) => {
            packed.push(INTEGER);
            packed.extend(integer.to_le_bytes());
        }
        ValueRef::Real(real) => {
            packed.push(REAL);
            packed.extend(real.to_le_bytes());
        }
        ValueRef::Text(text) => {
            packed.push(TEXT);
            pack_bytes(packed, text);
        }
        ValueRef::Blob(bytes) => {
            packed.push(BYTES);
            pack_bytes(packed, bytes);
        }
    }
}

fn pack_bytes(packed: &mut Vec<u8>, bytes: &[u8]) {
    packed.extend((bytes.len() as u32).to_le_bytes());
    packed.extend(bytes);
}

fn malformed() -> Error {
    Error::new(ErrorKind::InvalidArgument, "the packed statements are malformed")
}
