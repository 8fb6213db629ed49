//! How credits move inside a lot, and how much of which lot something takes.

use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::ids::GrantId;

/// One leg of an entry: an amount that moves inside one lot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[doc(alias = "leg")]
pub struct Posting {
    /// Whose credits move.
    pub lot: GrantId,
    /// What they were.
    pub from: Bucket,
    /// What they are now.
    pub to: Bucket,
    /// How many, above zero.
    pub amount: Credits,
}

/// What a credit can be.
///
/// Complete on purpose: together these are all credits of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bucket {
    /// Not given yet; what a grant comes from.
    Source,
    /// Neither used nor set aside.
    Available,
    /// Set aside by an open hold.
    Held,
    /// Used.
    Spent,
    /// Over, unused.
    Expired,
    /// Taken back, unused.
    Revoked,
}

/// What a hold or a charge takes of one lot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The lot.
    pub lot: GrantId,
    /// How much, above zero.
    pub amount: Credits,
}
