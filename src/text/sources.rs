//! The texts that a book was read from.

use super::Span;
use crate::{
    diagnostic::{Place, Source},
    digest,
};

/// The texts that a book was read from, its own before those of the books below it; none for a book built in code.
///
/// A span names its text by a digest of file name and text, so that what is taken from one book into another keeps
/// its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<(u64, Source)>);

impl Sources {
    /// One text, and its identity.
    pub(crate) fn of(file: Option<&str>, text: &str) -> (Self, u64) {
        let identity = digest::text(file.unwrap_or_default(), text);
        (Self(vec![(identity, Source::new(file, text))]), identity)
    }

    /// The same, and the texts of the books below.
    pub(crate) fn over(mut self, below: &Sources) -> Self {
        for source in &below.0 {
            if self.0.iter().all(|known| known.0 != source.0) {
                self.0.push(source.clone());
            }
        }
        self
    }

    /// The text of a span.
    pub(crate) fn text(&self, span: Span) -> Option<&str> {
        let (_, source) = self.0.get(self.rank(span)?)?;
        source.text().get(span.bytes()?)
    }

    /// The place of a span, as people count.
    pub(crate) fn place(&self, span: Span) -> Option<Place> {
        let (_, source) = self.0.get(self.rank(span)?)?;
        Some(source.place(span.bytes()?))
    }

    /// Which of the texts a span points into.
    pub(crate) fn rank(&self, span: Span) -> Option<usize> {
        self.0.iter().position(|(identity, _)| *identity == span.source())
    }
}

/// Sources are always equal: what is read from them is compared, not where it stood.
impl PartialEq for Sources {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Sources {}
