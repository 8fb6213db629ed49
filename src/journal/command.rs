//! What can be asked of an account.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::grant::Grant;
use crate::ids::{Actor, GrantId, HoldId, Reason};
use crate::outcome::Outcome;
use crate::settlement::Settlement;
use crate::spend::{Life, Spend};

/// What is asked of an account. The key that it is asked under, and the instant, stand beside it.
///
/// Complete on purpose: these are all the ways in which an account changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Give credits. The grant is named after the key.
    Grant(Arc<Grant>),
    /// Set credits aside for work under way. The hold is named after the key.
    #[doc(alias("reserve", "authorize"))]
    Hold(Spend),
    /// Spend what was set aside, by what was delivered; the rest returns.
    #[doc(alias = "capture")]
    Settle {
        /// The hold.
        hold: HoldId,
        /// How the work ended, and what is due.
        settlement: Settlement,
    },
    /// Keep a hold because nobody knows how its work ended, for at least this long from now.
    MarkUnknown {
        /// The hold.
        hold: HoldId,
        /// For how long.
        life: Life,
    },
    /// Keep a hold for at least this long from now.
    Extend {
        /// The hold.
        hold: HoldId,
        /// For how long.
        life: Life,
    },
    /// Return what was set aside, unspent.
    #[doc(alias = "void")]
    Release {
        /// The hold.
        hold: HoldId,
        /// How the work ended.
        outcome: Outcome,
    },
    /// Charge at once: hold and settle in one step. The charge is named after the key.
    Charge(Spend),
    /// Give back what was charged, to the lots that it came from.
    #[doc(alias = "reversal")]
    Refund {
        /// The charge, by the name of its hold.
        charge: HoldId,
        /// How much; all that is left of it unless this is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Credits>,
        /// Why.
        reason: Reason,
    },
    /// End a grant early: what is left of it is gone.
    Revoke {
        /// The grant.
        grant: GrantId,
        /// Why.
        reason: Reason,
    },
    /// Take back a grant whose payment was charged back: what is left of it is gone, and what was spent of it is owed.
    ChargeBack {
        /// The grant.
        grant: GrantId,
        /// Why.
        reason: Reason,
    },
    /// Change the account by hand.
    Adjust {
        /// Who does it.
        actor: Actor,
        /// Why.
        reason: Reason,
        /// What is changed.
        adjustment: Adjustment,
    },
    /// Hold and charge nothing new.
    Freeze {
        /// Why.
        reason: Reason,
    },
    /// Hold and charge again.
    Thaw {
        /// Why.
        reason: Reason,
    },
    /// End the account: what is left is gone, and nothing can be asked of it any more.
    Close {
        /// Why.
        reason: Reason,
    },
    /// Set the time mark of the account, which a wrong clock pushed into the future, back to the instant of this
    /// command.
    RepairMark {
        /// Who does it.
        actor: Actor,
        /// Why.
        reason: Reason,
    },
}

/// A change by hand.
///
/// Complete on purpose: whatever else is to be put right is a grant, a refund or a revocation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adjustment {
    /// Give credits. The grant is named after the key.
    Give(Arc<Grant>),
    /// Take so much of what is available, in the order of spending.
    Take(Credits),
    /// Forgive so much of what is owed, the oldest debt first.
    Forgive(Credits),
}

/// Where two commands under one key differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What differs, such as `amount`.
    pub field: &'static str,
    /// What was asked for first; `None` where nothing was said.
    pub first: Option<String>,
    /// What is asked for now; `None` where nothing is said.
    pub now: Option<String>,
}
