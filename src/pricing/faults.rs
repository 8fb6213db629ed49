//! Collects the faults of a book.

use super::book::{Sources, Span};
use crate::diagnostic::Diagnostic;

/// The most faults that are reported at once.
const FAULTS_MAX: usize = 100;

/// Collects faults with their places.
#[derive(Debug)]
pub(crate) struct Faults {
    sources: Sources,
    /// Each with the rank of the text that it is in.
    found: Vec<(Option<usize>, Diagnostic)>,
}

impl Faults {
    pub(crate) fn of(sources: &Sources) -> Self {
        let found = Vec::new();
        Self { sources: sources.clone(), found }
    }

    pub(crate) fn add(&mut self, span: Span, message: impl Into<String>, hint: Option<impl Into<String>>) {
        if self.found.len() < FAULTS_MAX {
            let fault = Diagnostic::error(message).at(self.sources.place(span)).hint(hint);
            // A rule is compiled once for each offer and period that it is in.
            if !self.found.iter().any(|(_, known)| *known == fault) {
                self.found.push((self.sources.rank(span), fault));
            }
        }
    }

    pub(crate) fn say(&mut self, span: Span, message: impl Into<String>) {
        self.add(span, message, None::<String>);
    }

    pub(crate) fn text_of(&self, span: Span) -> Option<&str> {
        self.sources.text(span)
    }

    /// All faults, in the order of their places; none is success.
    pub(crate) fn into_found(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(rank, fault)| {
            let place = fault.place.as_ref().map(|place| (place.line, place.column));
            (place.is_some(), *rank, place)
        });
        self.found.into_iter().map(|(_, fault)| fault).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}
