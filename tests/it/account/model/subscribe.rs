//! The life of a subscription.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::{Declined, Lifts, SubscriptionDeclined, TeamDeclined};
use studio_credits::journal::{Counted, Role, SubscriptionCommand, SubscriptionState, Window};
use studio_credits::plan::{AutoTopUp, Cycle, Every, OnSale, Plan, Term, TopUpName, Upgrade};
use studio_credits::{Key, Member, Reference};

use super::plans::Sub;
use super::{Model, Nanos, Refused, What, nanos};

fn no(declined: SubscriptionDeclined) -> Declined {
    Declined::Subscription(declined)
}

impl Sub {
    /// Whether it is in force now under a plan, with its grace.
    fn in_time(&self, plan: &Plan, at: DateTime<Utc>) -> Refused<()> {
        let grace = if matches!(self.state, SubscriptionState::Cancelled { .. }) { 0 } else { plan.grace_days() };
        let paid_until = self.paid_until();
        if paid_until + TimeDelta::days(grace.into()) > at {
            return Ok(());
        }
        Err(no(SubscriptionDeclined::PaidTooLate { plan: plan.name().clone(), paid_until, at }))
    }

    fn unpaid(&self) -> Refused<()> {
        match self.paid_change() {
            Some((plan, _, at)) => Err(no(SubscriptionDeclined::ChangePaid { plan: plan.name().clone(), at })),
            None => Ok(()),
        }
    }
}

impl Model {
    pub(super) fn subscription(&mut self, key: &Key, command: &SubscriptionCommand, at: DateTime<Utc>) -> Refused<()> {
        match command {
            SubscriptionCommand::Subscribe { plan, term, reference, by } => {
                self.purchases(by.as_ref())?;
                if let Some(sub) = &self.plans.subscription {
                    let (plan, ends_at) = (sub.plan.name().clone(), sub.ends());
                    return Err(no(SubscriptionDeclined::SubscribedAlready { plan, ends_at }));
                }
                self.sold(plan, at)?;
                self.refer(key, reference)?;
                let sub = self.purchased(plan, *term, at)?;
                self.plans.subscription = Some(sub.clone());
                self.plans.cycles += 1;
                self.plans.begin_anew();
                self.write(at, sub.what("subscribed"), Vec::new(), Vec::new())?;
                self.catch_up(at)
            }
            SubscriptionCommand::Renew { reference, .. } => {
                let sub = self.going_on()?;
                self.refer(key, reference)?;
                let scheduled = sub.next.as_ref();
                let paid = sub.paid + scheduled.map_or(sub.term, |(_, term, _)| *term).months();
                let present = sub.cycle.window_at(at).map_or(0, |window| window.ordinal) + 1;
                if paid > present + 36 {
                    let (months, paid_until) = (paid - present, sub.paid_until());
                    return Err(no(SubscriptionDeclined::PaidAhead { months, paid_until }));
                }
                let sub = Sub { paid, state: SubscriptionState::Active, ..sub };
                let plan = sub.paid_change().map_or(sub.plan.clone(), |(plan, _, _)| plan);
                sub.in_time(&plan, at)?;
                let sub = self.becomes(sub);
                self.write(at, sub.what("subscription-renewed"), Vec::new(), Vec::new())?;
                self.catch_up(at)
            }
            SubscriptionCommand::Upgrade { plan, term, reference, by } => {
                self.purchases(by.as_ref())?;
                self.upgrade(key, (plan, *term), reference, at)
            }
            SubscriptionCommand::Schedule { plan, term, by } => {
                self.purchases(by.as_ref())?;
                let sub = self.going_on()?;
                let term = term.unwrap_or(sub.term);
                let present = (sub.plan.clone(), sub.term);
                let next = sub.next.clone().map_or(present, |(plan, term, _)| (plan, term));
                if next == (plan.clone(), term) {
                    return Err(no(SubscriptionDeclined::SamePlan { plan: plan.name().clone() }));
                }
                sub.unpaid()?;
                self.sold(plan, at)?;
                let next = Some((plan.clone(), term, sub.paid_until()));
                let sub = self.becomes(Sub { next, ..sub });
                self.write(at, sub.what("change-scheduled"), Vec::new(), Vec::new())
            }
            SubscriptionCommand::Cancel { by, .. } => {
                self.purchases(by.as_ref())?;
                let sub = self.going_on()?;
                let next = sub.paid_change();
                let sub = self.becomes(Sub { state: SubscriptionState::Cancelled { at }, next, ..sub });
                self.write(at, sub.what("cancelled"), Vec::new(), Vec::new())?;
                self.catch_up(at)
            }
            SubscriptionCommand::End { .. } => {
                self.subscribed()?;
                self.end_plan(at)?;
                self.open_days(at)
            }
            SubscriptionCommand::Resume { by } => {
                self.purchases(by.as_ref())?;
                let sub = self.subscribed()?;
                let cancelled = matches!(sub.state, SubscriptionState::Cancelled { .. });
                let next = sub.paid_change();
                if !cancelled && sub.next == next {
                    return Err(no(SubscriptionDeclined::NothingToResume { plan: sub.plan.name().clone() }));
                }
                let state = if cancelled { SubscriptionState::Active } else { sub.state };
                let sub = self.becomes(Sub { state, next, ..sub });
                self.write(at, sub.what("resumed"), Vec::new(), Vec::new())
            }
            SubscriptionCommand::FailPayment { .. } => {
                let sub = self.going_on()?;
                if let SubscriptionState::PastDue { since } = sub.state {
                    return Err(no(SubscriptionDeclined::PastDueAlready { since }));
                }
                let sub = self.becomes(Sub { state: SubscriptionState::PastDue { since: at }, ..sub });
                self.write(at, sub.what("payment-failed"), Vec::new(), Vec::new())
            }
        }
    }

