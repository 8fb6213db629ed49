//! What plans give by themselves: days and months, what rolls over, and what ends with them.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::GrantId;
use studio_credits::journal::{Ended, SubscriptionState};
use studio_credits::plan::{
    Allowance, AllowanceName, AtEnd, AutoTopUp, Cycle, CycleWindow, DayWindow, Every, Plan, PlanBook, Proration, Term,
    Zone,
};

use super::{Lot, MOST, Model, Nanos, Refused, What, Where, credits, nanos};

#[derive(Clone, Default)]
pub(crate) struct Plans {
    pub(crate) book: Option<Arc<PlanBook>>,
    pub(crate) zone: Zone,
    pub(crate) subscription: Option<Sub>,
    pub(crate) auto: Option<AutoTopUp>,
    /// Everything that allowances ever gave, in order.
    pub(crate) gifts: Vec<Gift>,
    /// What was rolled over, and of which allowance.
    rolled: Vec<(AllowanceName, usize)>,
    /// How many cycles have begun.
    pub(super) cycles: usize,
    /// Months that were looked at for this command, and had no room.
    tried: u32,
}

/// A subscription.
#[derive(Clone)]
pub(crate) struct Sub {
    pub(crate) plan: Arc<Plan>,
    pub(crate) term: Term,
    pub(crate) purchased: DateTime<Utc>,
    pub(crate) cycle: Cycle,
    pub(crate) first: u32,
    pub(crate) paid: u32,
    pub(crate) state: SubscriptionState,
    /// What takes over, how long its payments are for, and when.
    pub(crate) next: Option<(Arc<Plan>, Term, DateTime<Utc>)>,
}

/// What an allowance gave of one window at once.
#[derive(Clone)]
pub(crate) struct Gift {
    pub(crate) allowance: AllowanceName,
    pub(crate) span: Span,
    lot: usize,
    rolls: bool,
    /// What the plan promises of the window.
    promised: Nanos,
}

/// A day, or a month of one of the cycles.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Span {
    Day(DayWindow),
    Month(usize, CycleWindow),
}

impl Span {
    fn opens_at(&self) -> DateTime<Utc> {
        match self {
            Self::Day(window) => window.opens_at(),
            Self::Month(_, window) => window.opens_at,
        }
    }

    pub(crate) fn closes_at(&self) -> DateTime<Utc> {
        match self {
            Self::Day(window) => window.closes_at(),
            Self::Month(_, window) => window.closes_at,
        }
    }
}

impl Sub {
    pub(crate) fn paid_until(&self) -> DateTime<Utc> {
        self.cycle.window(self.paid).unwrap().opens_at
    }

    pub(crate) fn ends(&self) -> DateTime<Utc> {
        let cancelled = matches!(self.state, SubscriptionState::Cancelled { .. });
        let grace = if cancelled { 0 } else { self.plan.grace_days() };
        self.paid_until() + TimeDelta::days(grace.into())
    }

    /// What takes over and is paid for already: nothing takes its place any more.
    pub(crate) fn paid_change(&self) -> Option<(Arc<Plan>, Term, DateTime<Utc>)> {
        self.next.clone().filter(|(_, _, at)| self.paid_until() > *at)
    }

    pub(crate) fn what(&self, kind: &'static str) -> What {
        let months = [self.term.months(), self.first, self.paid].map(Nanos::from);
        What::new(kind, self.plan.name(), &months).until(self.paid_until())
    }
}

impl Plans {
    pub(crate) fn in_force(&self, at: DateTime<Utc>) -> Option<Arc<Plan>> {
        match (&self.subscription, &self.book) {
            (Some(sub), _) => Some(sub.plan.clone()),
            (None, Some(book)) => book.base_at(at).cloned(),
            (None, None) => None,
        }
    }

    /// Days that a wrong clock gave in the future do not count, and neither do those before them, which it let expire; a
    /// month is given once.
    pub(super) fn set_back(&mut self, at: DateTime<Utc>) {
        let days: Vec<_> = self.gifts.iter().filter(|gift| matches!(gift.span, Span::Day(_))).collect();
        let last = |name| days.iter().rev().find(|gift| gift.allowance == name);
        let names = days.iter().map(|gift| gift.allowance.clone());
        let back: Vec<_> = names.filter(|name| last(name.clone()).is_some_and(|it| it.span.opens_at() > at)).collect();
        self.gifts.retain(|gift| matches!(gift.span, Span::Month(..)) || !back.contains(&gift.allowance));
    }

    /// A new command, or a new cycle, looks at all months again.
    pub(super) fn begin_anew(&mut self) {
        self.tried = 0;
    }

