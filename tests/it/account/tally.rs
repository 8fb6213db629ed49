//! How often what occurred.

use std::collections::BTreeMap;

use studio_credits::account::{Declined, RewardDeclined, SubscriptionDeclined, TeamDeclined, Verdict};
use studio_credits::journal::{Adjustment, Fact};

#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(pub(crate) BTreeMap<&'static str, u64>);

impl Tally {
    pub(crate) fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// Those of these that occurred less often than that.
    pub(crate) fn below<'a>(&self, least: u64, names: &[&'a str]) -> Vec<&'a str> {
        names.iter().copied().filter(|name| self.0.get(name).copied().unwrap_or(0) < least).collect()
    }
}

pub(crate) const FACTS: &[&str] = &[
    "opened",
    "granted",
    "repaid",
    "held",
    "settled",
    "released",
    "lapsed",
    "marked-unknown",
    "extended",
    "charged",
    "refunded",
    "renewed",
    "expired",
    "revoked",
    "charged-back",
    "adjusted-give",
    "adjusted-take",
    "adjusted-forgive",
    "frozen",
    "thawed",
    "closed",
    "mark-repaired",
];

/// Those that plans bring.
pub(crate) const PLAN_FACTS: &[&str] = &[
    "allowed",
    "rolled-over",
    "subscribed",
    "subscription-renewed",
    "plan-changed",
    "change-scheduled",
    "cancelled",
    "resumed",
    "payment-failed",
    "subscription-ended",
    "zone-set",
    "joined",
    "limited",
    "left",
    "reward-promised",
    "rewarded",
    "reward-withdrawn",
    "auto-top-up-set",
];

pub(crate) fn fact(fact: &Fact) -> &'static str {
    match fact {
        Fact::Adjusted { adjustment: Adjustment::Give(_), .. } => "adjusted-give",
        Fact::Adjusted { adjustment: Adjustment::Take(_), .. } => "adjusted-take",
        Fact::Adjusted { adjustment: Adjustment::Forgive(_), .. } => "adjusted-forgive",
        other => other.kind(),
    }
}

/// All refusals but two: the bounds are out of reach of short histories, and nothing is forgotten in them; both have tests
/// of their own.
pub(crate) const DECLINED: &[&str] = &[
    "Already",
    "Closed",
    "Frozen",
    "GrantEnded",
    "GrantOver",
    "HoldResolved",
    "HoldTooLong",
    "HoldsOpen",
    "Insufficient",
    "KeyReused",
    "MarkSound",
    "NothingCharged",
    "NotPositive",
    "NotQuoted",
    "OtherUnit",
    "OutcomeUnknown",
    "OutOfRange",
    "OverCap",
    "QuoteOver",
    "ReferenceUsed",
    "RefundTooMuch",
    "TimeBehind",
    "TimeOutOfRange",
    "TooMuch",
    "UnknownCharge",
    "UnknownGrant",
    "UnknownHold",
];

/// Those that plans bring, but for what could not be granted in any year.
pub(crate) const PLAN_DECLINED: &[&str] = &[
    "LastOwner",
    "LimitBelowUse",
    "MemberAlready",
    "NoAutoTopUp",
    "NoMember",
    "NoOwner",
    "NoSeat",
    "NoTopUp",
    "NotAMember",
    "NotAnOwner",
    "NotEntitled",
    "NotOnSale",
    "OverLimit",
    "ForGood",
    "GivenAlready",
    "NoCondition",
    "NoReward",
    "NotGiven",
    "OneselfReferred",
    "Pending",
    "TakenBack",
    "TooOften",
    "Waits",
    "BasePlan",
    "CancelledAlready",
    "ChangePaid",
    "NotAnUpgrade",
    "NotInForce",
    "NotSubscribed",
    "NothingToResume",
    "PaidAhead",
    "PastDueAlready",
    "SamePlan",
    "SubscribedAlready",
    "TooManyMembers",
    "TooManyHolds",
    "TooManyOutputs",
];

