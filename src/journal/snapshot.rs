//! What all entries so far add up to.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::format::Format;
use super::record::Part;
use super::totals::Totals;
use crate::credits::Credits;
use crate::grant::Grant;
use crate::ids::{AccountId, GrantId, HoldId, Unit};
use crate::spend::Terms;
use crate::work::Work;

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

/// What is left of one grant, and what became of the rest: the five parts are always the whole amount of the grant.
///
/// A lot lives while something is available or held; used up, it becomes a [record](super::Record).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Its name, which is that of its grant.
    pub id: GrantId,
    /// On which terms it was given.
    pub grant: Arc<Grant>,
    /// When it was given.
    pub granted_at: DateTime<Utc>,
    /// Neither used nor set aside.
    pub available: Credits,
    /// Set aside by open holds.
    pub held: Credits,
    /// Used.
    pub spent: Credits,
    /// Over, unused.
    pub expired: Credits,
    /// Taken back, unused.
    pub revoked: Credits,
    /// Whether the grant was ended early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// How a grant was ended early.
///
/// Complete on purpose: the two differ in what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// It was revoked: what comes back to it is revoked as well.
    Revoked,
    /// Its payment was charged back: what is spent of it is owed.
    ChargedBack,
}

/// Credits set aside for work under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[doc(alias("reserve", "authorization"))]
pub struct Hold {
    /// Its name, which is the key that it was made under.
    pub id: HoldId,
    /// What it is for.
    pub work: Arc<Work>,
    /// How many.
    pub amount: Credits,
    /// On which terms.
    pub terms: Terms,
    /// Of which lots, in the order in which they were taken.
    pub parts: Vec<Part>,
    /// When it was made.
    pub held_at: DateTime<Utc>,
    /// When it is over, unless it is resolved before: at that instant its credits are free.
    pub lapses_at: DateTime<Utc>,
    /// Whether the work has ended in a way that nobody knows.
    pub unknown: bool,
}

/// Something that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debt {
    /// For what.
    pub of: DebtOf,
    /// How much, above zero.
    pub amount: Credits,
}

/// What something is owed for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DebtOf {
    /// Work that cost more than there was.
    Charge(HoldId),
    /// Credits that were spent, and whose payment was charged back.
    ChargeBack(GrantId),
}
