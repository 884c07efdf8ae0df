//! An object of JSON on one line, field by field. To derive a reader for each would be a much larger
//! download in a page.

use std::{fmt::Display, str::FromStr};

use super::json;
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

/// As much of a value as a message has room for.
fn start(value: &str) -> String {
    const SHOWN: usize = 80;
    let mut characters = value.chars();
    let start: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() { start + "…" } else { start }
}

/// The fields of a line that nobody has taken yet, the values as they stand there.
pub(super) struct Fields<'a>(Vec<(String, &'a str)>);

impl<'a> Fields<'a> {
    pub(super) fn read(line: &'a str) -> Result<Self> {
        json::check(line).map_err(Error::invalid)?;
        let fields = json::object(line).map(Self);
        fields.ok_or_else(|| Error::invalid("it is no object of JSON"))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// A value as it stands there.
    pub(super) fn json(&mut self, name: &str) -> Result<&'a str> {
        let place = self.place(name);
        let place = place.ok_or_else(|| Error::invalid(format!("{name:?} is missing")))?;
        Ok(self.0.swap_remove(place).1)
    }

    /// A whole number.
    pub(super) fn number<T: FromStr>(&mut self, name: &str) -> Result<T> {
        self.decoded(name, "no whole number", |value| value.parse().ok())
    }

    pub(super) fn text(&mut self, name: &str) -> Result<String> {
        self.decoded(name, "no text", json::text)
    }

    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>> {
        self.decoded(name, "no list of texts", json::texts)
    }

    fn decoded<T>(
        &mut self,
        name: &str,
        otherwise: &str,
        decode: fn(&str) -> Option<T>,
    ) -> Result<T> {
        let value = self.json(name)?;
        let refused = || Error::invalid(format!("{name:?} is {}: {otherwise}", start(value)));
        decode(value).ok_or_else(refused)
    }

    /// Refuses what nobody has taken, such as a field that is there twice.
    pub(super) fn end(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Error::invalid(format!("{name:?} does not belong here"))),
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|field| field.0 == name)
    }
}
