//! Why a text is no book.

use crate::diagnostic::Diagnostic;

/// Why a text is no book, or a book cannot be used: every fault that was found, each with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.faults))]
#[non_exhaustive]
pub struct BookError {
    /// The faults, in the order of the text; at least one.
    pub faults: Vec<Diagnostic>,
}

fn lines(faults: &[Diagnostic]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
