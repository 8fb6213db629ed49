//! What may happen to an account.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::command::Adjustment;
use super::counter::Given;
use super::lot::Lot;
use super::reward::{Earned, Referral};
use super::subscription::Subscription;
use super::team::Seat;
use crate::basis::Basis;
use crate::credits::Credits;
use crate::grant::Grant;
use crate::ids::{AccountId, Actor, GrantId, HoldId, Member, Reason, Reference, Unit};
use crate::outcome::Outcome;
use crate::plan::{AutoTopUp, EditionName, PlanName, Zone};
use crate::settlement::Settlement;
use crate::spend::Terms;
use crate::work::Work;

/// What happened.
///
/// Complete on purpose: whoever reads a journal must have an answer for each kind, and a new one shall break their
/// build.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fact {
    /// The account was opened, with its first command.
    Opened {
        /// What its amounts are counted in.
        unit: Unit,
    },
    /// Credits were given.
    Granted {
        /// Under which name.
        grant: GrantId,
        /// On which terms.
        terms: Arc<Grant>,
    },
    /// A grant paid a debt, or part of it, as soon as it was given.
    Repaid {
        /// The grant.
        grant: GrantId,
    },
    /// Credits were set aside.
    Held {
        /// Under which name.
        hold: HoldId,
        /// For which work.
        work: Arc<Work>,
        /// How many.
        amount: Credits,
        /// On which terms.
        terms: Terms,
        /// What the amount was based on, where it was quoted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<Arc<Basis>>,
        /// When they are free again, unless the hold is resolved before.
        lapses_at: DateTime<Utc>,
    },
    /// Work that was held for has ended, and was charged.
    Settled {
        /// The hold, which is now a charge.
        hold: HoldId,
        /// The work.
        work: Arc<Work>,
        /// How it ended, and what was due.
        settlement: Settlement,
        /// What was charged: spent, or owed.
        charged: Credits,
        /// What was due and nobody was charged.
        absorbed: Credits,
        /// When it was held for: it counts in the windows of then.
        held_at: DateTime<Utc>,
        /// The entry that did.
        held_seq: u64,
        /// Whether the hold had lapsed before.
        late: bool,
    },
    /// A hold was called off: nothing is charged.
    Released {
        /// The hold.
        hold: HoldId,
        /// How the work ended.
        outcome: Outcome,
    },
    /// A hold passed its deadline: what it set aside is free again.
    Lapsed {
        /// The hold.
        hold: HoldId,
    },
    /// Nobody knows how the work ended: the hold stays for a while longer.
    MarkedUnknown {
        /// The hold.
        hold: HoldId,
        /// Its deadline from now on.
        lapses_at: DateTime<Utc>,
    },
    /// A hold got a later deadline.
    Extended {
        /// The hold.
        hold: HoldId,
        /// Its deadline from now on.
        lapses_at: DateTime<Utc>,
    },
    /// Work was charged in one step, without a hold before it.
    Charged {
        /// The name of the charge.
        charge: HoldId,
        /// The work.
        work: Arc<Work>,
        /// What was charged.
        amount: Credits,
        /// What the amount was based on, where it was quoted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<Arc<Basis>>,
    },
    /// A charge was given back, in whole or in part.
    Refunded {
        /// The charge.
        charge: HoldId,
        /// The work that it was for.
        work: Arc<Work>,
        /// How much: what the lots got back, and what is no longer owed.
        amount: Credits,
        /// When it was held for or charged: it counts in the windows of then.
        held_at: DateTime<Utc>,
        /// The entry that did.
        held_seq: u64,
        /// Why.
        reason: Reason,
        /// Lots that were used up, as they were before: what comes back to them is a matter of the account again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reopened: Vec<Lot>,
    },
    /// What came back to an expired lot was given anew, as its terms say.
    Renewed {
        /// The name of the new grant.
        grant: GrantId,
        /// The grant that it comes from.
        of: GrantId,
        /// On which terms.
        terms: Arc<Grant>,
    },
    /// An allowance came anew, or another plan gave what was missing to its own.
    Allowed {
        /// The name of the grant.
        grant: GrantId,
        /// On which terms.
        terms: Arc<Grant>,
        /// What the allowance has given now.
        given: Given,
    },
    /// What was left of an allowance when its window closed was given anew, as the plan says.
    RolledOver {
        /// The name of the new grant.
        grant: GrantId,
        /// The grant that it comes from.
        of: GrantId,
        /// On which terms.
        terms: Arc<Grant>,
        /// What the allowance has given, and rolled over.
        given: Given,
    },
    /// What was left of a lot expired.
    Expired {
        /// The grant.
        grant: GrantId,
    },
    /// A grant was ended early.
    Revoked {
        /// The grant.
        grant: GrantId,
        /// Why.
        reason: Reason,
    },
    /// The payment for a grant was charged back: what is left is gone, and what was spent is owed.
    ChargedBack {
        /// The grant.
        grant: GrantId,
        /// Why.
        reason: Reason,
    },
    /// Somebody changed the account by hand.
    Adjusted {
        /// Who.
        actor: Actor,
        /// Why.
        reason: Reason,
        /// What.
        adjustment: Adjustment,
    },
    /// Nothing new can be held any more.
    Frozen {
        /// Why.
        reason: Reason,
    },
    /// New work can be held again.
    Thawed {
        /// Why.
        reason: Reason,
    },
    /// The account ended; what was left is gone.
    Closed {
        /// Why.
        reason: Reason,
    },
    /// The time mark, which a wrong clock had pushed into the future, was set back to the instant of this entry.
    MarkRepaired {
        /// Who.
        actor: Actor,
        /// Why.
        reason: Reason,
        /// What the mark was.
        from: DateTime<Utc>,
    },
    /// A plan was purchased.
    Subscribed {
        /// The subscription.
        subscription: Arc<Subscription>,
    },
    /// The next period was paid for.
    SubscriptionRenewed {
        /// The subscription from now on.
        subscription: Arc<Subscription>,
    },
    /// Another plan took over.
    PlanChanged {
        /// The subscription from now on.
        subscription: Arc<Subscription>,
        /// The plan before.
        from: PlanName,
        /// Whether what the account had of kinds that end with the plan before expired.
        ends: bool,
    },
    /// Another plan is to take over at the end of the period.
    ChangeScheduled {
        /// The subscription from now on.
        subscription: Arc<Subscription>,
    },
    /// The subscription is to end when what is paid for is over.
    Cancelled {
        /// The subscription from now on.
        subscription: Arc<Subscription>,
        /// Why.
        reason: Reason,
    },
    /// What was cancelled or scheduled is off: the subscription goes on as it is.
    Resumed {
        /// The subscription from now on.
        subscription: Arc<Subscription>,
    },
    /// A payment for the next period failed.
    PaymentFailed {
        /// The subscription from now on.
        subscription: Arc<Subscription>,
        /// The invoice.
        reference: Reference,
    },
    /// The subscription ended. What the account had of kinds that end with it expired.
    SubscriptionEnded {
        /// The plan.
        plan: PlanName,
        /// Its edition.
        edition: EditionName,
    },
    /// The days and months of the account go by another clock, each from its next window on.
    ZoneSet {
        /// Whose.
        zone: Zone,
    },
    /// Somebody joined.
    Joined {
        /// Who, and on which terms.
        seat: Seat,
    },
    /// A member has another limit.
    Limited {
        /// Who, and on which terms from now on.
        seat: Seat,
    },
    /// A member left.
    Left {
        /// Who.
        member: Member,
    },
    /// A reward was earned, and waits for its condition.
    RewardPromised {
        /// Which, and for whom.
        referral: Referral,
    },
    /// A reward was given.
    Rewarded {
        /// Under which name.
        grant: GrantId,
        /// On which terms.
        terms: Arc<Grant>,
        /// For whom, if somebody was recommended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        referee: Option<AccountId>,
        /// How often it was given by now.
        earned: Earned,
    },
    /// A reward was taken back before it was given, or after it had ended with its plan: there is nothing to take.
    RewardWithdrawn {
        /// Which, and for whom.
        referral: Referral,
        /// Why.
        reason: Reason,
    },
    /// Credits are to be bought without being asked, or no longer.
    AutoTopUpSet {
        /// When, and how many.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        values: Option<AutoTopUp>,
    },
}

