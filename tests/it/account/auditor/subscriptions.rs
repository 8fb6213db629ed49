//! How a subscription may change from one entry to the next.

use chrono::{DateTime, Utc};
use studio_credits::Key;
use studio_credits::journal::{Entry, Fact, Scheduled, Subscription, SubscriptionState};
use studio_credits::plan::{Allowance, Every, Plan, Upgrade};

use super::books::Books;
use super::{Sound, holds};
use crate::account::model::{Nanos, nanos};

/// The key that paid for a period last: the plan that was scheduled may take over with it.
pub(super) type Paying = Option<Key>;

impl Books {
    /// The subscription changes in the ways that there are, and in no other.
    pub(super) fn subscribes(&mut self, entry: &Entry) -> Sound {
        let before = self.plans.subscription.clone();
        let next = match &entry.fact {
            Fact::Subscribed { subscription } => {
                holds(before.is_none(), || "there was a subscription".to_owned())?;
                begins(subscription, entry.at)?;
                subscription
            }
            Fact::SubscriptionRenewed { subscription } => {
                self.paying.clone_from(&entry.key);
                renewed(before.as_deref().ok_or("nobody subscribes")?, subscription)?;
                subscription
            }
            Fact::PlanChanged { subscription, ends, .. } => {
                let before = before.as_deref().ok_or("nobody subscribes")?;
                let by_time = entry.key.is_none() || entry.key == self.paying;
                match &before.scheduled {
                    Some(scheduled) if by_time => changed(before, scheduled, subscription, entry.at)?,
                    _ => upgraded(before, subscription, (*ends, entry.at), entry.key.is_some())?,
                }
                let by_time = by_time && before.scheduled.is_some();
                let ends_so = !by_time || *ends == is_other(&before.plan, &subscription.plan);
                holds(ends_so, || format!("what the plan before gave ends, or not: {ends}"))?;
                subscription
            }
            Fact::ChangeScheduled { subscription } => {
                let before = goes_on(before.as_deref())?;
                holds(paid_change(before).is_none(), || "the change before is paid for".to_owned())?;
                let at = subscription.scheduled.as_ref().map(|scheduled| scheduled.at);
                holds(at == Some(before.paid_until), || "it changes at another time than the end".to_owned())?;
                same(
                    before,
                    &Subscription { scheduled: before.scheduled.clone(), ..Subscription::clone(subscription) },
                )?;
                subscription
            }
            Fact::Cancelled { subscription, .. } => {
                let state = SubscriptionState::Cancelled { at: entry.at };
                let before = goes_on(before.as_deref())?;
                let scheduled = paid_change(before);
                same(&Subscription { state, scheduled, ..before.clone() }, subscription)?;
                subscription
            }
            Fact::Resumed { subscription } => {
                let before = before.as_deref().ok_or("nobody subscribes")?;
                let cancelled = matches!(before.state, SubscriptionState::Cancelled { .. });
                let scheduled = paid_change(before);
                holds(cancelled || before.scheduled != scheduled, || "there is nothing to resume".to_owned())?;
                let state = if cancelled { SubscriptionState::Active } else { before.state };
                same(&Subscription { state, scheduled, ..before.clone() }, subscription)?;
                subscription
            }
            Fact::PaymentFailed { subscription, .. } => {
                let before = goes_on(before.as_deref())?;
                holds(before.state == SubscriptionState::Active, || "it is past due already".to_owned())?;
                same(
                    &Subscription { state: SubscriptionState::PastDue { since: entry.at }, ..before.clone() },
                    subscription,
                )?;
                subscription
            }
            Fact::SubscriptionEnded { .. } => {
                let before = before.as_deref().ok_or("nobody subscribes")?;
                let due = entry.key.is_some() || ends_at(before) <= entry.at;
                holds(due, || format!("it ends at {} only", ends_at(before)))?;
                self.plans.subscription = None;
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.plans.subscription = Some(next.clone());
        Ok(())
    }

    /// Nothing that a subscription does by itself is overdue.
    pub(super) fn up_to_date(&self, mark: DateTime<Utc>) -> Sound {
        let Some(subscription) = self.plans.subscription.as_deref() else { return Ok(()) };
        holds(mark < ends_at(subscription), || "a subscription outlives its end".to_owned())?;
        let overdue = |scheduled: &Scheduled| scheduled.at <= mark && subscription.paid_until > scheduled.at;
        let late = subscription.scheduled.as_ref().is_some_and(overdue);
        holds(!late, || "the plan that is scheduled and paid for has not taken over".to_owned())
    }
}

/// What takes over and is paid for: nothing takes its place any more.
fn paid_change(subscription: &Subscription) -> Option<Scheduled> {
    subscription.scheduled.clone().filter(|scheduled| subscription.paid_until > scheduled.at)
}

/// It ends with what is paid for, or so many days of grace later unless it is cancelled.
fn ends_at(subscription: &Subscription) -> DateTime<Utc> {
    let days = match subscription.state {
        SubscriptionState::Cancelled { .. } => 0,
        _ => subscription.plan.grace_days(),
    };
    subscription.paid_until + chrono::TimeDelta::days(days.into())
}

fn goes_on(subscription: Option<&Subscription>) -> Result<&Subscription, String> {
    let subscription = subscription.ok_or("nobody subscribes")?;
    let cancelled = matches!(subscription.state, SubscriptionState::Cancelled { .. });
    if cancelled { Err("it is cancelled".to_owned()) } else { Ok(subscription) }
}

fn same(expected: &Subscription, told: &Subscription) -> Sound {
    holds(expected == told, || format!("the subscription is {told:?}, and not {expected:?}"))
}

/// A cycle of its own, of which one term is paid for.
fn begins(subscription: &Subscription, at: DateTime<Utc>) -> Sound {
    let Subscription { term, purchased_at, cycle, first_month, months_paid, state, scheduled, .. } = subscription;
    let new = *purchased_at == at
        && cycle.anchor_at() == at
        && (*first_month, *months_paid) == (0, term.months())
        && *state == SubscriptionState::Active
        && scheduled.is_none();
    holds(new, || format!("it does not begin so: {subscription:?}"))?;
    paid(subscription)
}

fn paid(subscription: &Subscription) -> Sound {
    let next = subscription.cycle.window(subscription.months_paid).map_err(|error| error.to_string())?;
    let paid_until = subscription.paid_until;
    holds(next.opens_at == paid_until, || format!("{paid_until} is not the end of what is paid for"))
}

/// A payment is for one term of what goes on, and makes good one that failed.
fn renewed(before: &Subscription, now: &Subscription) -> Sound {
    let before = goes_on(Some(before))?;
    let months = before.scheduled.as_ref().map_or(before.term, |scheduled| scheduled.term).months();
    let grown = now.months_paid == before.months_paid + months && now.paid_until > before.paid_until;
    holds(grown, || format!("{} months are paid for after {}", now.months_paid, before.months_paid))?;
    paid(now)?;
    let (months_paid, paid_until) = (now.months_paid, now.paid_until);
    same(&Subscription { months_paid, paid_until, state: SubscriptionState::Active, ..before.clone() }, now)
}

/// The plan that was scheduled takes over, at the end of what was paid for before it and not sooner.
fn changed(before: &Subscription, to: &Scheduled, now: &Subscription, at: DateTime<Utc>) -> Sound {
    let due = to.at <= at && before.paid_until > to.at;
    holds(due, || format!("it takes over at {at}, and {} is what it was scheduled for", to.at))?;
    let first_month = before.cycle.window_at(to.at).map_err(|error| error.to_string())?.ordinal;
    let (plan, term) = (to.plan.clone(), to.term);
    // As if it had been paid for in time; another edition of the same plan goes on with it.
    let purchased_at = if is_other(&before.plan, &to.plan) { to.at } else { before.purchased_at };
    same(&Subscription { plan, term, purchased_at, first_month, scheduled: None, ..before.clone() }, now)
}

/// A plan that gives more takes over at once: in a new cycle, or in the one that there is.
fn upgraded(before: &Subscription, now: &Subscription, (ends, at): (bool, DateTime<Utc>), by_key: bool) -> Sound {
    holds(by_key, || "nobody asked for another plan".to_owned())?;
    holds(gives(&now.plan) > gives(&before.plan), || "it gives no more".to_owned())?;
    match before.plan.upgrade() {
        Upgrade::FreshCycle => {
            holds(ends, || "what the plan before gave goes on".to_owned())?;
            begins(now, at)
        }
        Upgrade::CarryOver => {
            holds(!ends, || "what the plan before gave ends".to_owned())?;
            // What a clock began that was ahead has its first month in the future; one that waits for its payment is
            // given by the new plan once it is paid for.
            let month = before.cycle.window_at(at.max(before.cycle.anchor_at())).map_err(|error| error.to_string())?;
            let (plan, term) = (now.plan.clone(), now.term);
            let mut monthly = plan.allowances().iter().filter(|it| it.every() == Every::Month).peekable();
            let gives = |it: &Allowance| !plan.proration().part(it.amount(), month, at).is_zero();
            let is_late = month.ordinal < before.months_paid && monthly.peek().is_some() && !monthly.any(gives);
            let first_month = month.ordinal.min(before.months_paid) + u32::from(is_late);
            same(&Subscription { plan, term, purchased_at: at, first_month, scheduled: None, ..before.clone() }, now)
        }
    }
}

fn is_other(before: &Plan, now: &Plan) -> bool {
    before.name() != now.name()
}

/// What a plan gives a month, and a day.
fn gives(plan: &Plan) -> [Nanos; 2] {
    [false, true].map(|daily| {
        let such = plan.allowances().iter().filter(|allowance| allowance.every().is_daily() == daily);
        such.map(|allowance| nanos(allowance.amount())).sum()
    })
}
