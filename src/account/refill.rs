//! What a plan gives next.

use chrono::{DateTime, Utc};

use super::{Upcoming, reach::soonest, staged::Staged};
use crate::{
    journal::{Status, Subscription, SubscriptionState, Window},
    plan::{Allowance, Plan},
    work::Work,
};

impl Staged<'_> {
    /// What the plan gives next that some work may use, or any: when, and how much.
    pub(super) fn next_refill(&self, work: Option<&Work>, at: DateTime<Utc>) -> Option<Upcoming> {
        let mut next = None;
        for (_, upcoming) in
            self.refills(at).filter(|(allowance, _)| work.is_none_or(|work| allowance.restriction().allows(work)))
        {
            soonest(&mut next, Some(upcoming.at), upcoming.amount);
        }
        next
    }

    /// What each allowance of the plan in force gives next, if nothing changes: what has to be paid for first is
    /// expected to be. The allowance is that of the plan in force then.
    pub(super) fn refills(&self, at: DateTime<Utc>) -> impl Iterator<Item = (&Allowance, Upcoming)> {
        let is_open = self.base.status != Status::Closed;
        let plan = self.plan_at(at).map(AsRef::as_ref).filter(|_| is_open);
        let allowances = plan.map_or(&[][..], Plan::allowances);
        allowances.iter().filter_map(move |allowance| {
            let window = self.standing().given(allowance.name())?.window;
            // A month that is not paid for has begun: it comes when it is, and nobody knows when that will be.
            let closes_at = Some(window.closes_at()).filter(|closes_at| at < *closes_at)?;
            let plan = match (self.standing().subscription.as_deref(), window) {
                (Some(subscription), Window::Month(_)) => next_plan(subscription, closes_at),
                (None, Window::Month(_)) => None,
                (subscription, Window::Day(_) | Window::Span { .. }) => subscription
                    .and_then(|subscription| next_plan(subscription, closes_at))
                    .or_else(|| self.base_plan_at(closes_at).map(AsRef::as_ref)),
            };
            let next = plan?.allowance(allowance.name().as_str())?;
            Some((next, Upcoming { at: closes_at, amount: next.amount() }))
        })
    }
}

/// The plan of a subscription that gives of what begins at an instant.
fn next_plan(subscription: &Subscription, at: DateTime<Utc>) -> Option<&Plan> {
    let is_cancelled = matches!(subscription.state, SubscriptionState::Cancelled { .. });
    if is_cancelled && at >= subscription.paid_until {
        return None;
    }
    let scheduled = subscription.scheduled.as_ref().filter(|scheduled| scheduled.at <= at);
    Some(scheduled.map_or(&*subscription.plan, |scheduled| &*scheduled.plan))
}
