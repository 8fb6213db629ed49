//! What somebody should be told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::ids::GrantId;
use crate::plan::{AllowanceName, PlanName};

/// Something that the account, or whoever runs the service, should be told.
///
/// It is decided with the command that caused it, from what was before and what is after, and kept in the receipt: each
/// crossing is told once, whatever is repeated, and a lost receipt is read again. What time alone causes is told with
/// the next command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Event {
    /// An allowance came anew.
    AllowanceGranted {
        /// Which.
        allowance: AllowanceName,
        /// Under which name.
        grant: GrantId,
        /// How much.
        amount: Credits,
        /// When it is over, and the next one comes.
        closes_at: DateTime<Utc>,
    },
    /// Less is available than the plan's notice says; before, it was not.
    LowBalance {
        /// What is available.
        available: Credits,
        /// The threshold.
        below: Credits,
    },
    /// Nothing is available any more.
    RunOut,
    /// Credits expire within the days of the plan's notice.
    ExpiringSoon {
        /// The grant.
        grant: GrantId,
        /// How much of it is available.
        amount: Credits,
        /// When.
        expires_at: DateTime<Utc>,
    },
    /// Less is available than the threshold below which credits are to be bought; before, it was not. What a hold sets
    /// aside is not available, so it is told of as work begins, and not once more as that is charged.
    AutoTopUpDue {
        /// What is available.
        available: Credits,
        /// The threshold.
        below: Credits,
        /// How much is to be bought.
        amount: Credits,
    },
    /// The plan changed at the end of a period.
    PlanChanged {
        /// From which.
        from: PlanName,
        /// To which.
        to: PlanName,
    },
    /// The subscription ended: the plan that everybody has is in force.
    SubscriptionEnded {
        /// The plan that ended.
        plan: PlanName,
    },
}
