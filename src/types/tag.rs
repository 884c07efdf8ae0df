use std::{fmt, str::FromStr, sync::Arc};

use crate::error::{Error, Result};

/// The most tags that one event may carry.
pub const MAX_TAGS: usize = 64;

/// A label of an event, by which the read side finds it across streams.
///
/// 1 to 255 characters (Unicode scalar values), without commas and control characters. Cloning is
/// cheap.
///
/// ```
/// use actor_journal::Tag;
///
/// assert_eq!(Tag::new("deposit")?.as_str(), "deposit");
/// assert!(Tag::new("a,b").is_err());
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Arc<str>);

impl Tag {
    /// Checks `tag` and takes it.
    ///
    /// # Errors
    ///
    /// `invalid-argument`, naming the rule that `tag` breaks.
    pub fn new(tag: impl AsRef<str>) -> Result<Self> {
        let tag = tag.as_ref();
        match fault(tag) {
            Some(fault) => Err(Error::invalid(format!("tag {tag:?} {fault}"))),
            None => Ok(Self(tag.into())),
        }
    }

    /// The tags of the comma-separated text that a store holds. They are not checked: a file
    /// written elsewhere may hold tags that [`new`](Self::new) refuses.
    #[cfg(feature = "sqlite")]
    pub(crate) fn split(csv: &str) -> Vec<Self> {
        let tags = csv.split(',').filter(|tag| !tag.is_empty());
        tags.map(|tag| Self(tag.into())).collect()
    }

    /// The tags as comma-separated text, `None` without tags.
    pub(crate) fn join(tags: &[Self]) -> Option<String> {
        let names: Vec<&str> = tags.iter().map(Self::as_str).collect();
        (!names.is_empty()).then(|| names.join(","))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn fault(tag: &str) -> Option<&'static str> {
    match tag {
        "" => Some("is empty"),
        _ if tag.chars().count() > 255 => Some("is longer than 255 characters"),
        _ if tag.contains(',') => Some("contains a comma"),
        _ if tag.chars().any(char::is_control) => Some("contains a control character"),
        _ => None,
    }
}

impl FromStr for Tag {
    type Err = Error;

    fn from_str(tag: &str) -> Result<Self> {
        Self::new(tag)
    }
}

impl AsRef<str> for Tag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}
