//! Why a command came to no good end, and what the program's exit code says of it.

use std::io;

use actor_journal::{Error, ErrorKind};

/// How a command that did its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Good,
    /// Something that is stored is not what was once written.
    Damaged,
}

impl Verdict {
    pub fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Damaged => 3,
        }
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The journal says so.
    Journal(Error),
    /// The journal says so of a text that it was given, whose faults are nobody's wrong usage.
    Text(Error),
    /// Nobody reads what it writes any more.
    Unread,
}

impl Failure {
    /// 0 where the reader had enough, 1 for an error, 2 where what was asked for cannot be, 3 where
    /// what is stored is damaged.
    pub fn code(&self) -> u8 {
        match self {
            Self::Journal(error) if *error.kind() == ErrorKind::InvalidArgument => 2,
            Self::Journal(error) | Self::Text(error) if error.is_damage() => {
                Verdict::Damaged.code()
            }
            Self::Journal(_) | Self::Text(_) => 1,
            Self::Unread => 0,
        }
    }

    /// What there is to say of it.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Journal(error) | Self::Text(error) => Some(error),
            Self::Unread => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Journal(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Journal(Error::caused(ErrorKind::Io, "the output cannot be written", error)),
        }
    }
}
