use std::{error::Error as StdError, fmt, sync::Arc};

use crate::{
    error::{Error, ErrorKind},
    types::{PersistenceId, Seq},
};

/// Why an actor did not take a command, or did not carry it out to its end. Cheap to clone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ActorError {
    /// As many commands wait as may.
    MailboxFull,
    /// The actor was stopped and did not carry out the command. The cause says why, if it failed.
    Stopped(Option<Arc<ActorError>>),
    /// The system was terminated.
    Terminated,
    /// The actor's state could not be recovered, for this cause: it did not carry out the command.
    /// Behind what may pass (`busy`, `full`, `io`, `locked`, `lost`, `storage-unavailable`) the next
    /// command tries again; anything else has stopped the actor.
    NotRecovered(Arc<ActorError>),
    /// Another actor of the system has the name.
    NameTaken,
    /// Another actor of the system is in memory that has this persistence id.
    IdTaken(PersistenceId),
    /// The command was carried out, and its effect gives no reply. Where it has stored something,
    /// this is the cause of [`Stored`](Self::Stored).
    Unanswered,
    /// Code of the actor panicked, with this message. Nothing of the command is stored. As the cause
    /// of a stop it may be a store that panicked.
    Panicked(Arc<str>),
    /// Something of the command is stored, and what came behind it failed: do not repeat it.
    Stored(Arc<ActorError>),
    /// History was not deleted: no snapshot is kept at this seq or above.
    NotCovered(Seq),
    /// A snapshot was asked for in a system that has no snapshot store.
    NoSnapshotStore,
    /// A durable actor was spawned in a system that has no store of durable states.
    NoStateStore,
    /// The journal or another store failed, or an adapter. What an append or a change was refused
    /// with is surely not stored. After a conflict another writer owns the stream or the state, and
    /// after a lost write it is unknown what is stored: both have stopped the actor. `lost` is also
    /// what a command gets in whose middle the executor has dropped the actor.
    Journal(Error),
}

impl ActorError {
    /// The stable name of the condition, the same in JavaScript where it is one there: the journal's
    /// own code where the journal failed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MailboxFull => "mailbox-full",
            Self::Stopped(_) => "stopped",
            Self::NotRecovered(_) => "not-recovered",
            Self::Terminated => "terminated",
            Self::NameTaken => "name-taken",
            Self::IdTaken(_) => "id-taken",
            Self::Unanswered => "unanswered",
            Self::Panicked(_) => "failed",
            Self::Stored(_) => "stored",
            Self::NotCovered(_) => "not-covered",
            Self::NoSnapshotStore => "no-snapshot-store",
            Self::NoStateStore => "no-state-store",
            Self::Journal(error) => error.code(),
        }
    }

    /// A command was begun and will never be answered.
    pub(super) fn given_up() -> Self {
        let message = "the actor was dropped in the middle of the command: it is unknown whether \
                       its events are stored";
        Self::Journal(Error::new(ErrorKind::Lost, message))
    }

    /// The same of a command of which something may be stored.
    pub(super) fn behind(self, stored: bool) -> Self {
        if stored { Self::Stored(Arc::new(self)) } else { self }
    }

    /// Whether what failed with this may succeed later.
    pub(super) fn may_pass(&self) -> bool {
        use ErrorKind::{Busy, Full, Io, Locked, Lost, StorageUnavailable};
        let Self::Journal(error) = self else { return false };
        matches!(error.kind(), Busy | Full | Io | Locked | Lost | StorageUnavailable)
    }
}

impl fmt::Display for ActorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MailboxFull => f.write_str("too many commands wait for the actor"),
            Self::Stopped(None) => f.write_str("the actor was stopped"),
            Self::Stopped(Some(cause)) => write!(f, "the actor was stopped: {cause}"),
            Self::NotRecovered(cause) => write!(f, "the actor was not recovered: {cause}"),
            Self::Terminated => f.write_str("the system was terminated"),
            Self::NameTaken => f.write_str("another actor of the system has the name"),
            Self::IdTaken(id) => write!(f, "another actor in memory has the id {id:?}"),
            Self::Unanswered => f.write_str("the command was carried out and gives no reply"),
            Self::Panicked(message) => write!(f, "the actor panicked: {message}"),
            Self::Stored(cause) => write!(f, "the command is stored, but {cause}"),
            Self::NotCovered(to) => {
                write!(f, "no snapshot is kept at seq {to} or above: the events up to it stay")
            }
            Self::NoSnapshotStore => f.write_str("the system has no snapshot store"),
            Self::NoStateStore => f.write_str("the system has no store of durable states"),
            Self::Journal(error) if error.is_conflict() => {
                write!(f, "another writer owns the stream: {error}")
            }
            Self::Journal(error) => error.fmt(f),
        }
    }
}

impl StdError for ActorError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Stored(cause) | Self::NotRecovered(cause) | Self::Stopped(Some(cause)) => {
                Some(cause)
            }
            Self::Journal(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for ActorError {
    fn from(error: Error) -> Self {
        Self::Journal(error)
    }
}

/// Why a command was not answered with a reply. `E` is the actor's
/// [`Error`](super::PersistentActor::Error).
#[derive(Clone, Debug)]
pub enum AskError<E> {
    /// The actor refused the command, and it changed nothing.
    Rejected(E),
    /// The command was not taken, or not carried out to its end.
    Failed(ActorError),
}

impl<E: fmt::Display> fmt::Display for AskError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(error) => error.fmt(f),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> StdError for AskError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Rejected(_) => None,
            Self::Failed(error) => Some(error),
        }
    }
}

impl<E> From<ActorError> for AskError<E> {
    fn from(error: ActorError) -> Self {
        Self::Failed(error)
    }
}
