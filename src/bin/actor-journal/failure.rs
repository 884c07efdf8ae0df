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
    /// Nobody reads what it writes any more.
    Unread,
}

impl Failure {
    /// 0 where the reader had enough, 1 for an error, 2 where what was asked for cannot be, 3 where
    /// what is stored is damaged.
    pub fn code(&self) -> u8 {
        let Self::Journal(error) = self else { return 0 };
        match error.kind() {
            ErrorKind::InvalidArgument => 2,
            ErrorKind::Corrupt | ErrorKind::Undecodable { .. } => Verdict::Damaged.code(),
            _ if error.is_integrity() => Verdict::Damaged.code(),
            _ => 1,
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
