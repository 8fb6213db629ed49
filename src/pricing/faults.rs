//! Collects the faults of a book.

use std::ops::Range;

use super::book::Span;
use crate::diagnostic::{Diagnostic, Source};

/// The most faults that are reported at once.
const FAULTS_MAX: usize = 100;

/// Collects faults with their places.
#[derive(Debug)]
pub(crate) struct Faults {
    source: Source,
    found: Vec<Diagnostic>,
}

impl Faults {
    pub(crate) fn of(source: Source) -> Self {
        let found = Vec::new();
        Self { source, found }
    }

    pub(crate) fn add(&mut self, span: Span, message: impl Into<String>, hint: Option<impl Into<String>>) {
        if self.found.len() < FAULTS_MAX {
            let place = span.bytes().map(|bytes| self.source.place(bytes));
            let fault = Diagnostic::error(message).at(place).hint(hint);
            // A rule is compiled once for each offer and period that it is in.
            if !self.found.contains(&fault) {
                self.found.push(fault);
            }
        }
    }

    pub(crate) fn say(&mut self, span: Span, message: impl Into<String>) {
        self.add(span, message, None::<String>);
    }

    pub(crate) fn text_of(&self, bytes: Range<usize>) -> Option<&str> {
        self.source.text().get(bytes)
    }

    /// All faults, in the order of their places; none is success.
    pub(crate) fn into_found(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|fault| fault.place.as_ref().map(|place| (place.line, place.column)));
        self.found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}