impl Fact {
    /// Which kind of fact it is, in the word that it is stored under: `held`, `marked-unknown`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Granted { .. } => "granted",
            Self::Repaid { .. } => "repaid",
            Self::Held { .. } => "held",
            Self::Settled { .. } => "settled",
            Self::Released { .. } => "released",
            Self::Lapsed { .. } => "lapsed",
            Self::MarkedUnknown { .. } => "marked-unknown",
            Self::Extended { .. } => "extended",
            Self::Charged { .. } => "charged",
            Self::Refunded { .. } => "refunded",
            Self::Renewed { .. } => "renewed",
            Self::Allowed { .. } => "allowed",
            Self::RolledOver { .. } => "rolled-over",
            Self::Expired { .. } => "expired",
            Self::Revoked { .. } => "revoked",
            Self::ChargedBack { .. } => "charged-back",
            Self::Adjusted { .. } => "adjusted",
            Self::Frozen { .. } => "frozen",
            Self::Thawed { .. } => "thawed",
            Self::Closed { .. } => "closed",
            Self::MarkRepaired { .. } => "mark-repaired",
            Self::Subscribed { .. } => "subscribed",
            Self::SubscriptionRenewed { .. } => "subscription-renewed",
            Self::PlanChanged { .. } => "plan-changed",
            Self::ChangeScheduled { .. } => "change-scheduled",
            Self::Cancelled { .. } => "cancelled",
            Self::Resumed { .. } => "resumed",
            Self::PaymentFailed { .. } => "payment-failed",
            Self::SubscriptionEnded { .. } => "subscription-ended",
            Self::ZoneSet { .. } => "zone-set",
            Self::Joined { .. } => "joined",
            Self::Limited { .. } => "limited",
            Self::Left { .. } => "left",
            Self::RewardPromised { .. } => "reward-promised",
            Self::Rewarded { .. } => "rewarded",
            Self::RewardWithdrawn { .. } => "reward-withdrawn",
            Self::AutoTopUpSet { .. } => "auto-top-up-set",
        }
    }
}