    fn upgrade(
        &mut self,
        key: &Key,
        (plan, term): (&Arc<Plan>, Option<Term>),
        reference: &Reference,
        at: DateTime<Utc>,
    ) -> Refused<()> {
        let sub = self.subscribed()?;
        if sub.plan.name() == plan.name() {
            return Err(no(SubscriptionDeclined::SamePlan { plan: plan.name().clone() }));
        }
        let by = |plan: &Plan, monthly: bool| -> Nanos {
            let such = plan.allowances().iter().filter(|it| (it.every() == Every::Month) == monthly);
            such.map(|it| nanos(it.amount())).sum()
        };
        let gives = |plan: &Plan| (by(plan, true), by(plan, false));
        if gives(plan) <= gives(&sub.plan) {
            let (from, to) = (sub.plan.name().clone(), plan.name().clone());
            return Err(no(SubscriptionDeclined::NotAnUpgrade { from, to }));
        }
        if sub.plan.upgrade() == Upgrade::CarryOver {
            sub.unpaid()?;
        }
        self.sold(plan, at)?;
        self.refer(key, reference)?;
        let term = term.unwrap_or(sub.term);
        let month = sub.cycle.window_at(at).unwrap().ordinal;
        if sub.plan.upgrade() == Upgrade::FreshCycle {
            let new = self.purchased(plan, term, at)?;
            self.plans.cycles += 1;
            self.change_plan(&new, true, at)?;
        } else {
            sub.in_time(plan, at)?;
            let paid = sub.paid;
            let window = sub.cycle.window(month).unwrap();
            let mut monthly = plan.allowances().iter().filter(|it| it.every() == Every::Month).peekable();
            let is_late = monthly.peek().is_some()
                && monthly.all(|it| nanos(plan.proration().part(it.amount(), window, at)) == 0);
            let first = month.min(paid) + u32::from(month < paid && is_late);
            let new = Sub { plan: plan.clone(), term, purchased: at, first, next: None, ..sub };
            self.since_purchase(plan, at);
            self.change_plan(&new, false, at)?;
            if month < paid {
                self.open_month(month, true, at)?;
            }
        }
        self.catch_up(at)
    }

    fn subscribed(&self) -> Refused<Sub> {
        self.plans.subscription.clone().ok_or(no(SubscriptionDeclined::NotSubscribed))
    }

    /// The subscription, unless it is cancelled.
    fn going_on(&self) -> Refused<Sub> {
        let sub = self.subscribed()?;
        match sub.state {
            SubscriptionState::Cancelled { at } => {
                let (plan, ends_at) = (sub.plan.name().clone(), sub.ends());
                Err(no(SubscriptionDeclined::CancelledAlready { plan, at, ends_at }))
            }
            _ => Ok(sub),
        }
    }

    fn becomes(&mut self, sub: Sub) -> Sub {
        self.plans.subscription.insert(sub).clone()
    }

