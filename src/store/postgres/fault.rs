//! What an error says about a statement: whether it was carried out, and whether to send it again.

use std::{
    error::Error,
    fmt::{self, Write},
};

use deadpool_postgres::PoolError;
use tokio_postgres::error::{DbError, Severity};

use crate::store::{Fate, StoreError};

/// Why a statement has no answer, and what is to be done about it.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) error: StoreError,
    pub(super) cure: Cure,
    /// Whether the connection is of no more use, although it may still be open.
    pub(super) is_spent: bool,
}

/// What helps against an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cure {
    /// To send the same again, as it met with somebody else's.
    Again,
    /// To send what travelled together one by one, as one of them is the cause.
    Apart,
    /// Nothing that could be done here.
    None,
}

/// What an error of the server means for a statement that is a transaction of its own.
const fn meaning(is_spent: bool, fate: Fate, cure: Cure) -> (bool, Fate, Cure) {
    (is_spent, fate, cure)
}

impl Trouble {
    /// Before the statement was sent: whatever it is, nothing was written.
    pub(super) fn before(error: tokio_postgres::Error) -> Self {
        let (is_spent, fate, cure) = error.as_db_error().map_or(meaning(true, Fate::NotWritten, Cure::None), judged);
        let fate = if fate == Fate::Unknown { Fate::NotWritten } else { fate };
        Self { error: stated(fate, Told::of(error)), cure, is_spent }
    }

    /// Where no connection was to be had.
    pub(super) fn without_connection(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::before(error),
            other => Self { error: StoreError::not_written(other), cure: Cure::None, is_spent: false },
        }
    }

    /// After the statement was sent.
    pub(super) fn during(error: tokio_postgres::Error) -> Self {
        let (is_spent, fate, cure) = error.as_db_error().map_or(meaning(true, Fate::Unknown, Cure::None), judged);
        Self { error: stated(fate, Told::of(error)), cure, is_spent }
    }

    /// There was no answer for as long as anybody was to wait for one.
    pub(super) fn late(fate: Fate, what: &str) -> Self {
        Self { error: stated(fate, what.to_owned()), cure: Cure::None, is_spent: true }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self { error, cure: Cure::None, is_spent: false }
    }
}

/// The table in the documentation of the module, row by row.
fn judged(error: &DbError) -> (bool, Fate, Cure) {
    let code = error.code().code();
    if error.parsed_severity() != Some(Severity::Error) {
        return meaning(true, Fate::Unknown, Cure::None);
    }
    match (code, code.get(..2).unwrap_or_default()) {
        ("40003", _) => meaning(false, Fate::Unknown, Cure::None),
        // The prepared statement is gone or outdated, or the server only reads: another connection may do.
        ("0A000" | "25006" | "26000", _) => meaning(true, Fate::NotWritten, Cure::Again),
        (_, "40") | ("23505", _) => meaning(false, Fate::NotWritten, Cure::Again),
        ("57014", _) | (_, "55") => meaning(false, Fate::NotWritten, Cure::Apart),
        (_, "25" | "53") => meaning(false, Fate::NotWritten, Cure::None),
        (_, "22" | "23" | "54") => meaning(false, Fate::Fatal, Cure::Apart),
        (_, "28" | "3D" | "3F" | "42") => meaning(false, Fate::Fatal, Cure::None),
        _ => meaning(false, Fate::Unknown, Cure::None),
    }
}

fn stated(fate: Fate, cause: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    match fate {
        Fate::NotWritten => StoreError::not_written(cause),
        Fate::Unknown => StoreError::unknown(cause),
        Fate::Fatal => StoreError::fatal(cause),
    }
}

/// An error with all that it knows in its text, as its own text is one or two words.
#[derive(Debug)]
pub(super) struct Told {
    text: String,
    error: tokio_postgres::Error,
}

impl Told {
    pub(super) fn of(error: tokio_postgres::Error) -> Self {
        let text = match error.as_db_error() {
            Some(known) => format!("the server says: {} (SQLSTATE {})", known.message(), known.code().code()),
            None => chain(&error),
        };
        Self { text, error }
    }
}

/// The text of an error, and those of its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a text does not fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Told {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}
