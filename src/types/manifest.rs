use std::{fmt, sync::Arc};

use crate::error::{Error, Result};

/// What a payload is and in which version of its shape it was written, so that a program can read
/// what an older one stored.
///
/// The name has 1 to 255 characters (Unicode scalar values), without control characters; the
/// version is at least 1 and at most 2^31 - 1. Cloning is cheap.
///
/// ```
/// use actor_journal::Manifest;
///
/// let deposited = Manifest::new("deposited", 2)?;
/// assert_eq!((deposited.name(), deposited.version()), ("deposited", 2));
/// assert!(Manifest::new("deposited", 0).is_err());
/// # Ok::<(), actor_journal::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Manifest {
    name: Arc<str>,
    version: u32,
}

impl Manifest {
    /// Checks name and version and takes them.
    ///
    /// # Errors
    ///
    /// `invalid-argument`, naming the rule that is broken.
    pub fn new(name: impl AsRef<str>, version: u32) -> Result<Self> {
        Self::checked(name.as_ref(), version.into())
    }

    /// As [`new`](Self::new), of a version that may be any number.
    pub(crate) fn checked(name: &str, version: i64) -> Result<Self> {
        const MAX_VERSION: i64 = i32::MAX as i64;
        if let Some(fault) = fault(name) {
            return Err(Error::invalid(format!("manifest {name:?} {fault}")));
        }
        match u32::try_from(version) {
            Ok(checked) if (1..=MAX_VERSION).contains(&version) => {
                Ok(Self { name: name.into(), version: checked })
            }
            _ => {
                let message = format!(
                    "version {version} of manifest {name:?} is not between 1 and {MAX_VERSION}"
                );
                Err(Error::invalid(message))
            }
        }
    }

    /// What the payload is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of its shape.
    pub fn version(&self) -> u32 {
        self.version
    }
}

fn fault(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("is empty"),
        _ if name.chars().count() > 255 => Some("is longer than 255 characters"),
        _ if name.chars().any(char::is_control) => Some("contains a control character"),
        _ => None,
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} version {}", self.name, self.version)
    }
}

impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} version {}", self.name, self.version)
    }
}
