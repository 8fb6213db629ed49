//! One fact of the journal.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::counter::Counter;
use super::debt::DebtChange;
use super::fact::Fact;
use super::format::Format;
use super::hash::EntryHash;
use super::posting::Posting;
use super::totals::Totals;
use crate::ids::{AccountId, Key};

/// One fact of an account's journal: what happened, which credits it moved, and what all sums are after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The stored form.
    pub format: Format,
    /// Whose journal it is in.
    pub account: AccountId,
    /// Its place in the journal: 1, 2, 3 and so on, without a gap.
    pub seq: u64,
    /// When it happened. Never before the entry ahead of it, except where the time mark was repaired.
    pub at: DateTime<Utc>,
    /// The command that caused it; none for what time does by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// What happened.
    pub fact: Fact,
    /// Which credits moved: each leg takes from one bucket of a lot what it gives to another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postings: Vec<Posting>,
    /// How debts changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub debts: Vec<DebtChange>,
    /// Counters that begin with it, in place of those of earlier windows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<Counter>,
    /// All sums after it.
    pub totals: Totals,
    /// What ties it to all entries before it, where it was written with a hash chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<EntryHash>,
}