    fn sold(&self, plan: &Plan, at: DateTime<Utc>) -> Refused<()> {
        self.same_unit(Some(plan.unit()))?;
        let name = plan.name().clone();
        if plan.from().is_some_and(|from| at < from) || plan.until().is_some_and(|until| until <= at) {
            let edition = plan.edition().clone();
            return Err(no(SubscriptionDeclined::NotInForce { plan: name, edition, at }));
        }
        let base = self.plans.book.as_ref().and_then(|book| book.base_at(at));
        if base.is_some_and(|base| base.name() == plan.name()) {
            return Err(no(SubscriptionDeclined::BasePlan { plan: name }));
        }
        let members = self.members.len();
        match plan.limits().seats() {
            Some(seats) if members > usize::try_from(seats).unwrap() => {
                Err(no(SubscriptionDeclined::TooManyMembers { plan: name, members, seats }))
            }
            _ => Ok(()),
        }
    }

    /// A cycle of its own, of which one term is paid for.
    fn purchased(&mut self, plan: &Arc<Plan>, term: Term, at: DateTime<Utc>) -> Refused<Sub> {
        let cycle = Cycle::monthly(at, self.plans.zone).unwrap();
        let paid = term.months();
        let end = cycle.window(paid).map_err(|_| Declined::TimeOutOfRange { year: 10_000 })?;
        super::stored(end.opens_at)?;
        self.since_purchase(plan, at);
        let (plan, state) = (plan.clone(), SubscriptionState::Active);
        Ok(Sub { plan, term, purchased: at, cycle, first: 0, paid, state, next: None })
    }

    pub(super) fn since_purchase(&mut self, plan: &Plan, at: DateTime<Utc>) {
        if let Some(terms) = plan.refund() {
            let window = Window::Span { opens_at: at, closes_at: at + terms.days().delta() };
            self.begin_count(Counted::Purchase, window);
        }
    }

    /// Only owners purchase, where there are members, and the host itself.
    pub(super) fn purchases(&self, by: Option<&Member>) -> Refused<()> {
        let Some(member) = by.filter(|_| !self.members.is_empty()).cloned() else { return Ok(()) };
        match self.members.iter().find(|seat| seat.member == member) {
            None => Err(Declined::Team(TeamDeclined::NotAMember { member })),
            Some(seat) if seat.role == Role::Member => Err(Declined::Team(TeamDeclined::NotAnOwner { member })),
            Some(_) => Ok(()),
        }
    }

    pub(super) fn buy(
        &mut self,
        key: &Key,
        (pack, reference): (&TopUpName, &Reference),
        by: Option<&Member>,
        at: DateTime<Utc>,
    ) -> Refused<()> {
        self.purchases(by)?;
        let plan = self.plans.in_force(at);
        let name = || plan.as_ref().map(|plan| plan.name().clone());
        let Some(found) = plan.as_ref().and_then(|plan| plan.top_up(pack.as_str())) else {
            return Err(Declined::NoTopUp { pack: pack.clone(), plan: name(), nearest: None, lifts: Lifts::default() });
        };
        let sold = match found.on_sale() {
            OnSale::Always => true,
            OnSale::WhileSubscribed => self.plans.subscription.is_some(),
            OnSale::Never => false,
        };
        if !sold {
            let (pack, lifts) = (pack.clone(), Lifts::default());
            return Err(Declined::NotOnSale { pack, on_sale: found.on_sale(), lifts });
        }
        let terms = Arc::new(found.grant_at(at).map_err(Declined::from)?.with_reference(reference.clone()));
        self.give(key, &terms, at, |grant| What::new("granted", grant, &[]).on(&terms))
    }

    pub(super) fn set_auto(
        &mut self,
        values: Option<AutoTopUp>,
        by: Option<&Member>,
        at: DateTime<Utc>,
    ) -> Refused<()> {
        self.purchases(by)?;
        let plan = self.plans.in_force(at);
        if values.is_some() && plan.as_ref().is_none_or(|plan| plan.auto_top_up().is_none()) {
            let plan = plan.map(|plan| plan.name().clone());
            return Err(Declined::NoAutoTopUp { plan, lifts: Lifts::default() });
        }
        self.plans.auto = values;
        self.write(at, What::new("auto-top-up-set", "", &[]), Vec::new(), Vec::new())
    }
}
