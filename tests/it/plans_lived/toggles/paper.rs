//! What plans were in force when, what was paid for, and what was given in which window: kept on paper, and counted
//! anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use studio_credits::Reference;
use studio_credits::journal::{
    Command, Entry, Fact, Given, Scheduled, Standing, Subscription, SubscriptionCommand, Window,
};
use studio_credits::plan::{Plan, PlanBook, Proration, Term, Upgrade};

use crate::account::model::{Nanos, nanos};
use crate::plans_lived::life::{Asked, At, told};

/// A plan, from when it was in force and until when; the present one has no end.
struct Span {
    plan: Arc<Plan>,
    from: At,
    until: Option<At>,
}

/// Months that are counted from a purchase.
struct Cycle {
    anchor: At,
    paid: u32,
    opened: BTreeSet<At>,
}

/// What was given of a window, and what the plan that gave of it last promises.
#[derive(Clone, Copy, Default)]
struct Sum {
    given: Nanos,
    promised: Nanos,
}

/// Which allowance, of which cycle if it is one of months, and when it opened.
type Key = (String, Option<usize>, At);

pub(super) struct Paper {
    base: Vec<Arc<Plan>>,
    spans: Vec<Span>,
    cycles: Vec<Cycle>,
    given: BTreeMap<Key, Sum>,
    term: u32,
    scheduled: Option<Next>,
    /// The invoices that were paid.
    paid: BTreeSet<Reference>,
    /// When a plan took over that was upgraded to within a month, if the last command did that.
    upgraded: Option<At>,
}

/// What takes over, when, and how long one payment for it is for.
struct Next {
    plan: Arc<Plan>,
    at: At,
    term: u32,
    /// Nothing takes its place once it is paid for.
    paid: bool,
}

type Checked = Result<(), String>;

