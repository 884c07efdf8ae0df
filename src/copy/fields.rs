//! An object of JSON on one line, field by field. To derive a reader for each would be a much larger
//! download in a page.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::{Error, Result};

/// A line that is being written.
pub(super) struct Written(String);

impl Written {
    pub(super) fn new() -> Self {
        Self(String::from("{"))
    }

    /// A field whose value is JSON.
    pub(super) fn json(mut self, name: &str, value: &str) -> Self {
        let comma = if self.0.len() > 1 { "," } else { "" };
        for part in [comma, "\"", name, "\":", value] {
            self.0 += part;
        }
        self
    }

    pub(super) fn number(self, name: &str, value: impl Display) -> Self {
        self.json(name, &value.to_string())
    }

    pub(super) fn text(self, name: &str, value: &str) -> Self {
        self.json(name, &quoted(value))
    }

    pub(super) fn texts<'t>(self, name: &str, values: impl Iterator<Item = &'t str>) -> Self {
        let values: Vec<_> = values.map(quoted).collect();
        self.json(name, &format!("[{}]", values.join(",")))
    }

    /// The line, without its end.
    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text can be written as JSON")
}

/// The fields of a line that nobody has taken yet.
pub(super) struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    pub(super) fn read(line: &'a str) -> Result<Self> {
        serde_json::from_str(line).map(Self).map_err(|error| Error::invalid(error.to_string()))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A value as it stands there.
    pub(super) fn json(&mut self, name: &str) -> Result<&'a str> {
        let value = self.0.remove(name).map(RawValue::get);
        value.ok_or_else(|| Error::invalid(format!("{name:?} is missing")))
    }

    /// A whole number.
    pub(super) fn number<T: FromStr>(&mut self, name: &str) -> Result<T> {
        let value = self.json(name)?;
        value.parse().map_err(|_| Error::invalid(format!("{name:?} is {value}: no whole number")))
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String> {
        self.decoded(name, "no text")
    }

    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>> {
        self.decoded(name, "no list of texts")
    }

    fn decoded<T: DeserializeOwned>(&mut self, name: &str, otherwise: &str) -> Result<T> {
        let value = self.json(name)?;
        let decoded = serde_json::from_str(value);
        decoded.map_err(|_| Error::invalid(format!("{name:?} is {value}: {otherwise}")))
    }

    /// Refuses what nobody has taken.
    pub(super) fn end(self) -> Result<()> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(Error::invalid(format!("{name:?} does not belong here"))),
        }
    }
}
