//! One error, few kinds, each with a code that is the same in Rust and JavaScript.

use serde::Serialize;
use std::{error::Error as StdError, fmt, iter, sync::Arc};

use crate::types::{Manifest, PersistenceId, Position, Seq};

/// What journal operations return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed. Cheap to clone, so that one failed commit can answer many appends.
///
/// ```
/// use actor_journal::{Error, ErrorKind, PersistenceId};
///
/// let error = PersistenceId::new("").unwrap_err();
/// assert_eq!(error.code(), "invalid-argument");
/// assert!(matches!(error.kind(), ErrorKind::InvalidArgument));
/// assert!(!error.is_conflict());
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of failure. [`code`](Self::code) names each for other languages.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The expected seq is not the head: somebody else has appended. Nothing was written. Of a
    /// durable state, the same about its revision.
    Conflict {
        /// The stream, or the state.
        id: PersistenceId,
        /// What the caller took for the head.
        expected: Seq,
        /// The head.
        actual: Seq,
    },
    /// An id, tag, option or bound that is not allowed. Nothing was written.
    InvalidArgument,
    /// A value that the codec cannot write without changing it. Nothing was written.
    Unencodable,
    /// A stored payload that the codec cannot read.
    Undecodable {
        /// The stream, or the state.
        id: PersistenceId,
        /// The event or snapshot, or the state's revision.
        seq: Seq,
    },
    /// An event or a snapshot that this program does not know: of an unknown manifest or of a version
    /// that a newer program has written.
    UnsupportedSchema {
        /// The stream.
        id: PersistenceId,
        /// The event or snapshot.
        seq: Seq,
        /// What it says it is, if anything.
        manifest: Option<Manifest>,
    },
    /// A stream that is not what was once written: a gap, a wrong order, a seq out of bounds, a row
    /// whose checksum is another. Of a durable state, the same about its row.
    Integrity {
        /// The stream, or the state.
        id: PersistenceId,
        /// Where it is broken.
        seq: Seq,
    },
    /// A snapshot that cannot belong to its stream, or is not what was once written.
    SnapshotIntegrity {
        /// The stream.
        id: PersistenceId,
        /// The snapshot.
        seq: Seq,
    },
    /// A projection's own code has failed at an event. Nothing of the event is in its view.
    Projection {
        /// Where the event stands in the journal; 0 where `create` has failed, in front of the first one.
        position: Position,
    },
    /// Another connection held the database for longer than the busy time-out. Try again.
    Busy,
    /// The disk or the quota is full. Nothing was written; it works again once there is room.
    Full,
    /// The file is not a journal, is damaged, or holds what would run when it is written to.
    Corrupt,
    /// A newer version of this library wrote the file.
    NewerVersion,
    /// Another owner (a tab, a worker) holds the database.
    Locked,
    /// The file may be read, not written.
    ReadOnly,
    /// The path lies in a directory that is not there, or names no file where one is only read.
    NotFound,
    /// There is no place for the database: this platform offers none, or the path is a directory.
    StorageUnavailable,
    /// The outcome of a write is not known: it may or may not be stored. Repeat it as it was.
    Lost,
    /// An earlier write was lost; writes are refused until the journal is opened again.
    Poisoned,
    /// The operating system reported an error.
    Io,
    /// The journal was closed.
    Closed,
    /// A defect of this library.
    Internal,
}

