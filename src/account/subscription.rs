//! The life of a subscription: purchased, renewed, changed, cancelled, resumed, ended.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    DecideError, Declined,
    allow::out_of_range,
    declined::{SubscriptionDeclined, TeamDeclined},
    draft::Draft,
    member::too_few_seats,
};
use crate::{
    credits::Credits,
    ids::{Member, Reference},
    journal::{Counted, Counter, Fact, Role, Scheduled, Subscription, SubscriptionCommand, SubscriptionState, Window},
    plan::{Allowance, Cycle, Every, Plan, PlanName, Term, Upgrade},
};

type Decided = Result<(), DecideError>;

impl Draft<'_> {
    pub(super) fn subscription(&mut self, command: &SubscriptionCommand) -> Decided {
        match command {
            SubscriptionCommand::Subscribe { plan, term, reference, by } => {
                self.purchases(by.as_ref())?;
                self.subscribe(plan, *term, reference)
            }
            SubscriptionCommand::Renew { reference, plan } => self.renew_subscription(reference, plan.as_ref()),
            SubscriptionCommand::Upgrade { plan, term, reference, by } => {
                self.purchases(by.as_ref())?;
                self.upgrade(plan, *term, reference)
            }
            SubscriptionCommand::Schedule { plan, term, by } => {
                self.purchases(by.as_ref())?;
                self.schedule(plan, *term)
            }
            SubscriptionCommand::Cancel { reason, by } => {
                self.purchases(by.as_ref())?;
                let subscription = self.subscribed()?;
                let subscription = uncancelled(&subscription)?;
                let state = SubscriptionState::Cancelled { at: self.at };
                let scheduled = subscription.paid_change().cloned();
                let cancelled = Subscription { state, scheduled, ..subscription };
                self.write(Fact::Cancelled { subscription: cancelled.into(), reason: reason.clone() }, vec![], vec![])?;
                // What is past due has no period left to wait for.
                self.catch_up()
            }
            SubscriptionCommand::End { reason: _ } => {
                let subscription = self.subscribed()?;
                self.end_subscription(&subscription)?;
                self.open_days()
            }
            SubscriptionCommand::Resume { by } => {
                self.purchases(by.as_ref())?;
                let subscription = self.subscribed()?;
                let is_cancelled = matches!(subscription.state, SubscriptionState::Cancelled { .. });
                let scheduled = subscription.paid_change().cloned();
                if !is_cancelled && subscription.scheduled == scheduled {
                    let plan = subscription.plan.name().clone();
                    return Err(SubscriptionDeclined::NothingToResume { plan }.into());
                }
                let state = if is_cancelled { SubscriptionState::Active } else { subscription.state };
                let resumed = Subscription { state, scheduled, ..Subscription::clone(&subscription) };
                Ok(self.write(Fact::Resumed { subscription: resumed.into() }, vec![], vec![])?)
            }
            SubscriptionCommand::FailPayment { reference } => {
                let subscription = self.subscribed()?;
                let subscription = uncancelled(&subscription)?;
                if let SubscriptionState::PastDue { since } = subscription.state {
                    return Err(SubscriptionDeclined::PastDueAlready { since }.into());
                }
                let state = SubscriptionState::PastDue { since: self.at };
                let subscription = Arc::new(Subscription { state, ..subscription });
                Ok(self.write(Fact::PaymentFailed { subscription, reference: reference.clone() }, vec![], vec![])?)
            }
        }
    }

    fn subscribe(&mut self, plan: &Arc<Plan>, term: Term, reference: &Reference) -> Decided {
        if let Some(subscription) = &self.staged.standing().subscription {
            let (plan, ends_at) = (subscription.plan.name().clone(), subscription.ends_at());
            return Err(SubscriptionDeclined::SubscribedAlready { plan, ends_at }.into());
        }
        self.sold(plan)?;
        self.use_reference(reference)?;
        let subscription = Arc::new(self.purchased(plan, term)?);
        self.counters.extend(since_purchase(plan, self.at, self.next_seq()));
        self.months_tried = 0;
        self.write(Fact::Subscribed { subscription }, vec![], vec![])?;
        self.catch_up()
    }

    fn renew_subscription(&mut self, reference: &Reference, paid_for: Option<&PlanName>) -> Decided {
        let subscription = self.subscribed()?;
        let subscription = uncancelled(&subscription)?;
        self.use_reference(reference)?;
        let Subscription { cycle, months_paid, term, ref scheduled, paid_until, .. } = subscription;
        // What is scheduled is what is renewed, however far that is paid for already.
        let (next, plan) = scheduled.as_ref().map_or((term, &subscription.plan), |next| (next.term, &next.plan));
        let plan = plan.clone();
        if let Some(paid_for) = paid_for.filter(|paid_for| *paid_for != plan.name()) {
            let (paid_for, plan) = (paid_for.clone(), plan.name().clone());
            return Err(SubscriptionDeclined::OtherPlan { paid_for, plan }.into());
        }
        let paid = months_paid.saturating_add(next.months());
        let present = cycle.window_at(self.at).map_or(0, |window| window.ordinal);
        let latest = present.saturating_add(1).saturating_add(Subscription::MONTHS_AHEAD_MAX);
        if paid > latest {
            let months = paid.saturating_sub(present.saturating_add(1));
            return Err(SubscriptionDeclined::PaidAhead { months, paid_until }.into());
        }
        let paid_until = cycle.window(paid).map_err(out_of_range)?.opens_at;
        let state = SubscriptionState::Active;
        let renewed = Subscription { months_paid: paid, paid_until, state, ..subscription };
        self.in_time(&renewed, &plan)?;
        self.write(Fact::SubscriptionRenewed { subscription: renewed.into() }, vec![], vec![])?;
        self.catch_up()
    }

    fn upgrade(&mut self, plan: &Arc<Plan>, term: Option<Term>, reference: &Reference) -> Decided {
        let subscription = self.subscribed()?;
        let from = &subscription.plan;
        if from.name() == plan.name() {
            return Err(SubscriptionDeclined::SamePlan { plan: plan.name().clone() }.into());
        }
        let gives = |plan: &Plan| (given_by(plan, Every::Month), given_by(plan, Every::DAY));
        if gives(plan) <= gives(from) {
            let (from, to) = (from.name().clone(), plan.name().clone());
            return Err(SubscriptionDeclined::NotAnUpgrade { from, to }.into());
        }
        let is_fresh = from.upgrade() == Upgrade::FreshCycle;
        if let Some(Scheduled { plan, at, .. }) = subscription.paid_change().filter(|_| !is_fresh) {
            return Err(SubscriptionDeclined::ChangePaid { plan: plan.name().clone(), at: *at }.into());
        }
        self.sold(plan)?;
        self.use_reference(reference)?;
        let term = term.unwrap_or(subscription.term);
        self.counters.extend(since_purchase(plan, self.at, self.next_seq()));
        if is_fresh {
            let upgraded = self.purchased(plan, term)?;
            self.change_plan(from, upgraded, true)?;
            return self.catch_up();
        }
        // What was purchased by a clock that was ahead has begun in the future.
        let now = self.at.max(subscription.cycle.anchor_at());
        let month = subscription.cycle.window_at(now).map_err(out_of_range)?;
        self.in_time(&subscription, plan)?;
        let is_paid = month.ordinal < subscription.months_paid;
        let largest = plan.allowances().iter().filter(|it| it.every() == Every::Month).map(Allowance::amount).max();
        let too_late = largest.is_some_and(|largest| plan.proration().part(largest, month, self.at).is_zero());
        let upgraded = Subscription {
            plan: plan.clone(),
            term,
            purchased_at: self.at,
            // A month that waits for its payment is given by the new plan once it is paid for; of one that is paid for,
            // a part that is too small to be given is none.
            first_month: if is_paid && too_late {
                month.ordinal.saturating_add(1)
            } else {
                month.ordinal.min(subscription.months_paid)
            },
            scheduled: None,
            ..Subscription::clone(&subscription)
        };
        self.change_plan(from, upgraded, false)?;
        if is_paid {
            self.open_month(plan, month, Some(self.at))?;
        }
        self.catch_up()
    }

    fn schedule(&mut self, plan: &Arc<Plan>, term: Option<Term>) -> Decided {
        let subscription = self.subscribed()?;
        let subscription = uncancelled(&subscription)?;
        let term = term.unwrap_or(subscription.term);
        let goes_on = match &subscription.scheduled {
            Some(scheduled) => (&scheduled.plan, scheduled.term),
            None => (&subscription.plan, subscription.term),
        };
        if goes_on == (plan, term) {
            return Err(SubscriptionDeclined::SamePlan { plan: plan.name().clone() }.into());
        }
        if let Some(Scheduled { plan, at, .. }) = subscription.paid_change() {
            return Err(SubscriptionDeclined::ChangePaid { plan: plan.name().clone(), at: *at }.into());
        }
        self.sold(plan)?;
        let scheduled = Some(Scheduled { plan: plan.clone(), term, at: subscription.paid_until });
        let subscription = Arc::new(Subscription { scheduled, ..subscription });
        Ok(self.write(Fact::ChangeScheduled { subscription }, vec![], vec![])?)
    }

    /// The subscription in force.
    fn subscribed(&self) -> Result<Arc<Subscription>, DecideError> {
        let subscription = self.staged.standing().subscription.clone();
        subscription.ok_or_else(|| SubscriptionDeclined::NotSubscribed.into())
    }

    /// Whether what is paid for is not over, with the grace of the plan that it is for.
    fn in_time(&self, paid: &Subscription, plan: &Plan) -> Result<(), DecideError> {
        if paid.ends_under(plan) > self.at {
            return Ok(());
        }
        let (plan, paid_until) = (plan.name().clone(), paid.paid_until);
        Err(SubscriptionDeclined::PaidTooLate { plan, paid_until, at: self.at }.into())
    }

    /// Whether a plan can be purchased now.
    fn sold(&self, plan: &Plan) -> Result<(), DecideError> {
        self.same_unit(Some(plan.unit()))?;
        if !plan.is_in_force(self.at) {
            let (plan, edition) = (plan.name().clone(), plan.edition().clone());
            return Err(SubscriptionDeclined::NotInForce { plan, edition, at: self.at }.into());
        }
        if self.staged.base_plan_at(self.at).is_some_and(|base| base.name() == plan.name()) {
            return Err(SubscriptionDeclined::BasePlan { plan: plan.name().clone() }.into());
        }
        let members = self.staged.standing().members.len();
        match too_few_seats(plan, members) {
            Some(seats) => {
                let plan = plan.name().clone();
                Err(SubscriptionDeclined::TooManyMembers { plan, members, seats }.into())
            }
            None => Ok(()),
        }
    }

    /// A subscription that begins now, paid for one term.
    fn purchased(&self, plan: &Arc<Plan>, term: Term) -> Result<Subscription, DecideError> {
        let cycle = Cycle::monthly(self.at, self.staged.standing().zone).map_err(out_of_range)?;
        let paid_until = cycle.window(term.months()).map_err(out_of_range)?.opens_at;
        Ok(Subscription {
            plan: plan.clone(),
            term,
            purchased_at: self.at,
            cycle,
            first_month: 0,
            months_paid: term.months(),
            paid_until,
            state: SubscriptionState::Active,
            scheduled: None,
        })
    }

    /// Whether somebody may purchase: an owner, where the account has members, or the host itself.
    pub(super) fn purchases(&self, by: Option<&Member>) -> Result<(), Box<Declined>> {
        let standing = self.staged.standing();
        let (Some(by), false) = (by, standing.members.is_empty()) else { return Ok(()) };
        match standing.member(by).map(|seat| seat.role) {
            Some(Role::Owner) => Ok(()),
            Some(Role::Member) => Err(TeamDeclined::NotAnOwner { member: by.clone() }.into()),
            None => Err(TeamDeclined::NotAMember { member: by.clone() }.into()),
        }
    }
}

/// Counts what is used from an instant on, for as long as the purchase of a plan can be paid back.
pub(super) fn since_purchase(plan: &Plan, at: DateTime<Utc>, since_seq: u64) -> Option<Counter> {
    let closes_at = at.checked_add_signed(plan.refund()?.days().delta())?;
    let window = Window::Span { opens_at: at, closes_at };
    Some(Counter { of: Counted::Purchase, window, since: at, since_seq, used: Credits::ZERO })
}

/// The subscription, to be changed, unless it is cancelled.
fn uncancelled(subscription: &Subscription) -> Result<Subscription, DecideError> {
    if let SubscriptionState::Cancelled { at } = subscription.state {
        let (plan, ends_at) = (subscription.plan.name().clone(), subscription.ends_at());
        return Err(SubscriptionDeclined::CancelledAlready { plan, at, ends_at }.into());
    }
    Ok(subscription.clone())
}

/// What a plan gives a month, or a day, by all of its allowances of that kind.
fn given_by(plan: &Plan, every: Every) -> Credits {
    let such = plan.allowances().iter().filter(|allowance| allowance.every().is_daily() == every.is_daily());
    Credits::checked_sum(such.map(Allowance::amount)).unwrap_or(Credits::MAX)
}
