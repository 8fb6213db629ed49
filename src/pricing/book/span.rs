//! Where something stood in the text of a book.

use std::ops::Range;

/// The bytes that something was read from; empty for what was built in code.
///
/// Two spans are always equal: a book means the same wherever its rules stand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: usize,
    end: usize,
}

impl Span {
    pub(crate) fn bytes(self) -> Option<Range<usize>> {
        (self.end > self.start).then_some(self.start..self.end)
    }

    /// Where it stands among others.
    pub(crate) fn order(self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// Whether the other one lies within this one, or begins where this one ends.
    pub(crate) fn holds(self, other: Self) -> bool {
        let (own, other) = (self.bytes(), other.bytes());
        own.zip(other).is_some_and(|(own, other)| own.start <= other.start && other.start <= own.end)
    }

    /// The part of it that begins `at` bytes after its start; at its end, its last byte.
    pub(crate) fn part(self, at: usize, length: usize) -> Self {
        let start = self.start.saturating_add(at).min(self.end.saturating_sub(1)).max(self.start);
        let end = start.saturating_add(length.max(1)).min(self.end);
        Self { start, end }
    }
}

impl From<Range<usize>> for Span {
    fn from(bytes: Range<usize>) -> Self {
        Self { start: bytes.start, end: bytes.end }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}
