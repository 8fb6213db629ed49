//! What a subscription refuses.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::instant;
use crate::{
    account::{DecideError, Declined},
    journal::Subscription,
    plan::{EditionName, PlanName},
};

/// Why a subscription does not change.
///
/// Complete on purpose: whoever asks must have an answer for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionDeclined {
    /// The plan is the one that everybody has.
    #[error("plan `{plan}` is everybody's: it is not subscribed to")]
    BasePlan {
        /// The plan.
        plan: PlanName,
    },
    /// It was cancelled before.
    #[error(
        "plan `{plan}` was cancelled at {at} and ends at {ends}: resume it first",
        at = instant(at), ends = instant(ends_at)
    )]
    CancelledAlready {
        /// The plan.
        plan: PlanName,
        /// When it was cancelled.
        at: DateTime<Utc>,
        /// When it ends.
        ends_at: DateTime<Utc>,
    },
    /// Another plan takes over, and is paid for: nothing takes its place any more.
    #[error("plan `{plan}` takes over at {at} and is paid for: schedule another one after that", at = instant(at))]
    ChangePaid {
        /// The plan.
        plan: PlanName,
        /// When it takes over.
        at: DateTime<Utc>,
    },
    /// A plan that gives no more does not take over at once.
    #[error("plan `{to}` gives no more than `{from}`: schedule the change for the end of the period")]
    NotAnUpgrade {
        /// The plan in force.
        from: PlanName,
        /// The plan that was asked for.
        to: PlanName,
    },
    /// The edition of the plan is not sold now.
    #[error("plan `{plan}`, edition `{edition}`, is not sold at {at}", at = instant(at))]
    NotInForce {
        /// The plan.
        plan: PlanName,
        /// Its edition.
        edition: EditionName,
        /// The instant of the command.
        at: DateTime<Utc>,
    },
    /// There is none.
    #[error("the account subscribes to no plan")]
    NotSubscribed,
    /// Nothing is cancelled or scheduled.
    #[error("plan `{plan}` goes on: nothing is cancelled or scheduled")]
    NothingToResume {
        /// The plan.
        plan: PlanName,
    },
    /// Too much would be paid ahead.
    #[error(
        "{months} months would be paid for after this one, and it is paid until {until}: at most {max} may be",
        until = instant(paid_until), max = Subscription::MONTHS_AHEAD_MAX
    )]
    PaidAhead {
        /// How many months.
        months: u32,
        /// Until when it is paid for.
        paid_until: DateTime<Utc>,
    },
    /// Another plan than the one that was paid for would be renewed.
    #[error("`{paid_for}` was paid for, and plan `{plan}` would be renewed")]
    OtherPlan {
        /// The plan that was paid for.
        paid_for: PlanName,
        /// The plan that would be renewed.
        plan: PlanName,
    },
    /// What is paid for would be over already.
    #[error(
        "plan `{plan}` would be paid until {until}, and it is {at} now",
        until = instant(paid_until), at = instant(at)
    )]
    PaidTooLate {
        /// The plan.
        plan: PlanName,
        /// Until when it would be paid for.
        paid_until: DateTime<Utc>,
        /// The instant of the command.
        at: DateTime<Utc>,
    },
    /// A payment failed before.
    #[error("a payment is past due since {since} already", since = instant(since))]
    PastDueAlready {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// It is the plan in force, or the one that is scheduled.
    #[error("it is plan `{plan}` already")]
    SamePlan {
        /// The plan.
        plan: PlanName,
    },
    /// There is one.
    #[error(
        "the account subscribes to plan `{plan}`, which ends at {ends} unless it is renewed",
        ends = instant(ends_at)
    )]
    SubscribedAlready {
        /// The plan.
        plan: PlanName,
        /// When it ends.
        ends_at: DateTime<Utc>,
    },
    /// The account has more members than the plan has seats.
    #[error("plan `{plan}` has room for {seats}, and the account has {members} members")]
    TooManyMembers {
        /// The plan.
        plan: PlanName,
        /// How many members there are.
        members: usize,
        /// How many seats it has.
        seats: u32,
    },
}

impl From<SubscriptionDeclined> for DecideError {
    fn from(declined: SubscriptionDeclined) -> Self {
        Declined::Subscription(declined).into()
    }
}
