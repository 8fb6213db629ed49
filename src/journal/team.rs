//! Who spends from a shared account.

use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::ids::Member;

/// A member of a shared account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Who.
    pub member: Member,
    /// What they may do beside spending.
    pub role: Role,
    /// How much they may spend a month.
    pub month_max: MonthMax,
}

impl Seat {
    /// The most members that an account can have, with those who have left and are counted until the month is over.
    pub const MAX: usize = 1_024;
}

/// What a member may do beside spending.
///
/// Complete on purpose: only owners purchase, and whatever else tells members apart is the host's to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// They purchase plans and top-ups.
    Owner,
    /// They spend.
    Member,
}

/// How much a member may spend a month. It is a ceiling and not a share: nothing is set aside for them.
///
/// Complete on purpose: a limit is the plan's, none, or one of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MonthMax {
    /// As the plan says.
    #[default]
    OfPlan,
    /// Without a limit of their own.
    Unlimited,
    /// At most so much, zero or above.
    Credits(Credits),
}
