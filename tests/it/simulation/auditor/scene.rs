//! An account as time alone would leave it at an instant after one of its entries: holds lapse, grants expire and roll
//! over, subscriptions take their turns, and days and months come anew. Worked out from what the entries say; of the
//! crate it takes no more than its calendar.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::journal::{Ended, Given, Subscription, SubscriptionState, Window};
use studio_credits::plan::{Allowance, AllowanceName, AtEnd, DayWindow, Every, Plan, Zone};
use studio_credits::{Grant, GrantId, HoldId, Work};

use super::history::{History, HoldPast};
use crate::account::model::{Nanos, credits, nanos};

#[derive(Clone)]
pub(super) struct Scene<'a> {
    history: &'a History,
    pub(super) at: DateTime<Utc>,
    lots: BTreeMap<GrantId, Seen>,
    open: BTreeMap<HoldId, (&'a HoldPast, DateTime<Utc>)>,
    pub(super) debt: Nanos,
    pub(super) subscription: Option<Arc<Subscription>>,
    pub(super) given: BTreeMap<AllowanceName, Given>,
    pub(super) zone: Zone,
    /// The plans that have ended, and when.
    ends: Vec<(Arc<Plan>, DateTime<Utc>)>,
    /// The first month that was not looked at yet.
    month: u32,
    /// When what was done last happened.
    last: DateTime<Utc>,
}

#[derive(Clone)]
struct Seen {
    terms: Arc<Grant>,
    available: Nanos,
    held: Nanos,
    ended: Option<Ended>,
}

/// What is due; of what is due at one instant, what comes first is done first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Lapse(HoldId),
    Expiry(GrantId),
    Change,
    Month(u32),
    End,
}

impl<'a> Scene<'a> {
    pub(super) fn new(history: &'a History, seq: u64, at: DateTime<Utc>) -> Self {
        let seen = |available: &Nanos, (terms, ended): (&Arc<Grant>, Option<&Ended>)| Seen {
            terms: terms.clone(),
            available: *available,
            held: 0,
            ended: ended.copied(),
        };
        let lots = history
            .lots
            .iter()
            .filter_map(|(id, lot)| Some((id.clone(), seen(lot.available.at(seq)?, (&lot.terms, lot.ended.at(seq))))));
        let mut lots: BTreeMap<_, _> = lots.collect();
        let open = history.holds.iter().filter(|(_, hold)| hold.made.0 <= seq && hold.ends.at(seq).is_none());
        let open: BTreeMap<_, _> =
            open.filter_map(|(id, hold)| Some((id.clone(), (hold, *hold.lapses.at(seq)?)))).collect();
        for (lot, amount) in open.values().flat_map(|(hold, _)| &hold.parts) {
            lots.entry(lot.clone()).and_modify(|lot| lot.held += amount);
        }
        lots.retain(|_, lot| lot.available > 0 || lot.held > 0);
        let given = history.plans.given.iter();
        let given = given.filter_map(|(name, track)| Some((name.clone(), track.at(seq)?.clone()?)));
        let mut scene = Self {
            history,
            at,
            lots,
            open,
            debt: history.debt(seq),
            subscription: history.plans.subscription(seq).cloned(),
            given: given.collect(),
            zone: history.plans.zone.at(seq).copied().unwrap_or_default(),
            ends: Vec::new(),
            month: 0,
            last: history.mark(seq),
        };
        while let Some((due, at)) = scene.next() {
            scene.last = scene.last.max(at);
            scene.pass(due);
        }
        scene.last = at;
        scene.open_days();
        scene
    }

    /// The plan in force.
    pub(super) fn plan(&self) -> Option<&Arc<Plan>> {
        match &self.subscription {
            Some(subscription) => Some(&subscription.plan),
            None => self.history.book.as_ref()?.base_at(self.at),
        }
    }

    /// What may be spent on some work, or on any; what only other work may spend; and what nothing may yet.
    pub(super) fn available(&self, work: Option<&Work>) -> [Nanos; 3] {
        let mut sums = [0; 3];
        for lot in self.lots.values().filter(|lot| lot.ended.is_none()) {
            let place = match (lot.terms.effective_at(), work) {
                (Some(start), _) if self.at < start => 2,
                (_, Some(work)) if !lot.terms.restriction().allows(work) => 1,
                _ => 0,
            };
            sums[place] += lot.available;
        }
        sums
    }

