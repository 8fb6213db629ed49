//! An account as it would be if a plan were purchased now: subscribed to, or upgraded to from another one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::journal::{Subscription, SubscriptionState, Window};
use studio_credits::plan::{Cycle, Every, Plan, PlanName, Proration, Term, Upgrade};

use super::plan_refusal::{gives, paid_change};
use super::refusal::Moment;
use super::scene::{Scene, ends_at};
use crate::account::model::Nanos;

impl Moment<'_> {
    /// The plans on offer that can be purchased now, and after which something is so.
    pub(super) fn plans_after(&self, so: impl Fn(&Plan, &Scene<'_>) -> bool) -> Vec<PlanName> {
        let Some(book) = &self.history.book else { return Vec::new() };
        let others = book.plans().iter().filter(|plan| plan.is_in_force(self.at) && Some(plan.name()) != book.base());
        let purchased = others.filter(|plan| {
            let room =
                plan.limits().seats().is_none_or(|seats| self.members().len() <= usize::try_from(seats).unwrap());
            room && self.scene().with(plan).is_some_and(|scene| so(plan, &scene))
        });
        purchased.map(|plan| plan.name().clone()).collect()
    }
}

impl Scene<'_> {
    /// The same once a plan is purchased, if it is one that can take the place of what there is.
    fn with(&self, plan: &Arc<Plan>) -> Option<Self> {
        let mut scene = self.clone();
        match self.subscription.clone() {
            None => scene.begin(plan, Term::MONTH),
            Some(known) if known.plan.name() == plan.name() || gives(plan) <= gives(&known.plan) => return None,
            Some(known) if known.plan.upgrade() == Upgrade::FreshCycle => {
                scene.end_lots(&known.plan);
                scene.begin(plan, known.term);
            }
            Some(known) => {
                let next = Subscription { plan: plan.clone(), scheduled: None, ..Subscription::clone(&known) };
                if paid_change(&known).is_some() || ends_at(&next) <= self.at {
                    return None;
                }
                let month = next.cycle.window_at(self.at.max(next.cycle.anchor_at())).unwrap();
                let is_paid = month.ordinal < next.months_paid;
                scene.subscription = Some(Arc::new(next));
                for allowance in plan.allowances().iter().filter(|it| is_paid && it.every() == Every::Month) {
                    let micros =
                        |from: DateTime<Utc>| Nanos::from((month.closes_at - from).num_microseconds().unwrap());
                    scene.allow(allowance, Window::Month(month), |missing| match plan.proration() {
                        Proration::None => missing,
                        Proration::ByTime => missing * micros(self.at) / micros(month.opens_at),
                    });
                }
            }
        }
        scene.open_days();
        Some(scene)
    }

    /// Subscribes to a plan now, which gives its first month.
    fn begin(&mut self, plan: &Arc<Plan>, term: Term) {
        let cycle = Cycle::monthly(self.at, self.zone).unwrap();
        let month = cycle.window(0).unwrap();
        // Of another cycle that has begun at this instant, nothing is counted.
        self.given.retain(|_, given| !matches!(given.window, Window::Month(known) if known.opens_at >= self.at));
        self.subscription = Some(Arc::new(Subscription {
            plan: plan.clone(),
            term,
            purchased_at: self.at,
            cycle,
            first_month: 0,
            months_paid: term.months(),
            paid_until: cycle.window(term.months()).unwrap().opens_at,
            state: SubscriptionState::Active,
            scheduled: None,
        }));
        for allowance in plan.allowances().iter().filter(|it| it.every() == Every::Month) {
            self.allow(allowance, Window::Month(month), |missing| missing);
        }
    }
}
