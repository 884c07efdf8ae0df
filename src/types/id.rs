use std::{fmt, str::FromStr, sync::Arc};

use crate::error::{Error, Result};

/// The name of one actor's stream of events.
///
/// 1 to 255 characters (Unicode scalar values), without `/`, `\` and control characters, and not
/// `.` or `..`, so that an id can be a file name or a part of a URL. Cloning is cheap.
///
/// ```
/// use actor_journal::PersistenceId;
///
/// let id = PersistenceId::new("account-7")?;
/// assert_eq!(id.as_str(), "account-7");
/// assert!(PersistenceId::new("a/b").is_err());
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersistenceId(Arc<str>);

impl PersistenceId {
    /// Checks `id` and takes it.
    ///
    /// # Errors
    ///
    /// `invalid-argument`, naming the rule that `id` breaks.
    pub fn new(id: impl AsRef<str>) -> Result<Self> {
        let id = id.as_ref();
        match fault(id) {
            Some(fault) => Err(Error::invalid(format!("persistence id {id:?} {fault}"))),
            None => Ok(Self(id.into())),
        }
    }

    /// Takes an id that a store holds: a file written elsewhere may hold ids that
    /// [`new`](Self::new) refuses, and they stay readable.
    pub fn stored(id: impl AsRef<str>) -> Self {
        Self(id.as_ref().into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn fault(id: &str) -> Option<&'static str> {
    match id {
        "" => Some("is empty"),
        "." | ".." => Some("is a path of its own"),
        _ if id.chars().count() > 255 => Some("is longer than 255 characters"),
        _ if id.contains(['/', '\\']) => Some("contains a slash or a backslash"),
        _ if id.chars().any(char::is_control) => Some("contains a control character"),
        _ => None,
    }
}

impl FromStr for PersistenceId {
    type Err = Error;

    fn from_str(id: &str) -> Result<Self> {
        Self::new(id)
    }
}

impl AsRef<str> for PersistenceId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersistenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PersistenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}
