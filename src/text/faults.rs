//! Collects the faults and the doubts of a book.

use super::{BookError, Sources, Span};
use crate::diagnostic::{Diagnostic, Severity};

/// The most faults, and the most doubts, that are reported at once.
const FOUND_MAX: usize = 100;

/// Collects faults and doubts; their places are looked up when all is collected.
#[derive(Debug)]
pub(crate) struct Faults {
    sources: Sources,
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    span: Span,
    severity: Severity,
    message: String,
    hint: Option<String>,
}

impl Faults {
    pub(crate) fn of(sources: &Sources) -> Self {
        let found = Vec::new();
        Self { sources: sources.clone(), found }
    }

    pub(crate) fn add(&mut self, span: Span, message: impl Into<String>, hint: Option<impl Into<String>>) {
        let (message, hint) = (message.into(), hint.map(Into::into));
        self.collect(Found { span, severity: Severity::Error, message, hint });
    }

    pub(crate) fn say(&mut self, span: Span, message: impl Into<String>) {
        self.add(span, message, None::<String>);
    }

    /// What a book can be used in spite of.
    pub(crate) fn doubt(&mut self, span: Span, message: impl Into<String>, hint: Option<impl Into<String>>) {
        let (message, hint) = (message.into(), hint.map(Into::into));
        self.collect(Found { span, severity: Severity::Warning, message, hint });
    }

    /// The book, if nothing was found.
    pub(crate) fn unless_any<B>(self, book: B) -> Result<B, BookError> {
        match self.into_found() {
            found if found.is_empty() => Ok(book),
            faults => Err(BookError { faults }),
        }
    }

    fn collect(&mut self, new: Found) {
        let alike = self.found.iter().filter(|old| old.severity == new.severity).count();
        // A rule is compiled once for each offer and period that it is in.
        if alike < FOUND_MAX && !self.found.iter().any(|old| old.is(&new)) {
            self.found.push(new);
        }
    }

    pub(crate) fn text_of(&self, span: Span) -> Option<&str> {
        self.sources.text(span)
    }

    /// Whether so many faults were found that no more are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.found.len() >= FOUND_MAX
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Where something was found.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Span> {
        self.found.iter().map(|found| found.span)
    }

    pub(crate) fn keep(&mut self, kept: impl Fn(Span) -> bool) {
        self.found.retain(|found| kept(found.span));
    }

    /// Takes in what was found elsewhere in the same texts, if it is to be kept.
    pub(crate) fn take_in(&mut self, others: Self, kept: impl Fn(Span) -> bool) {
        others.found.into_iter().filter(|found| kept(found.span)).for_each(|found| self.collect(found));
    }

    /// All that was found, in the order of the places; nothing is success.
    pub(crate) fn into_found(self) -> Vec<Diagnostic> {
        let Self { sources, mut found } = self;
        found.sort_by_key(|found| (sources.rank(found.span), found.span.bytes().map(|bytes| bytes.start)));
        let told = found.into_iter().map(|Found { span, severity, message, hint }| {
            let place = sources.place(span);
            Diagnostic { severity, message, place, hint }
        });
        told.collect()
    }
}

impl Found {
    /// Whether it is the same; spans by themselves are always equal.
    fn is(&self, other: &Self) -> bool {
        self.span.order() == other.span.order() && self.message == other.message && self.hint == other.hint
    }
}
