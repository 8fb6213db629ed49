//! What an error of the database means for what was to be written or read.

use rusqlite::{Error, ErrorCode};

use super::super::{SchemaError, StoreError};

/// An error of a transaction that was rolled back, or of a read.
pub(super) fn undone(error: Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(code) if passes(code) => StoreError::not_written(error),
        _ => StoreError::fatal(error),
    }
}

/// Whether somebody else holds a lock that is needed.
pub(super) fn is_busy(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// Whether the same may succeed later without anybody who mends the file or the program.
fn passes(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OperationInterrupted
            | ErrorCode::OutOfMemory
            | ErrorCode::SystemIoFailure
    )
}

/// An error on the way to a file that is to be opened.
pub(super) fn unopened(error: Error) -> SchemaError {
    SchemaError::Database(error.into())
}

/// An error of either kind, so that `?` takes both, and the store's own error has no part in this database.
pub(super) struct Halt(pub(super) StoreError);

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self(undone(error))
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}
