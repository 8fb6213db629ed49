//! Where something in a book was read from.

use std::ops::Range;

/// The bytes of a text that something was read from, and which text that is; empty for what was built in code.
///
/// Two spans are always equal: a book means the same wherever its rules stand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    /// The identity of the text; see [`Sources`](super::Sources).
    source: u64,
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) fn new(source: u64, bytes: Range<usize>) -> Self {
        // A book has far fewer bytes than this can count.
        let counted = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { source, start: counted(bytes.start), end: counted(bytes.end) }
    }

    pub(crate) fn source(self) -> u64 {
        self.source
    }

    pub(crate) fn bytes(self) -> Option<Range<usize>> {
        let counted = |at: u32| usize::try_from(at).ok();
        (self.end > self.start).then_some(counted(self.start)?..counted(self.end)?)
    }

    /// Other bytes of the same text.
    pub(crate) fn beside(self, bytes: Range<usize>) -> Self {
        Self::new(self.source, bytes)
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
