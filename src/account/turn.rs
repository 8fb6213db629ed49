//! What a subscription does by itself as time passes: its months begin, another plan takes over, it ends.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    DecideError,
    draft::{Draft, posting},
    staged::Staged,
    subscription::since_purchase,
};
use crate::{
    ids::GrantId,
    journal::{Bucket, Ended, Fact, Lot, Posting, Scheduled, Standing, Subscription, Window},
    plan::{Allowance, AllowanceName, AtEnd, Every, Plan},
};

/// Something that a subscription does by itself; at one instant, what compares less comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// The plan that is scheduled takes over.
    Change,
    /// A month begins, by its ordinal.
    Month(u32),
    /// The subscription ends.
    End,
}

impl Standing {
    /// What the subscription does next by itself, and when. Months before `from` are passed over.
    pub(super) fn next_turn(&self, from: u32) -> Option<(DateTime<Utc>, Turn)> {
        let subscription = self.subscription.as_deref()?;
        let Subscription { plan, cycle, months_paid, .. } = subscription;
        let change = subscription.paid_change().map(|scheduled| (scheduled.at, Turn::Change));
        let month = monthly(plan).next().map(|_| self.next_month(subscription).max(from));
        let month = month.filter(|month| month < months_paid);
        let month = month.and_then(|month| Some((cycle.window(month).ok()?.opens_at, Turn::Month(month))));
        let end = Some((subscription.ends_at(), Turn::End));
        [change, month, end].into_iter().flatten().min()
    }

    /// The first month of which the plan has given nothing.
    fn next_month(&self, subscription: &Subscription) -> u32 {
        let Subscription { plan, first_month, .. } = subscription;
        let given = monthly(plan).filter_map(|name| {
            let given = self.given(name).filter(|given| !given.amount.is_zero())?;
            match given.window {
                Window::Month(window) if subscription.has_month(&given.window) => {
                    Some(window.ordinal.saturating_add(1))
                }
                _ => None,
            }
        });
        given.max().unwrap_or(*first_month).max(*first_month)
    }
}

impl Subscription {
    /// The plan that takes over, where that is paid for already.
    pub(super) fn paid_change(&self) -> Option<&Scheduled> {
        self.scheduled.as_ref().filter(|scheduled| self.paid_until > scheduled.at)
    }

    /// Whether a window is a month of its cycle, or of another that began at the same instant.
    pub(super) fn has_month(&self, window: &Window) -> bool {
        matches!(window, Window::Month(month) if month.opens_at >= self.cycle.anchor_at())
    }
}

fn monthly(plan: &Plan) -> impl Iterator<Item = &AllowanceName> {
    let monthly = plan.allowances().iter().filter(|allowance| allowance.every() == Every::Month);
    monthly.map(Allowance::name)
}

impl Draft<'_> {
    /// Does what the subscription does by itself up to now, each at its own instant.
    pub(super) fn turn(&mut self, at: DateTime<Utc>, turn: Turn) -> Result<(), DecideError> {
        let Some(subscription) = self.staged.standing().subscription.clone() else { return Ok(()) };
        match turn {
            Turn::Month(ordinal) => {
                self.months_tried = ordinal.saturating_add(1);
                let window = subscription.cycle.window(ordinal).ok();
                window.map_or(Ok(()), |window| self.open_month(&subscription.plan, window, None))
            }
            Turn::Change => {
                let Some(scheduled) = subscription.scheduled.clone() else { return Ok(()) };
                let month = subscription.cycle.window_at(scheduled.at).map_or(0, |window| window.ordinal);
                // Another edition or term of the same plan goes on with it.
                let is_other = scheduled.plan.name() != subscription.plan.name();
                if is_other {
                    let counter = since_purchase(&scheduled.plan, at, self.next_seq());
                    self.counters.extend(counter);
                }
                let changed = Subscription {
                    plan: scheduled.plan,
                    term: scheduled.term,
                    purchased_at: if is_other { scheduled.at } else { subscription.purchased_at },
                    first_month: month,
                    scheduled: None,
                    ..Subscription::clone(&subscription)
                };
                self.change_plan(&subscription.plan, changed, is_other)
            }
            Turn::End => self.end_subscription(&subscription),
        }
    }

    /// Lets another plan take over; `ends` says whether what the old one gave ends with it.
    pub(super) fn change_plan(&mut self, from: &Plan, to: Subscription, ends: bool) -> Result<(), DecideError> {
        let legs = if ends { self.end_lots(from) } else { Vec::new() };
        self.months_tried = 0;
        let fact = Fact::PlanChanged { subscription: Arc::new(to), from: from.name().clone(), ends };
        Ok(self.write(fact, legs, Vec::new())?)
    }

    pub(super) fn end_subscription(&mut self, subscription: &Subscription) -> Result<(), DecideError> {
        let legs = self.end_lots(&subscription.plan);
        let (plan, edition) = (subscription.plan.name().clone(), subscription.plan.edition().clone());
        Ok(self.write(Fact::SubscriptionEnded { plan, edition }, legs, Vec::new())?)
    }

    /// Ends the lots of kinds that end with a plan; the legs that take what is left of them.
    fn end_lots(&mut self, plan: &Plan) -> Vec<Posting> {
        let mut legs = Vec::new();
        for id in self.staged.ending(plan) {
            if let Some(lot) = self.staged.lot_mut(&id) {
                lot.ended = Some(Ended::WithPlan);
                if !lot.available.is_zero() {
                    legs.push(posting(&id, Bucket::Available, Bucket::Expired, lot.available));
                }
            }
        }
        legs
    }
}

impl Staged<'_> {
    /// The live lots of kinds that end with a plan, by name.
    pub(super) fn ending(&self, plan: &Plan) -> Vec<GrantId> {
        let is_ending = |lot: &&Lot| lot.ended.is_none() && plan.at_end(lot.grant.kind()) == AtEnd::Expire;
        self.live().filter(is_ending).map(|lot| lot.id.clone()).collect()
    }
}
