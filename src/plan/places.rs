//! Where the parts of a plan were read from.

use crate::text::Span;

/// Where the parts of a plan stand in its text, by what they are; nothing for a plan that was built in code.
///
/// Two are always equal: a plan means the same wherever it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    whole: Span,
    parts: Vec<(Box<str>, Span)>,
}

impl Places {
    pub(super) fn of(whole: Span) -> Self {
        Self { whole, parts: Vec::new() }
    }

    pub(super) fn note(&mut self, part: &str, span: Span) {
        self.parts.push((part.into(), span));
    }

    /// Takes over where a part of another text's part stands, and all that is in it.
    pub(super) fn take_over(&mut self, from: &Self, part: &str) {
        let within =
            |known: &str| known.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.parts.extend(from.parts.iter().filter(|(known, _)| within(known)).cloned());
    }

    /// Where a part stands, or else what it is in, or else the plan.
    pub(super) fn at(&self, part: &str) -> Span {
        let found = |part: &str| self.parts.iter().find(|(known, _)| **known == *part).map(|(_, span)| *span);
        let outer = || part.rsplit_once('/').and_then(|(outer, _)| found(outer));
        found(part).or_else(outer).unwrap_or(self.whole)
    }
}

impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Places {}