    /// How a grant was ended by time alone.
    pub(super) fn ended(&self, grant: &GrantId) -> Option<Ended> {
        let of_plan = |(plan, at): &(Arc<Plan>, DateTime<Utc>)| {
            let lot = self.history.lots.get(grant);
            lot.is_some_and(|lot| lot.given < *at && plan.at_end(lot.terms.kind()) == AtEnd::Expire)
        };
        let used_up = self.ends.iter().any(of_plan).then_some(Ended::WithPlan);
        self.lots.get(grant).and_then(|lot| lot.ended).or(used_up)
    }

    fn next(&self) -> Option<(Due, DateTime<Utc>)> {
        let lapses = self.open.iter().map(|(id, (_, at))| (*at, Due::Lapse(id.clone())));
        let left = self.lots.iter().filter(|(_, lot)| lot.available > 0);
        let expiries = left.filter_map(|(id, lot)| Some((lot.terms.expires_at()?, Due::Expiry(id.clone()))));
        let due = lapses.chain(expiries).chain(self.turns()).filter(|(at, _)| *at <= self.at).min();
        due.map(|(at, due)| (due, at))
    }

    fn turns(&self) -> impl Iterator<Item = (DateTime<Utc>, Due)> {
        let subscription = self.subscription.as_deref();
        let change = subscription.and_then(|it| {
            let at = it.scheduled.as_ref()?.at;
            (it.paid_until > at).then_some((at, Due::Change))
        });
        let month = subscription.and_then(|it| {
            let monthly = || it.plan.allowances().iter().filter(|allowance| allowance.every() == Every::Month);
            let given = monthly().filter_map(|allowance| self.given.get(allowance.name()));
            let after = given.filter_map(|given| match given.window {
                Window::Month(month) if month.opens_at >= it.cycle.anchor_at() && !given.amount.is_zero() => {
                    Some(month.ordinal + 1)
                }
                _ => None,
            });
            let month = after.chain([it.first_month, self.month]).max().unwrap_or(0);
            let is_due = month < it.months_paid && monthly().next().is_some();
            is_due.then(|| (it.cycle.window(month).unwrap().opens_at, Due::Month(month)))
        });
        let end = subscription.map(|it| (ends_at(it), Due::End));
        [change, month, end].into_iter().flatten()
    }

    fn pass(&mut self, due: Due) {
        match due {
            Due::Lapse(hold) => {
                let Some((hold, _)) = self.open.remove(&hold) else { return };
                for (id, amount) in &hold.parts {
                    let Some(lot) = self.lots.get_mut(id) else { continue };
                    lot.held -= amount;
                    if lot.ended.is_none() && lot.terms.expires_at().is_none_or(|end| self.last < end) {
                        lot.available += amount;
                    }
                }
            }
            Due::Expiry(id) => {
                let Some(lot) = self.lots.get_mut(&id) else { return };
                let rest = std::mem::take(&mut lot.available);
                self.roll_over(&id, rest);
            }
            Due::Change => {
                let Some(before) = self.subscription.take() else { return };
                let Some(next) = before.scheduled.clone() else { return };
                // Another edition of the same plan goes on with what there is.
                let is_other = next.plan.name() != before.plan.name();
                if is_other {
                    self.end_lots(&before.plan);
                }
                self.month = 0;
                let first_month = before.cycle.window_at(next.at).unwrap().ordinal;
                self.subscription = Some(Arc::new(Subscription {
                    plan: next.plan,
                    term: next.term,
                    purchased_at: if is_other { next.at } else { before.purchased_at },
                    first_month,
                    scheduled: None,
                    ..Subscription::clone(&before)
                }));
            }
            Due::Month(ordinal) => {
                self.month = ordinal + 1;
                let Some(subscription) = self.subscription.clone() else { return };
                let month = Window::Month(subscription.cycle.window(ordinal).unwrap());
                for allowance in subscription.plan.allowances().iter().filter(|it| it.every() == Every::Month) {
                    self.allow(allowance, month, |missing| missing);
                }
            }
            Due::End => {
                let Some(before) = self.subscription.take() else { return };
                self.end_lots(&before.plan);
            }
        }
    }

