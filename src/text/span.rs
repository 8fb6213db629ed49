//! Where something in a book was read from.

use std::ops::Range;

/// The bytes of a text that something was read from, and which text that is; empty for what was built in code.
///
/// Two spans are always equal: a book means the same wherever its rules stand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    /// The identity of the text; see [`Sources`](super::Sources).
    source: u64,
    /// Start and end in one number: two numbers are passed in registers, three are not, and expressions nest deep.
    bytes: u64,
}

/// The bits of an end; the start stands above them. A book has far fewer bytes than they count.
const END_BITS: u32 = 32;
const END: u64 = (1 << END_BITS) - 1;

impl Span {
    pub(crate) fn new(source: u64, bytes: Range<usize>) -> Self {
        let counted = |at: usize| u64::try_from(at).unwrap_or(END).min(END);
        Self { source, bytes: counted(bytes.start) << END_BITS | counted(bytes.end) }
    }

    pub(crate) fn source(self) -> u64 {
        self.source
    }

    pub(crate) fn bytes(self) -> Option<Range<usize>> {
        let start = usize::try_from(self.bytes >> END_BITS).ok()?;
        let end = usize::try_from(self.bytes & END).ok()?;
        (end > start).then_some(start..end)
    }

    /// Other bytes of the same text.
    pub(crate) fn beside(self, bytes: Range<usize>) -> Self {
        Self::new(self.source, bytes)
    }

    /// Where it stands among others.
    pub(crate) fn order(self) -> (u64, u64) {
        (self.source, self.bytes)
    }

    /// Whether the other one lies within this one, or begins where this one ends.
    pub(crate) fn holds(self, other: Self) -> bool {
        let same = self.source == other.source;
        let (own, other) = (self.bytes(), other.bytes());
        same && own.zip(other).is_some_and(|(own, other)| own.start <= other.start && other.start <= own.end)
    }

    /// The part of it that begins `at` bytes after its start; at its end, its last byte.
    pub(crate) fn part(self, at: usize, length: usize) -> Self {
        let Some(bytes) = self.bytes() else { return self };
        let start = bytes.start.saturating_add(at).min(bytes.end.saturating_sub(1)).max(bytes.start);
        self.beside(start..start.saturating_add(length.max(1)).min(bytes.end))
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}
