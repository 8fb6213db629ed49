//! How much an account may have of everything.

use std::fmt;

use serde::Serialize;

use super::Declined;

/// A bound of an account, each of which is a refusal of its own.
///
/// They fit one another: whatever stays within them is a commit of at most [`Limit::ENTRIES`] entries, and a snapshot
/// of at most the lots, holds, parts and debts named here, beside one plan and what it counts.
///
/// Complete on purpose: each bound has a number, and a way to make room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Grants of which something is left.
    Lots,
    /// Open holds.
    Holds,
    /// Lots that open holds take from, counted for each hold.
    Parts,
    /// Debts for different charges and charge-backs. A settlement is never refused for them: it absorbs what
    /// would be one more.
    Debts,
}

impl Limit {
    /// The most entries that one command can write: each hold lapses, each lot expires, and each lot is renewed by a
    /// refund, beside the command's own; and of a plan, 36 months of 8 allowances that each come, repay a debt, expire
    /// and roll over, 32 allowances of the day, and a change and an end. An account that has no room for what its
    /// months give may take some more.
    pub const ENTRIES: usize = 4_307;

    /// The most that an account may have.
    pub const fn max(self) -> usize {
        match self {
            Self::Lots | Self::Holds => 1_024,
            Self::Parts => 4_096,
            Self::Debts => 256,
        }
    }

    /// Refuses what goes beyond the bound.
    pub(super) fn room(self, found: usize, more: usize) -> Result<(), Box<Declined>> {
        let wanted = found.saturating_add(more);
        if wanted > self.max() { Err(Declined::Limit { limit: self, wanted }.into()) } else { Ok(()) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lots => "grants with something left",
            Self::Holds => "open holds",
            Self::Parts => "parts of open holds",
            Self::Debts => "debts",
        })
    }
}