    pub(super) fn end_lots(&mut self, plan: &Arc<Plan>) {
        self.ends.push((plan.clone(), self.last));
        let lots = self.lots.values_mut().filter(|lot| lot.ended.is_none() && lot.available + lot.held > 0);
        for lot in lots.filter(|lot| plan.at_end(lot.terms.kind()) == AtEnd::Expire) {
            (lot.ended, lot.available) = (Some(Ended::WithPlan), 0);
        }
    }

    pub(super) fn open_days(&mut self) {
        let Some(plan) = self.plan().cloned() else { return };
        for allowance in plan.allowances() {
            let Some(reset) = allowance.every().daily_reset(self.zone) else { continue };
            let day = match self.given.get(allowance.name()).map(|given| given.window) {
                Some(Window::Day(day)) => day.at(reset, self.at),
                _ => DayWindow::first(reset, self.at),
            };
            self.allow(allowance, Window::Day(day.unwrap()), |missing| missing);
        }
    }

    /// Gives what is missing of a window to what is promised of it, or a part of that.
    pub(super) fn allow(&mut self, allowance: &Allowance, window: Window, part: impl FnOnce(Nanos) -> Nanos) {
        let known = self.given.get(allowance.name());
        let same = known.filter(|given| given.window == window);
        let (before, promised) = same.map_or((0, 0), |given| (nanos(given.amount), nanos(given.promised)));
        let missing = nanos(allowance.amount()) - promised;
        if missing <= 0 {
            return;
        }
        let missing = part(missing);
        if missing == 0 {
            return;
        }
        let mut rolling = known.filter(|_| before > 0).map_or_else(Vec::new, |known| known.rolling.clone());
        let rolled = known.map_or_else(Vec::new, |known| known.rolled.clone());
        let part = allowance.clone().with_amount(credits(missing)).unwrap();
        let id = self.put(part.grant_until(window.closes_at()).unwrap());
        rolling.extend(allowance.rollover().map(|_| id.clone()));
        let (name, amount, promised) = (allowance.name().clone(), credits(before + missing), allowance.amount());
        self.given.insert(name.clone(), Given { allowance: name, window, amount, promised, rolling, rolled });
        if let Some(lot) = self.lots.get_mut(&id).filter(|lot| lot.terms.repays_debt()) {
            let repaid = lot.available.min(self.debt);
            lot.available -= repaid;
            self.debt -= repaid;
        }
    }

    /// What expired of an allowance is given anew, as far as the plan in force rolls it over.
    fn roll_over(&mut self, id: &GrantId, rest: Nanos) {
        let Some(subscription) = self.subscription.clone() else { return };
        let Some(given) = self.given.values().find(|given| given.rolling.contains(id)).cloned() else { return };
        let Some(allowance) = subscription.plan.allowance(given.allowance.as_str()) else { return };
        let (Some(rollover), Window::Month(month)) = (allowance.rollover(), given.window) else { return };
        let is_kept = |lot: &&Seen| lot.ended.is_none() && lot.terms.expires_at().is_none_or(|end| self.last < end);
        let kept = given.rolled.iter().filter_map(|id| self.lots.get(id)).filter(is_kept);
        let kept: Nanos = kept.map(|lot| lot.available + lot.held).sum();
        let amount = rest.min(nanos(rollover.cap()) - kept);
        if amount <= 0 {
            return;
        }
        let ends = subscription.cycle.window(month.ordinal + rollover.months()).unwrap().closes_at;
        let part = allowance.clone().with_amount(credits(amount)).unwrap();
        let new = self.put(part.grant_until(ends).unwrap());
        if let Some(given) = self.given.get_mut(&given.allowance) {
            given.rolling.retain(|rolling| rolling != id);
            given.rolled.push(new);
        }
    }

    /// A grant under a name that no entry has given.
    fn put(&mut self, terms: Grant) -> GrantId {
        let id = GrantId::new(&format!("scene-{}", self.lots.len())).unwrap();
        let available = nanos(terms.amount());
        self.lots.insert(id.clone(), Seen { terms: Arc::new(terms), available, held: 0, ended: None });
        id
    }
}

/// When a subscription ends unless it is renewed.
pub(super) fn ends_at(subscription: &Subscription) -> DateTime<Utc> {
    let grace = match subscription.state {
        SubscriptionState::Cancelled { .. } => 0,
        SubscriptionState::Active | SubscriptionState::PastDue { .. } => subscription.plan.grace_days(),
    };
    subscription.paid_until + TimeDelta::days(grace.into())
}