    /// What time does next to a subscription: another plan takes over, a month begins, it ends; in this order.
    pub(super) fn next_turn(&self) -> Option<(DateTime<Utc>, u8, u32)> {
        let sub = self.subscription.as_ref()?;
        let change = sub.paid_change().map(|(_, _, at)| (at, 2, 0));
        let end = (sub.ends(), 4, 0);
        let monthly: Vec<_> = sub.plan.allowances().iter().filter(|it| it.every() == Every::Month).collect();
        let given = self.gifts.iter().filter_map(|gift| match gift.span {
            Span::Month(cycle, window) if cycle == self.cycles => {
                monthly.iter().any(|it| *it.name() == gift.allowance).then_some(window.ordinal + 1)
            }
            _ => None,
        });
        let month = given.chain([sub.first, self.tried]).max().filter(|month| *month < sub.paid && !monthly.is_empty());
        let month = month.map(|month| (sub.cycle.window(month).unwrap().opens_at, 3, month));
        [change, month, Some(end)].into_iter().flatten().min()
    }
}

impl Model {
    /// Gives what a plan gives of today, and was not given.
    pub(super) fn open_days(&mut self, at: DateTime<Utc>) -> Refused<()> {
        let Some(plan) = self.plans.in_force(at) else { return Ok(()) };
        for allowance in plan.allowances() {
            let Some(reset) = allowance.every().daily_reset(self.plans.zone) else { continue };
            let days = self.plans.gifts.iter().rev().filter(|gift| gift.allowance == *allowance.name());
            let last = days.filter_map(|gift| match gift.span {
                Span::Day(day) => Some(day),
                Span::Month(..) => None,
            });
            let last = last.into_iter().next();
            let day = last.map_or_else(|| DayWindow::first(reset, at), |day| day.at(reset, at)).unwrap();
            let missing = nanos(allowance.amount()) - self.promised(allowance.name(), Span::Day(day));
            self.allow(allowance, Span::Day(day), missing, at)?;
        }
        Ok(())
    }

    /// How much the last plan that gave of a window promised of it.
    fn promised(&self, name: &AllowanceName, span: Span) -> Nanos {
        let mut gifts = self.plans.gifts.iter().rev().filter(|gift| gift.allowance == *name && gift.span == span);
        gifts.next().map_or(0, |gift| gift.promised)
    }

    /// How much an allowance gave of a window.
    pub(super) fn given(&self, name: &AllowanceName, span: Span) -> Nanos {
        let gifts = self.plans.gifts.iter().filter(|gift| gift.allowance == *name && gift.span == span);
        gifts.map(|gift| nanos(self.lots[gift.lot].terms.amount())).sum()
    }

    /// Gives what a plan gives of a month and was not given: all of it, or as much as is left of the month when it was
    /// purchased within it.
    pub(super) fn open_month(&mut self, month: u32, upgraded: bool, at: DateTime<Utc>) -> Refused<()> {
        let Some(Sub { plan, cycle, purchased, .. }) = self.plans.subscription.clone() else { return Ok(()) };
        let window = cycle.window(month).unwrap();
        let span = Span::Month(self.plans.cycles, window);
        for allowance in plan.allowances().iter().filter(|it| it.every() == Every::Month) {
            let mut missing = nanos(allowance.amount()) - self.promised(allowance.name(), span);
            if plan.proration() == Proration::ByTime && missing > 0 && upgraded {
                let micros = |from: DateTime<Utc>| Nanos::from((window.closes_at - from).num_microseconds().unwrap());
                let (all, left) = (micros(window.opens_at), micros(purchased.clamp(window.opens_at, window.closes_at)));
                missing = missing * left / all;
            }
            self.allow(allowance, span, missing, at)?;
        }
        Ok(())
    }

    fn allow(&mut self, allowance: &Allowance, span: Span, missing: Nanos, at: DateTime<Utc>) -> Refused<()> {
        if missing <= 0 || self.live() >= 1_024 || self.sums().granted + missing > MOST {
            return Ok(());
        }
        let part = allowance.clone().with_amount(credits(missing)).unwrap();
        let terms = Arc::new(part.grant_until(span.closes_at()).unwrap());
        let id = GrantId::new(&format!("~allowed/{}", self.entries + 1)).unwrap();
        let lot = self.put(id.clone(), terms.clone(), at);
        let rolls = allowance.rollover().is_some();
        let (name, promised) = (allowance.name().clone(), nanos(allowance.amount()));
        self.plans.gifts.push(Gift { allowance: name, span, lot, rolls, promised });
        let sum = self.given(allowance.name(), span);
        let what = What::new("allowed", &id, &[sum]).on(&terms).until(span.closes_at());
        self.write_given(lot, what, at)?;
        self.repay(lot, at)
    }

