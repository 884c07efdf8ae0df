use rusqlite::{Error as SqliteError, ErrorCode};

use crate::error::{Error, ErrorKind};

impl From<SqliteError> for Error {
    fn from(error: SqliteError) -> Self {
        let kind = kind(&error);
        let message = match kind {
            ErrorKind::Busy => "the database is busy: another connection holds it".into(),
            ErrorKind::Full => "the disk or the quota is full".into(),
            ErrorKind::Corrupt => format!("the file is damaged or is not a journal: {error}"),
            ErrorKind::InvalidArgument => "a row would be larger than SQLite can hold".into(),
            ErrorKind::ReadOnly => "the database may only be read".into(),
            _ => format!("SQLite failed: {error}"),
        };
        Self::caused(kind, message, error)
    }
}

fn kind(error: &SqliteError) -> ErrorKind {
    match error {
        SqliteError::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ErrorKind::Busy,
            ErrorCode::DiskFull => ErrorKind::Full,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => ErrorKind::Corrupt,
            ErrorCode::ReadOnly => ErrorKind::ReadOnly,
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied => ErrorKind::StorageUnavailable,
            ErrorCode::SystemIoFailure => ErrorKind::Io,
            ErrorCode::TooBig => ErrorKind::InvalidArgument,
            // SQLite has no code for it.
            _ if error.to_string().contains("unsupported file format") => ErrorKind::Corrupt,
            _ => ErrorKind::Internal,
        },
        SqliteError::InvalidColumnType(..)
        | SqliteError::IntegralValueOutOfRange(..)
        | SqliteError::FromSqlConversionFailure(..)
        | SqliteError::Utf8Error(..) => ErrorKind::Corrupt,
        _ => ErrorKind::Internal,
    }
}
