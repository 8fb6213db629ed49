//! What all entries so far add up to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::debt::Debt;
use super::format::Format;
use super::hash::EntryHash;
use super::hold::Hold;
use super::lot::Lot;
use super::standing::Standing;
use super::totals::Totals;
use crate::ids::{AccountId, Unit};

/// What is alive of an account: the fold of its entries, kept so that they need not be read again.
///
/// Whether there is one may cost time and never changes an answer. One in another format does not read; the account is
/// then rebuilt from its entries.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The stored form.
    pub format: Format,
    /// Whose it is.
    pub account: AccountId,
    /// What its amounts are counted in.
    pub unit: Unit,
    /// How many entries it sums up.
    pub seq: u64,
    /// The latest instant that the account has seen.
    pub mark: DateTime<Utc>,
    /// Whether it takes new work.
    pub status: Status,
    /// All sums.
    pub totals: Totals,
    /// What is left of which grant, by name.
    pub lots: Vec<Lot>,
    /// What is set aside, by name.
    pub holds: Vec<Hold>,
    /// What is owed, the oldest first.
    pub debts: Vec<Debt>,
    /// How it stands with its plan.
    #[serde(default, skip_serializing_if = "Standing::is_none")]
    pub standing: Standing,
    /// The hash of the last entry, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<EntryHash>,
}

/// Whether an account takes new work.
///
/// Complete on purpose: each says which commands are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It takes every command.
    #[default]
    Open,
    /// Nothing new is held or charged; settles, refunds and grants go on.
    Frozen,
    /// It takes no command any more.
    Closed,
}