pub(crate) fn declined(declined: &Declined) -> &'static str {
    match declined {
        Declined::Already { .. } => "Already",
        Declined::Closed => "Closed",
        Declined::Forgotten { .. } => "Forgotten",
        Declined::Frozen => "Frozen",
        Declined::GrantEnded { .. } => "GrantEnded",
        Declined::GrantOver { .. } => "GrantOver",
        Declined::HoldResolved { .. } => "HoldResolved",
        Declined::HoldTooLong { .. } => "HoldTooLong",
        Declined::HoldsOpen { .. } => "HoldsOpen",
        Declined::Insufficient { .. } => "Insufficient",
        Declined::KeyReused { .. } => "KeyReused",
        Declined::Limit { .. } => "Limit",
        Declined::MarkSound { .. } => "MarkSound",
        Declined::NothingCharged { .. } => "NothingCharged",
        Declined::NotPositive { .. } => "NotPositive",
        Declined::NotQuoted { .. } => "NotQuoted",
        Declined::OtherUnit { .. } => "OtherUnit",
        Declined::OutcomeUnknown { .. } => "OutcomeUnknown",
        Declined::OutOfRange { .. } => "OutOfRange",
        Declined::OverCap { .. } => "OverCap",
        Declined::QuoteOver { .. } => "QuoteOver",
        Declined::ReferenceUsed { .. } => "ReferenceUsed",
        Declined::RefundTooMuch { .. } => "RefundTooMuch",
        Declined::TimeBehind { .. } => "TimeBehind",
        Declined::TimeOutOfRange { .. } => "TimeOutOfRange",
        Declined::TooMuch { .. } => "TooMuch",
        Declined::UnknownCharge { .. } => "UnknownCharge",
        Declined::UnknownGrant { .. } => "UnknownGrant",
        Declined::UnknownHold { .. } => "UnknownHold",
        Declined::Grant(_) => "Grant",
        Declined::Team(TeamDeclined::LastOwner { .. }) => "LastOwner",
        Declined::Team(TeamDeclined::LimitBelowUse { .. }) => "LimitBelowUse",
        Declined::Team(TeamDeclined::MemberAlready { .. }) => "MemberAlready",
        Declined::NoAutoTopUp { .. } => "NoAutoTopUp",
        Declined::Team(TeamDeclined::NoMember) => "NoMember",
        Declined::Team(TeamDeclined::NoOwner { .. }) => "NoOwner",
        Declined::Team(TeamDeclined::NoSeat { .. }) => "NoSeat",
        Declined::NoTopUp { .. } => "NoTopUp",
        Declined::Team(TeamDeclined::NotAMember { .. }) => "NotAMember",
        Declined::Team(TeamDeclined::NotAnOwner { .. }) => "NotAnOwner",
        Declined::NotEntitled { .. } => "NotEntitled",
        Declined::NotOnSale { .. } => "NotOnSale",
        Declined::OverLimit { .. } => "OverLimit",
        Declined::Reward(declined) => reward(declined),
        Declined::Subscription(declined) => subscription(declined),
        Declined::TooManyHolds { .. } => "TooManyHolds",
        Declined::TooManyOutputs { .. } => "TooManyOutputs",
    }
}

fn reward(declined: &RewardDeclined) -> &'static str {
    match declined {
        RewardDeclined::ForGood { .. } => "ForGood",
        RewardDeclined::GivenAlready { .. } => "GivenAlready",
        RewardDeclined::NoCondition { .. } => "NoCondition",
        RewardDeclined::NoReward { .. } => "NoReward",
        RewardDeclined::NotGiven { .. } => "NotGiven",
        RewardDeclined::OneselfReferred { .. } => "OneselfReferred",
        RewardDeclined::Pending { .. } => "Pending",
        RewardDeclined::TakenBack { .. } => "TakenBack",
        RewardDeclined::TooOften { .. } => "TooOften",
        RewardDeclined::Waits { .. } => "Waits",
    }
}

fn subscription(declined: &SubscriptionDeclined) -> &'static str {
    match declined {
        SubscriptionDeclined::BasePlan { .. } => "BasePlan",
        SubscriptionDeclined::CancelledAlready { .. } => "CancelledAlready",
        SubscriptionDeclined::ChangePaid { .. } => "ChangePaid",
        SubscriptionDeclined::NotAnUpgrade { .. } => "NotAnUpgrade",
        SubscriptionDeclined::NotInForce { .. } => "NotInForce",
        SubscriptionDeclined::NotSubscribed => "NotSubscribed",
        SubscriptionDeclined::NothingToResume { .. } => "NothingToResume",
        SubscriptionDeclined::OtherPlan { .. } => "OtherPlan",
        SubscriptionDeclined::PaidAhead { .. } => "PaidAhead",
        SubscriptionDeclined::PaidTooLate { .. } => "PaidTooLate",
        SubscriptionDeclined::PastDueAlready { .. } => "PastDueAlready",
        SubscriptionDeclined::SamePlan { .. } => "SamePlan",
        SubscriptionDeclined::SubscribedAlready { .. } => "SubscribedAlready",
        SubscriptionDeclined::TooManyMembers { .. } => "TooManyMembers",
    }
}

pub(crate) const VERDICTS: &[&str] = &["Taken", "NotNeeded", "AllHeld", "OtherWork", "NotYet", "Over"];

pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Taken => "Taken",
        Verdict::NotNeeded => "NotNeeded",
        Verdict::AllHeld => "AllHeld",
        Verdict::OtherWork => "OtherWork",
        Verdict::NotYet(_) => "NotYet",
        Verdict::Over(_) => "Over",
    }
}