impl ErrorKind {
    /// The stable name of this kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::InvalidArgument => "invalid-argument",
            Self::Unencodable => "unencodable",
            Self::Undecodable { .. } => "undecodable",
            Self::UnsupportedSchema { .. } => "unsupported-schema",
            Self::Integrity { .. } => "integrity",
            Self::SnapshotIntegrity { .. } => "snapshot-integrity",
            Self::Projection { .. } => "projection",
            Self::Busy => "busy",
            Self::Full => "full",
            Self::Corrupt => "corrupt",
            Self::NewerVersion => "newer-version",
            Self::Locked => "locked",
            Self::ReadOnly => "read-only",
            Self::NotFound => "not-found",
            Self::StorageUnavailable => "storage-unavailable",
            Self::Lost => "lost",
            Self::Poisoned => "poisoned",
            Self::Io => "io",
            Self::Closed => "closed",
            Self::Internal => "internal",
        }
    }
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), cause: None }))
    }

    /// An error of `kind` that says `message` and was caused by `cause`.
    pub fn caused(
        kind: ErrorKind,
        message: impl Into<String>,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), cause: Some(cause.into()) }))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    pub(crate) fn conflict(id: &PersistenceId, expected: Seq, actual: Seq) -> Self {
        let message = format!("stream {id:?} is at seq {actual}, not at the expected {expected}");
        Self::new(ErrorKind::Conflict { id: id.clone(), expected, actual }, message)
    }

    pub(crate) fn integrity(id: &PersistenceId, seq: Seq, message: impl fmt::Display) -> Self {
        let message = format!("stream {id:?} is broken at seq {seq}: {message}");
        Self::new(ErrorKind::Integrity { id: id.clone(), seq }, message)
    }

    /// Positions are never taken back: a journal that ends before one that is known is another one.
    pub(crate) fn shorter(last: Position, known: Position) -> Self {
        let message = format!(
            "the journal ends at position {last}, before {known}, up to which it was read: another one, or an older copy, has taken its place"
        );
        Self::new(ErrorKind::Corrupt, message)
    }

    pub(crate) fn closed() -> Self {
        Self::new(ErrorKind::Closed, "the journal is closed")
    }

    /// What kind of failure this is, with its details.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The stable name of the kind, the same in Rust and JavaScript.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The error as JSON text, for other languages: `code`, `message`, `causes` (messages,
    /// outermost first) and the details of its kind.
    ///
    /// ```
    /// let error = actor_journal::Tag::new("").unwrap_err();
    /// assert_eq!(error.to_json(), r#"{"code":"invalid-argument","message":"tag \"\" is empty"}"#);
    /// ```
    pub fn to_json(&self) -> String {
        let mut told = Told { code: self.code(), message: &self.0.message, ..Told::default() };
        match self.kind() {
            ErrorKind::Conflict { id, expected, actual } => {
                told.persistence_id = Some(id.as_str());
                told.expected_seq = Some(*expected);
                told.actual_seq = Some(*actual);
            }
            ErrorKind::Undecodable { id, seq }
            | ErrorKind::Integrity { id, seq }
            | ErrorKind::SnapshotIntegrity { id, seq }
            | ErrorKind::UnsupportedSchema { id, seq, .. } => {
                told.persistence_id = Some(id.as_str());
                told.sequence_nr = Some(*seq);
            }
            ErrorKind::Projection { position } => told.position = Some(*position),
            _ => {}
        }
        let causes = iter::successors(self.source(), |&cause| cause.source());
        told.causes = causes.map(|cause| cause.to_string()).collect();
        serde_json::to_string(&told).expect("text and numbers can be written as JSON")
    }

    /// Whether the expected seq was not the head.
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Conflict { .. })
    }

    /// Whether another connection held the database for too long; a later try may succeed.
    pub fn is_busy(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Busy)
    }

    /// Whether another tab or worker has the database; a later try may succeed.
    pub fn is_locked(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Locked)
    }

    /// Whether there was no room; it works again once there is.
    pub fn is_full(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Full)
    }

    /// Whether it is unknown if the write is stored. Any other failed write is surely not stored.
    pub fn is_lost(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Lost)
    }

    /// Whether something that is stored is not what was once written: `integrity`, `corrupt`,
    /// `undecodable`.
    pub fn is_damage(&self) -> bool {
        self.is_integrity()
            || matches!(self.0.kind, ErrorKind::Corrupt | ErrorKind::Undecodable { .. })
    }

    /// Whether a stream or its snapshots break the rules: a gap, a head that is not its last event's.
    pub fn is_integrity(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Integrity { .. } | ErrorKind::SnapshotIntegrity { .. })
    }

    /// Whether the journal was closed.
    pub fn is_closed(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Closed)
    }
}

/// `BindingError` in TypeScript.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persistence_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_seq: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual_seq: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_nr: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        debug.field("cause", &self.0.cause).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}
