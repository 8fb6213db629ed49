//! What went wrong in a store, and what is known of the commit that it went wrong in.

use std::{error::Error, fmt, sync::Arc};

/// What is known of a commit that ended in an error.
///
/// Complete on purpose: these are all cases that a caller must tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing was written, and nothing will be; the same may be tried again.
    NotWritten,
    /// It may have been written, or may still be.
    Unknown,
    /// Nothing was written, and to try again is of no use: the store needs somebody's attention.
    Fatal,
}

/// Why a store has no answer.
///
/// ```
/// use studio_credits::store::{Fate, StoreError};
///
/// let lost = StoreError::unknown("the connection was reset");
/// assert_eq!(lost.fate(), Fate::Unknown);
/// assert_eq!(lost.to_string(), "the connection was reset");
/// ```
#[derive(Clone, Debug)]
pub struct StoreError {
    fate: Fate,
    cause: Arc<dyn Error + Send + Sync>,
}

impl StoreError {
    /// An error after which nobody knows whether anything was written: the right one unless it is certain that nothing
    /// was. A connection that ends, a time-out, and whatever is not understood belong here.
    pub fn unknown(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { fate: Fate::Unknown, cause: cause.into().into() }
    }

    /// An error before which nothing was written, and after which nothing can be: the connection was never made, or the
    /// database itself said that it rolled back.
    pub fn not_written(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { fate: Fate::NotWritten, cause: cause.into().into() }
    }

    /// An error that stays until somebody does something about it, such as a row that does not read. Nothing was
    /// written.
    pub fn fatal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { fate: Fate::Fatal, cause: cause.into().into() }
    }

    /// What is known of the commit.
    pub fn fate(&self) -> Fate {
        self.fate
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}
