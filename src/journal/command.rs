//! What can be asked of an account.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::team::{MonthMax, Role};
use crate::credits::Credits;
use crate::grant::Grant;
use crate::ids::{AccountId, Actor, GrantId, HoldId, Member, Reason, Reference};
use crate::outcome::Outcome;
use crate::plan::{AutoTopUp, Plan, PlanName, RewardName, Term, TopUpName, Zone};
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
    /// Purchase a plan, or change what becomes of it.
    Subscription(SubscriptionCommand),
    /// Buy a pack of credits that the plan in force sells. The grant is named after the key.
    BuyTopUp {
        /// Which.
        pack: TopUpName,
        /// What is paid, once only, such as an invoice.
        reference: Reference,
        /// Who buys it; none is the host itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Member>,
    },
    /// Give a reward of the plan in force, promise it, or take it back.
    Reward(RewardCommand),
    /// Change who spends from the account.
    Team(TeamCommand),
    /// Let the days and months of the account go by another clock, each from its next window on. As the first command
    /// of an account, it holds from the start.
    SetZone {
        /// Whose.
        zone: Zone,
    },
    /// Let credits be bought without being asked, where the plan in force allows that.
    SetAutoTopUp {
        /// When, and how many; none is not any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        values: Option<AutoTopUp>,
        /// Who says so; none is the host itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Member>,
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

impl From<SubscriptionCommand> for Command {
    fn from(command: SubscriptionCommand) -> Self {
        Self::Subscription(command)
    }
}

impl From<RewardCommand> for Command {
    fn from(command: RewardCommand) -> Self {
        Self::Reward(command)
    }
}

impl From<TeamCommand> for Command {
    fn from(command: TeamCommand) -> Self {
        Self::Team(command)
    }
}

/// What is asked of a subscription.
///
/// Complete on purpose: these are all the ways in which it changes, beside what time does by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SubscriptionCommand {
    /// Purchase a plan: its cycle begins now.
    Subscribe {
        /// The plan, as it is sold.
        plan: Arc<Plan>,
        /// How long one payment is for.
        #[serde(rename = "term_months")]
        term: Term,
        /// What is paid, once only, such as an invoice.
        reference: Reference,
        /// Who purchases it; none is the host itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Member>,
    },
    /// Pay for the next period. A payment that failed before is made good by it.
    Renew {
        /// What is paid, once only, such as an invoice.
        reference: Reference,
        /// What it was paid for: refused where another plan would be renewed by now. Any will do where none is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<PlanName>,
    },
    /// Change to a plan that gives more, at once.
    Upgrade {
        /// The plan, as it is sold.
        plan: Arc<Plan>,
        /// How long one payment is for, from the next on where the cycle is kept; as before where none is named.
        #[serde(rename = "term_months", default, skip_serializing_if = "Option::is_none")]
        term: Option<Term>,
        /// What is paid, once only, such as an invoice.
        reference: Reference,
        /// Who purchases it; none is the host itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Member>,
    },
    /// Change to any other plan when what is paid for is over.
    Schedule {
        /// The plan, as it is sold.
        plan: Arc<Plan>,
        /// How long one payment is for; as before where none is named.
        #[serde(rename = "term_months", default, skip_serializing_if = "Option::is_none")]
        term: Option<Term>,
        /// Who asks for it; none is the host itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Member>,
    },
    /// End it when what is paid for is over; what is scheduled takes over before only if it is paid for.
    Cancel {
        /// Why.
        reason: Reason,
        /// Who asks for it; none is the host itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Member>,
    },
    /// End it at once, as when it is paid back.
    End {
        /// Why.
        reason: Reason,
    },
    /// Go on with it after all: nothing is cancelled or scheduled any more, but for a change that is paid for.
    Resume {
        /// Who asks for it; none is the host itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Member>,
    },
    /// A payment for the next period failed.
    FailPayment {
        /// The invoice; it may still be paid.
        reference: Reference,
    },
}

/// What is asked of a reward.
///
/// Complete on purpose: it is given or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RewardCommand {
    /// Give it. The grant is named after the key.
    Give {
        /// Which.
        reward: RewardName,
        /// Who was recommended, if somebody was; whoever gets it for the same referee has had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        referee: Option<AccountId>,
    },
    /// Promise it for a referee, and give it once its condition comes true.
    Promise {
        /// Which.
        reward: RewardName,
        /// Who was recommended.
        referee: AccountId,
    },
    /// Take it back, or what was promised of it.
    TakeBack {
        /// Which.
        reward: RewardName,
        /// Who was recommended.
        referee: AccountId,
        /// Why.
        reason: Reason,
    },
}

/// What is asked of a team.
///
/// Complete on purpose: what else members may do is the host's to know.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum TeamCommand {
    /// Let somebody spend. The first is an owner.
    Join {
        /// Who.
        member: Member,
        /// What else they may do.
        role: Role,
    },
    /// Let a member spend at most so much a month.
    Limit {
        /// Who.
        member: Member,
        /// How much.
        month_max: MonthMax,
    },
    /// Let a member spend no longer.
    Leave {
        /// Who.
        member: Member,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// What differs, such as `amount`.
    pub field: &'static str,
    /// What was asked for first; `None` where nothing was said.
    pub first: Option<String>,
    /// What is asked for now; `None` where nothing is said.
    pub now: Option<String>,
}
