//! Why credits are given.

use serde::{Deserialize, Serialize};

use crate::ids::KindName;

/// Why credits are given. It names them on statements, and decides nothing but the default of
/// [`Grant::repays_debt`](crate::Grant::repays_debt).
///
/// Complete on purpose: what is missing is [`GrantKind::Other`], under the caller's own name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantKind {
    /// For everybody, such as 50 a day.
    Free,
    /// As part of a subscription.
    Subscription,
    /// Bought on top.
    TopUp,
    /// Earned, as for a referral.
    Reward,
    /// As part of an offer.
    Promotional,
    /// A kind of the caller's own.
    Other(KindName),
}

impl GrantKind {
    /// The kind as a word: `free`, `subscription`, `top-up`, `reward`, `promotional`, or the caller's own.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Free => "free",
            Self::Subscription => "subscription",
            Self::TopUp => "top-up",
            Self::Reward => "reward",
            Self::Promotional => "promotional",
            Self::Other(name) => name.as_str(),
        }
    }

    /// Whether a grant of this kind repays debts first, unless it says otherwise.
    pub(crate) fn repays_debt(&self) -> bool {
        matches!(self, Self::Subscription | Self::TopUp)
    }
}
