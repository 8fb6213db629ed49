//! Why a text is no book.

use std::fmt;

use crate::diagnostic::Diagnostic;

/// Why a text is no book, or a book cannot be used: every fault that was found, each with its place.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.faults))]
#[non_exhaustive]
pub struct BookError {
    /// The faults, in the order of the text; at least one.
    pub faults: Vec<Diagnostic>,
}

/// The faults as [`Display`](fmt::Display) shows them: `unwrap` prints this, and a `main` that returns the error.
impl fmt::Debug for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BookError\n{self}")
    }
}

fn lines(faults: &[Diagnostic]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