fn is(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn amount_of(plan: &Plan, name: &str) -> Option<Nanos> {
    plan.allowance(name).map(|allowance| nanos(allowance.amount()))
}

impl Paper {
    pub(super) fn of(book: &PlanBook) -> Self {
        let base = book.plans().iter().filter(|plan| plan.name().as_str() == "free").cloned().collect();
        Self {
            base,
            spans: vec![],
            cycles: vec![],
            given: BTreeMap::new(),
            term: 0,
            scheduled: None,
            paid: BTreeSet::new(),
            upgraded: None,
        }
    }

    fn subscribed(&self) -> Option<&Span> {
        self.spans.last().filter(|span| span.until.is_none())
    }

    fn is_paid(&self) -> bool {
        self.scheduled.as_ref().is_some_and(|next| next.paid)
    }

    /// The plan in force at the end of what is noted.
    pub(super) fn plan(&self, at: At) -> Option<&Arc<Plan>> {
        let holds = |plan: &&Arc<Plan>| plan.from().is_none_or(|it| it <= at) && plan.until().is_none_or(|it| at < it);
        self.subscribed().map(|span| &span.plan).or_else(|| self.base.iter().find(holds))
    }

    /// The largest amount of an allowance, of all plans that were in force between two instants.
    fn largest(&self, name: &str, opens: At, now: At) -> Nanos {
        let within = |from: At, until: Option<At>| from <= now && until.is_none_or(|it| it > opens || from >= opens);
        let spans = self.spans.iter().filter(|span| within(span.from, span.until)).map(|span| &span.plan);
        // The base holds where nothing is subscribed to.
        let gap = |base: &&Arc<Plan>| {
            let (from, until) = (base.from().map_or(opens, |from| from.max(opens)), base.until());
            let ends = self.spans.iter().filter_map(|span| span.until).chain([opens]);
            let begins =
                ends.map(|end| end.max(from)).filter(|begin| *begin <= now && until.is_none_or(|it| *begin < it));
            let is_free =
                |at: At| !self.spans.iter().any(|span| span.from <= at && span.until.is_none_or(|it| at < it));
            begins.into_iter().any(is_free)
        };
        let base = self.base.iter().filter(gap);
        spans.chain(base).filter_map(|plan| amount_of(plan, name)).max().unwrap_or(0)
    }

    /// Notes what a command and time have done.
    pub(super) fn note(&mut self, asked: &Asked, entries: &[Entry]) -> Checked {
        if let Command::Subscription(
            SubscriptionCommand::Subscribe { reference, .. }
            | SubscriptionCommand::Upgrade { reference, .. }
            | SubscriptionCommand::Renew { reference, .. },
        ) = &asked.command
        {
            is(self.paid.insert(reference.clone()), || format!("invoice {reference} is paid twice"))?;
        }
        let (mut asked, cycles) = (Some(asked), self.cycles.len());
        self.upgraded = None;
        for entry in entries {
            match &entry.fact {
                Fact::Subscribed { subscription } => {
                    asked = None;
                    self.begin(subscription, entry.at);
                    self.term = subscription.term.months();
                }
                Fact::SubscriptionRenewed { .. } => {
                    asked = None;
                    let months = self.scheduled.as_mut().map_or(self.term, |next| {
                        next.paid = true;
                        next.term
                    });
                    let cycle = self.cycles.last_mut().ok_or("nothing was purchased")?;
                    cycle.paid += months;
                }
                Fact::PlanChanged { subscription, .. } => {
                    let upgrade = asked.filter(|_| entry.key.is_some()).map(|asked| &asked.command);
                    match upgrade {
                        Some(Command::Subscription(SubscriptionCommand::Upgrade { term, .. })) => {
                            asked = None;
                            self.upgrade(subscription, *term, entry)?;
                        }
                        _ => self.take_over(subscription, entry)?,
                    }
                }
                Fact::SubscriptionEnded { .. } => {
                    self.scheduled = None;
                    self.spans.last_mut().ok_or("nothing was purchased")?.until = Some(entry.at);
                }
                Fact::ChangeScheduled { subscription } => {
                    let next = subscription.scheduled.as_ref().ok_or("nothing is scheduled")?;
                    is(!self.is_paid(), || format!("in place of what is paid for: {}", told(entry)))?;
                    let Scheduled { plan, at, term } = next.clone();
                    self.scheduled = Some(Next { plan, at, term: term.months(), paid: false });
                }
                Fact::Cancelled { .. } | Fact::Resumed { .. } => {
                    self.scheduled = self.scheduled.take().filter(|next| next.paid);
                }
                Fact::Allowed { given, terms, .. } => {
                    is(terms.expires_at() == Some(given.window.closes_at()), || {
                        format!("it outlives: {}", told(entry))
                    })?;
                    self.allow(given, nanos(terms.amount()), entry)?;
                }
                _ => {}
            }
            if let Some(subscription) = subscription_of(&entry.fact) {
                let (span, paid) = (self.subscribed(), self.cycles.last().map(|cycle| cycle.paid));
                is(span.is_some_and(|span| span.plan == subscription.plan), || {
                    format!("another plan: {}", told(entry))
                })?;
                is(paid == Some(subscription.months_paid), || {
                    format!("{paid:?} months are paid for: {}", told(entry))
                })?;
                let next = |it: &Option<Scheduled>| it.as_ref().map(|it| (it.plan.clone(), it.at));
                let known = self.scheduled.as_ref().map(|next| (next.plan.clone(), next.at));
                is(next(&subscription.scheduled) == known, || format!("something else is to come: {}", told(entry)))?;
                is(self.cycles.last().is_some_and(|cycle| cycle.anchor == subscription.cycle.anchor_at()), || {
                    format!("months are counted from elsewhere: {}", told(entry))
                })?;
            }
        }
        self.is_fresh(cycles)
    }

    /// A purchase begins a cycle, and with it a window of each of its months.
    fn begin(&mut self, subscription: &Subscription, at: At) {
        self.scheduled = None;
        self.spans.push(Span { plan: subscription.plan.clone(), from: at, until: None });
        self.cycles.push(Cycle { anchor: at, paid: subscription.term.months(), opened: BTreeSet::new() });
    }

    fn upgrade(&mut self, subscription: &Subscription, term: Option<Term>, entry: &Entry) -> Checked {
        self.scheduled = None;
        self.term = term.map_or(self.term, Term::months);
        let before = self.spans.last_mut().ok_or("nothing was purchased")?;
        before.until = Some(entry.at);
        match before.plan.upgrade() {
            Upgrade::FreshCycle => self.begin(subscription, entry.at),
            Upgrade::CarryOver => {
                let (plan, from) = (subscription.plan.clone(), entry.at);
                self.spans.push(Span { plan, from, until: None });
                self.upgraded = Some(from);
            }
        }
        Ok(())
    }

    /// What was scheduled takes over, not before it was to.
    fn take_over(&mut self, subscription: &Subscription, entry: &Entry) -> Checked {
        let Next { plan, at, term, .. } = self.scheduled.take().ok_or("nothing was scheduled")?;
        is(plan == subscription.plan && at <= entry.at, || format!("something else was scheduled: {}", told(entry)))?;
        self.spans.last_mut().ok_or("nothing was purchased")?.until = Some(entry.at);
        self.spans.push(Span { plan, from: entry.at, until: None });
        self.term = term;
        Ok(())
    }

    /// What was given in a window, with this: at most the largest amount, and exactly what was missing.
    fn allow(&mut self, given: &Given, amount: Nanos, entry: &Entry) -> Checked {
        let (name, opens, closes) = (given.allowance.as_str(), given.window.opens_at(), given.window.closes_at());
        let plan = self.plan(entry.at).ok_or("no plan is in force")?.clone();
        let own = amount_of(&plan, name).ok_or_else(|| format!("the plan does not give it: {}", told(entry)))?;
        let is_month = matches!(given.window, Window::Month(_));
        let cycle = self.cycles.len().checked_sub(1).filter(|_| is_month);
        let key = (name.to_owned(), cycle, opens);
        let Sum { given: before, promised } = self.given.get(&key).copied().unwrap_or_default();
        let missing = match (plan.proration(), self.upgraded.filter(|_| is_month)) {
            (Proration::ByTime, Some(upgraded)) => {
                let micros = |from: At| i128::from((closes - from).num_microseconds().unwrap());
                (own - promised) * micros(upgraded.max(opens)) / micros(opens)
            }
            _ => own - promised,
        };
        let wrong =
            |what: &str| format!("{what}, {before} of {promised} before and the plan gives {own}: {}", told(entry));
        is(amount == missing, || wrong("other than what is missing is given"))?;
        is(before + amount <= self.largest(name, opens, entry.at), || wrong("more than any plan gives"))?;
        let kept = (nanos(given.amount), nanos(given.promised));
        is(kept == (before + amount, own), || wrong("another sum is kept"))?;
        self.given.insert(key, Sum { given: before + amount, promised: own });
        if let Some(cycle) = cycle.and_then(|cycle| self.cycles.get_mut(cycle)) {
            is(opens >= cycle.anchor, || wrong("a month of an earlier cycle is given"))?;
            cycle.opened.insert(opens);
            let (opened, paid) = (cycle.opened.len(), cycle.paid);
            is(opened <= paid.try_into().unwrap(), || wrong("more months are given than are paid for"))?;
        }
        Ok(())
    }

    /// A purchase with a fresh cycle gives all of its first month, at once.
    fn is_fresh(&self, cycles: usize) -> Checked {
        let Some(cycle) = self.cycles.get(cycles) else { return Ok(()) };
        let plan = &self.subscribed().ok_or("nothing is subscribed to")?.plan;
        for allowance in plan.allowances().iter().filter(|allowance| !allowance.every().is_daily()) {
            let key = (allowance.name().to_string(), Some(cycles), cycle.anchor);
            let given = self.given.get(&key).copied().unwrap_or_default().given;
            is(given == nanos(allowance.amount()), || format!("a fresh cycle gives {given} of {allowance:?}"))?;
        }
        Ok(())
    }

    /// Whoever is touched has all that is promised of the present day, and of the present month if that is paid for.
    pub(super) fn is_whole(&self, standing: &Standing, at: At) -> Checked {
        let Some(plan) = self.plan(at) else { return Ok(()) };
        for allowance in plan.allowances() {
            let is_daily = allowance.every().is_daily();
            let unpaid = standing.subscription.as_ref().is_some_and(|it| it.paid_until <= at);
            // The share of the last microseconds may be nothing.
            if !is_daily && (unpaid || plan.proration() == Proration::ByTime) {
                continue;
            }
            let present = standing.given(allowance.name()).map(|given| given.window);
            let present = present.filter(|window| window.opens_at() <= at && at < window.closes_at());
            let cycle = self.cycles.len().checked_sub(1).filter(|_| !is_daily);
            let key = present.map(|window| (allowance.name().to_string(), cycle, window.opens_at()));
            let promised = key.and_then(|key| self.given.get(&key)).copied().unwrap_or_default().promised;
            is(promised >= nanos(allowance.amount()), || format!("at {at}, {promised} of {allowance:?} is given"))?;
        }
        Ok(())
    }

    /// No cycle gives more than the largest amount of all plans in it, times the months that were paid for.
    pub(super) fn end(&self) -> Checked {
        for (place, cycle) in self.cycles.iter().enumerate() {
            for name in ["main", "more"] {
                let of_it = self.given.iter().filter(|((of, cycle, _), _)| of == name && *cycle == Some(place));
                let sum: Nanos = of_it.map(|(_, sum)| sum.given).sum();
                let largest = self.spans.iter().filter_map(|span| amount_of(&span.plan, name)).max().unwrap_or(0);
                is(sum <= largest * Nanos::from(cycle.paid), || {
                    format!("the cycle from {} gives {sum}", cycle.anchor)
                })?;
            }
        }
        Ok(())
    }
}

fn subscription_of(fact: &Fact) -> Option<&Subscription> {
    match fact {
        Fact::Subscribed { subscription }
        | Fact::SubscriptionRenewed { subscription }
        | Fact::PlanChanged { subscription, .. }
        | Fact::ChangeScheduled { subscription }
        | Fact::Cancelled { subscription, .. }
        | Fact::Resumed { subscription }
        | Fact::PaymentFailed { subscription, .. } => Some(subscription),
        _ => None,
    }
}
