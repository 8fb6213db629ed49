//! What is owed.

use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::ids::{GrantId, HoldId};

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
///
/// Complete on purpose: whoever collects a debt must tell them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DebtOf {
    /// Work that cost more than there was.
    Charge(HoldId),
    /// Credits that were spent, and whose payment was charged back.
    ChargeBack(GrantId),
}

/// How one debt changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DebtChange {
    /// What is owed for.
    pub of: DebtOf,
    /// By how much it grew; below zero when it was paid back or forgiven.
    pub by: Credits,
}
