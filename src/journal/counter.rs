//! What limits count.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::ids::{GrantId, Member, Studio};
use crate::plan::{AllowanceName, CycleWindow, DayWindow};
use crate::work::Work;

/// How much was used within a window, where a limit counts it.
///
/// Work counts in the window that it was held or charged in: what a hold sets aside counts at once, what it is settled
/// for takes the place of that, and what is released, lapses or is refunded no longer counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// What is counted.
    pub of: Counted,
    /// The window.
    pub window: Window,
    /// Since when it is counted.
    pub since: DateTime<Utc>,
    /// The entry that it began with: work of the entries before it does not count, whatever its instant.
    pub since_seq: u64,
    /// How much.
    pub used: Credits,
}

/// What a counter counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Counted {
    /// What is used a day, in one studio or in all.
    Day(#[serde(default)] Option<Studio>),
    /// What is used a month, in one studio or in all.
    Month(#[serde(default)] Option<Studio>),
    /// What a member uses a month.
    Member(Member),
    /// What is used since the plan was purchased, for as long as the purchase can be paid back.
    Purchase,
}

/// A span of time with an end that is frozen.
///
/// Complete on purpose: what comes anew does so by the day or by the month, and what does not has a fixed end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Window {
    /// A day.
    Day(DayWindow),
    /// A month.
    Month(CycleWindow),
    /// From an instant to another.
    Span {
        /// The first instant in it.
        opens_at: DateTime<Utc>,
        /// The first instant after it.
        closes_at: DateTime<Utc>,
    },
}

/// What an allowance has given of the last window that anything was given of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The allowance, in whichever plan.
    pub allowance: AllowanceName,
    /// The window.
    pub window: Window,
    /// How much.
    pub amount: Credits,
    /// How much the plan promises of it: another plan gives what is missing to its own promise, and no more.
    pub promised: Credits,
    /// The grants of the window, where what is left of them rolls over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rolling: Vec<GrantId>,
    /// The grants that earlier windows have rolled over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rolled: Vec<GrantId>,
}

impl Counter {
    /// Whether work counts that was held or charged at an instant, by an entry.
    pub fn counts(&self, work: &Work, held_at: DateTime<Utc>, held_seq: u64) -> bool {
        let of = match &self.of {
            Counted::Day(studio) | Counted::Month(studio) => studio.as_ref().is_none_or(|known| *known == work.studio),
            Counted::Member(member) => work.member.as_ref() == Some(member),
            Counted::Purchase => true,
        };
        of && held_seq >= self.since_seq && held_at < self.window.closes_at()
    }
}

impl Window {
    /// The first instant in it.
    pub fn opens_at(&self) -> DateTime<Utc> {
        match self {
            Self::Day(window) => window.opens_at(),
            Self::Month(window) => window.opens_at,
            Self::Span { opens_at, .. } => *opens_at,
        }
    }

    /// The first instant after it.
    pub fn closes_at(&self) -> DateTime<Utc> {
        match self {
            Self::Day(window) => window.closes_at(),
            Self::Month(window) => window.closes_at,
            Self::Span { closes_at, .. } => *closes_at,
        }
    }
}
