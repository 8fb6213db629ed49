//! What a plan gives next.

use chrono::{DateTime, Utc};

use super::{Upcoming, reach::soonest, staged::Staged};
use crate::{
    journal::{Subscription, SubscriptionState, Window},
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
    /// expected to be.
    pub(super) fn refills(&self, at: DateTime<Utc>) -> impl Iterator<Item = (&Allowance, Upcoming)> {
        let plan = self.plan_at(at).map(AsRef::as_ref);
        let allowances = plan.map_or(&[][..], Plan::allowances);
        allowances.iter().filter_map(move |allowance| {
            let given = self.standing().given(allowance.name())?;
            let subscription = self.standing().subscription.as_deref();
            let (amount, closes_at) = (allowance.amount(), given.window.closes_at());
            if closes_at <= at {
                // It was expected then, and nobody has paid for it.
                return None;
            }
            match given.window {
                Window::Month(_) => {
                    let from = next_plan(subscription?, closes_at)?.allowance(allowance.name().as_str())?;
                    Some((allowance, Upcoming { at: closes_at, amount: from.amount() }))
                }
                Window::Day(_) | Window::Span { .. } => Some((allowance, Upcoming { at: closes_at, amount })),
            }
        })
    }
}

/// The plan that gives of the month that begins at an instant.
fn next_plan(subscription: &Subscription, at: DateTime<Utc>) -> Option<&Plan> {
    let is_cancelled = matches!(subscription.state, SubscriptionState::Cancelled { .. });
    if is_cancelled && at >= subscription.paid_until {
        return None;
    }
    let scheduled = subscription.scheduled.as_ref().filter(|scheduled| scheduled.at <= at);
    Some(scheduled.map_or(&*subscription.plan, |scheduled| &*scheduled.plan))
}
