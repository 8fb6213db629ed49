//! A plan in force.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::plan::{Cycle, Plan, Term};

/// A plan that an account subscribes to, as it was sold, and how far it is paid for.
///
/// It is in force from its purchase to the end of what is paid for and of the [grace](Plan::grace_days) after it; one
/// that is cancelled has no grace. Its months are counted from the instant of the purchase that the cycle began with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// The plan, as it was sold.
    pub plan: Arc<Plan>,
    /// How long one payment is for.
    #[serde(rename = "term_months")]
    pub term: Term,
    /// When the plan was purchased.
    pub purchased_at: DateTime<Utc>,
    /// The months that allowances and payments go by.
    pub cycle: Cycle,
    /// The first month of the cycle that the plan is in force in, or the next one where it began too late to give
    /// anything of that.
    pub first_month: u32,
    /// How many months of the cycle are paid for.
    pub months_paid: u32,
    /// Until when it is paid for: the end of the last of these months.
    pub paid_until: DateTime<Utc>,
    /// Whether it goes on after that.
    pub state: SubscriptionState,
    /// The plan that takes over at the end of the period, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled: Option<Scheduled>,
}

/// Whether a subscription goes on when what is paid for is over.
///
/// Complete on purpose: each has an end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SubscriptionState {
    /// It goes on once it is renewed.
    Active,
    /// A payment failed; it goes on once one arrives.
    PastDue {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// It ends when what is paid for is over.
    Cancelled {
        /// When it was cancelled.
        at: DateTime<Utc>,
    },
}

/// A plan that takes over at the end of a period, once the next one is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheduled {
    /// The plan, as it was sold.
    pub plan: Arc<Plan>,
    /// How long one payment is for from then on.
    #[serde(rename = "term_months")]
    pub term: Term,
    /// When: the end of what was paid for when it was asked for.
    pub at: DateTime<Utc>,
}

impl Subscription {
    /// The most months that may be paid for and are not over.
    pub const MONTHS_AHEAD_MAX: u32 = 36;

    /// When it ends unless it is renewed.
    pub fn ends_at(&self) -> DateTime<Utc> {
        self.ends_under(&self.plan)
    }

    /// When it ends unless it is renewed, once it is of another plan.
    pub(crate) fn ends_under(&self, plan: &Plan) -> DateTime<Utc> {
        let grace = match self.state {
            SubscriptionState::Cancelled { .. } => 0,
            SubscriptionState::Active | SubscriptionState::PastDue { .. } => plan.grace_days(),
        };
        let grace = chrono::TimeDelta::days(grace.into());
        self.paid_until.checked_add_signed(grace).unwrap_or(self.paid_until)
    }
}