    /// Gives anew what expired of the last month of an allowance, as far as the plan in force keeps it.
    pub(super) fn roll_over(&mut self, lot: usize, rest: Nanos, at: DateTime<Utc>) -> Refused<()> {
        let plans = &self.plans;
        let (Some(sub), Some(gift)) = (&plans.subscription, plans.gifts.iter().find(|gift| gift.lot == lot)) else {
            return Ok(());
        };
        let last = plans.gifts.iter().rev().find(|other| other.allowance == gift.allowance);
        let is_last = last.is_some_and(|last| last.span == gift.span);
        let Some(allowance) = sub.plan.allowance(gift.allowance.as_str()).filter(|_| gift.rolls && is_last) else {
            return Ok(());
        };
        let (Some(rollover), Span::Month(_, month)) = (allowance.rollover(), gift.span) else { return Ok(()) };
        let sums = self.by_lot();
        let rolled = plans.rolled.iter().filter(|(name, _)| *name == gift.allowance);
        // What ends at this very instant makes room, and what is set aside may come back.
        let lasts = |lot: &Lot| lot.ended.is_none() && lot.terms.expires_at().is_none_or(|ends| at < ends);
        let kept = rolled.filter(|(_, lot)| lasts(&self.lots[*lot])).map(|(_, lot)| &sums[*lot]);
        let kept: Nanos = kept.map(|sums| sums.available + sums.held).sum();
        let amount = rest.min(nanos(rollover.cap()) - kept);
        if amount <= 0 || self.live() >= 1_024 || self.sums().granted + amount > MOST {
            return Ok(());
        }
        let ends = sub.cycle.window(month.ordinal + rollover.months()).unwrap().closes_at;
        let part = allowance.clone().with_amount(credits(amount)).unwrap();
        let terms = Arc::new(part.grant_until(ends).unwrap().sparing_debt());
        let (name, of) = (gift.allowance.clone(), self.lots[lot].id.clone());
        let id = GrantId::new(&format!("~rolled-over/{}", self.entries + 1)).unwrap();
        let lot = self.put(id, terms.clone(), at);
        self.plans.rolled.push((name, lot));
        self.write_given(lot, What::new("rolled-over", &of, &[]).on(&terms), at)
    }

    /// Does what time does to a subscription.
    pub(super) fn turn_plan(&mut self, kind: u8, month: u32, at: DateTime<Utc>) -> Refused<()> {
        match kind {
            2 => {
                let Some(sub) = self.plans.subscription.clone() else { return Ok(()) };
                let (plan, term, due) = sub.next.clone().expect("a change is scheduled");
                let first = sub.cycle.window_at(due).unwrap().ordinal;
                // Another edition or term of the same plan goes on with it; else it is as if it had been paid in time.
                let other = plan.name() != sub.plan.name();
                if other {
                    self.since_purchase(&plan, at);
                }
                let purchased = if other { due } else { sub.purchased };
                self.change_plan(&Sub { plan, term, purchased, first, next: None, ..sub }, other, at)
            }
            3 => {
                self.plans.tried = month + 1;
                self.open_month(month, false, at)
            }
            _ => self.end_plan(at),
        }
    }

    pub(super) fn change_plan(&mut self, to: &Sub, ends: bool, at: DateTime<Utc>) -> Refused<()> {
        let from = self.plans.subscription.replace(to.clone()).expect("a plan is in force");
        self.plans.tried = 0;
        let moves = if ends { self.end_lots(&from.plan, at) } else { Vec::new() };
        self.write(at, to.what("plan-changed"), moves, Vec::new())
    }

    pub(super) fn end_plan(&mut self, at: DateTime<Utc>) -> Refused<()> {
        let from = self.plans.subscription.take().expect("a plan is in force");
        let moves = self.end_lots(&from.plan, at);
        self.write(at, What::new("subscription-ended", from.plan.name(), &[]), moves, Vec::new())
    }

    /// Everything that is left of the kinds that end with a plan is over, and what is held of them will be, or comes
    /// back to what was used up before.
    fn end_lots(&mut self, plan: &Plan, at: DateTime<Utc>) -> Vec<(GrantId, Where, Where, Nanos)> {
        let (sums, mut moves) = (self.by_lot(), Vec::new());
        for (lot, sum) in self.lots.iter_mut().zip(sums) {
            let live = sum.available > 0 || sum.held > 0;
            if (live || lot.given < at) && lot.ended.is_none() && plan.at_end(lot.terms.kind()) == AtEnd::Expire {
                lot.ended = Some(Ended::WithPlan);
                lot.expired += sum.available;
                moves.push((lot.id.clone(), Where::Available, Where::Expired, sum.available));
            }
        }
        moves.retain(|(_, _, _, amount)| *amount > 0);
        moves
    }

    /// Does what a plan does by itself up to now, after a command has changed that.
    pub(super) fn catch_up(&mut self, at: DateTime<Utc>) -> Refused<()> {
        while let Some((_, kind, month)) = self.plans.next_turn().filter(|turn| turn.0 <= at) {
            let known = self.lots.len();
            self.turn_plan(kind, month, at)?;
            // A month that is over before it is paid for rolls over before the next one is given.
            let over = |place: &usize| self.lots[*place].over(at);
            if let Some(place) = (known..self.lots.len()).find(over) {
                self.expire(place, at)?;
            }
        }
        self.open_days(at)
    }
}
