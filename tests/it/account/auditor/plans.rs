//! What plans give and end, by what the entries say.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::journal::{Bucket, Ended, Entry, Event, Fact, Given, Posting, Snapshot, Subscription, Window};
use studio_credits::plan::{Allowance, AllowanceName, AtEnd, AutoTopUp, Every, Plan, PlanBook, Proration, Zone};
use studio_credits::{Credits, GrantId};

use super::books::{Books, Page};
use super::{Sound, holds};
use crate::account::model::{MOST, Nanos, nanos};

/// How long what is over may still be told of.
pub(super) const KEPT: TimeDelta = TimeDelta::days(2);

#[derive(Default)]
pub(super) struct Plans {
    /// The plans on sale, of which a journal says nothing.
    pub(super) book: Option<Arc<PlanBook>>,
    pub(super) subscription: Option<Arc<Subscription>>,
    pub(super) zone: Zone,
    pub(super) auto: Option<AutoTopUp>,
    /// Of which windows each allowance has given, in order, and how much.
    windows: BTreeMap<AllowanceName, Vec<(Window, Nanos)>>,
    /// What was said last of each allowance.
    pub(super) given: BTreeMap<AllowanceName, Given>,
    /// Which plans ended what they and others had given, and when.
    ends: Vec<(Arc<Plan>, DateTime<Utc>)>,
    /// What the entry before let expire.
    expired: Option<(GrantId, Nanos)>,
    /// Whether the mark was set back by the last entry, which lets nothing happen.
    is_back: bool,
    /// The latest instant that was ever seen, also by a clock that was wrong.
    pub(super) latest: DateTime<Utc>,
}

impl Plans {
    pub(super) fn in_force(&self, at: DateTime<Utc>) -> Option<&Plan> {
        match &self.subscription {
            Some(subscription) => Some(&subscription.plan),
            None => self.book.as_ref()?.base_at(at).map(AsRef::as_ref),
        }
    }

    fn allowance(&self, name: &AllowanceName, at: DateTime<Utc>) -> Result<&Allowance, String> {
        let allowance = self.in_force(at).and_then(|plan| plan.allowance(name.as_str()));
        allowance.ok_or_else(|| format!("no plan in force has an allowance {name}"))
    }

    /// A cycle that begins in the instant of another one has months of its own, although they look the same.
    fn begins_anew(&mut self, anchor_at: DateTime<Utc>, at: DateTime<Utc>) {
        let is_same = |window: &Window| matches!(window, Window::Month(month) if month.opens_at >= anchor_at);
        if anchor_at == at {
            self.windows.values_mut().for_each(|all| all.retain(|(window, _)| !is_same(window)));
            for given in self.given.values_mut().filter(|given| is_same(&given.window)) {
                (given.amount, given.promised) = (Credits::ZERO, Credits::ZERO);
                given.rolling.clear();
            }
        }
    }

    fn last(&self, name: &AllowanceName) -> Option<(Window, Nanos)> {
        self.windows.get(name)?.last().copied()
    }
}

impl Books {
    /// Judges what an entry says about plans, before it is entered.
    pub(super) fn judge_plan(&self, entry: &Entry) -> Sound {
        let before = self.plans.subscription.as_deref();
        match &entry.fact {
            Fact::Allowed { terms, given, .. } => {
                let allowance = self.plans.allowance(&given.allowance, entry.at)?;
                let same = terms.kind() == allowance.kind()
                    && terms.restriction() == allowance.restriction()
                    && terms.priority() == allowance.priority()
                    && terms.repays_debt() == allowance.repays_debt()
                    && terms.expires_at() == Some(given.window.closes_at());
                holds(same, || format!("{} is given on other terms than the plan's", given.allowance))?;
                self.once_a_window(given, nanos(terms.amount()), allowance, entry.at)
            }
            Fact::RolledOver { of, terms, given, .. } => {
                holds(!terms.repays_debt(), || "what is rolled over repays debts".to_owned())?;
                self.rolls(of, given, nanos(terms.amount()), terms.expires_at(), entry.at)
            }
            Fact::PlanChanged { from, ends: true, .. } => {
                let before = before.ok_or("there was no plan")?;
                holds(before.plan.name() == from, || format!("{from} was not in force"))?;
                self.ends(&before.plan, entry)
            }
            Fact::SubscriptionEnded { plan, edition } => {
                let before = before.ok_or("there was no plan")?;
                let same = (before.plan.name(), before.plan.edition()) == (plan, edition);
                holds(same, || format!("{plan} was not in force"))?;
                self.ends(&before.plan, entry)
            }
            Fact::Subscribed { .. }
            | Fact::SubscriptionRenewed { .. }
            | Fact::PlanChanged { ends: false, .. }
            | Fact::ChangeScheduled { .. }
            | Fact::Cancelled { .. }
            | Fact::Resumed { .. }
            | Fact::PaymentFailed { .. }
            | Fact::ZoneSet { .. }
            | Fact::Joined { .. }
            | Fact::Limited { .. }
            | Fact::Left { .. }
            | Fact::RewardPromised { .. }
            | Fact::RewardWithdrawn { .. }
            | Fact::AutoTopUpSet { .. } => {
                let quiet = entry.postings.is_empty() && entry.debts.is_empty();
                holds(quiet, || "it moves credits".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// An allowance gives at most its amount of one window, and of windows one after the other.
    fn once_a_window(&self, given: &Given, amount: Nanos, allowance: &Allowance, at: DateTime<Utc>) -> Sound {
        let name = &given.allowance;
        let last = self.plans.last(name);
        let before = last.filter(|(window, _)| *window == given.window).map_or(0, |(_, amount)| amount);
        let sum = before + amount;
        holds(sum == nanos(given.amount), || format!("{name} says that it gave {}, and it gave {sum}", given.amount))?;
        holds(sum <= nanos(allowance.amount()), || format!("{name} gives {sum} of one window"))?;
        let is_new = last.is_none_or(|(window, _)| window != given.window);
        match (given.window, allowance.every()) {
            (Window::Day(day), Every::Day { .. }) => {
                let today = day.opens_at() <= at && at < day.closes_at();
                holds(today, || format!("{name} gives of another day than today"))?;
                if is_new { self.days_apart(name, day.opens_at()) } else { Ok(()) }
            }
            (Window::Month(month), Every::Month) => {
                let subscription = self.plans.subscription.as_deref().ok_or("nobody subscribes")?;
                let window = subscription.cycle.window(month.ordinal).map_err(|error| error.to_string())?;
                let paid = (subscription.first_month..subscription.months_paid).contains(&month.ordinal);
                let due = window == month && paid && month.opens_at <= at;
                holds(due, || format!("{name} gives of month {} at {at}", month.ordinal))?;
                let follows = last.is_none_or(|(window, _)| match window {
                    Window::Month(last) if last.opens_at > subscription.cycle.anchor_at() => {
                        last.ordinal < month.ordinal || last == month
                    }
                    _ => true,
                });
                holds(follows, || format!("{name} gives of a month that is over"))
            }
            (window, every) => Err(format!("{name} gives of {window:?}, and comes {every:?}")),
        }
    }

    /// Day windows of one allowance never overlap, and no more than D + 1 of them open within any D days.
    fn days_apart(&self, name: &AllowanceName, opens_at: DateTime<Utc>) -> Sound {
        let windows = self.plans.windows.get(name).into_iter().flatten();
        let days: Vec<_> = windows.filter(|(window, _)| matches!(window, Window::Day(_))).collect();
        for (back, (window, _)) in (0_i32..).zip(days.iter().rev()) {
            holds(window.closes_at() <= opens_at, || format!("two days of {name} overlap"))?;
            let apart = opens_at - window.opens_at();
            holds(apart >= TimeDelta::hours(24) * back, || format!("{name} has {} days in {apart}", back + 2))?;
        }
        Ok(())
    }

    /// What expired of a month is given anew, as far as it and the cap of the plan in force go.
    fn rolls(
        &self,
        of: &GrantId,
        given: &Given,
        amount: Nanos,
        ends: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> Sound {
        let (expired, rest) = self.plans.expired.as_ref().ok_or("nothing has expired")?;
        let known = self.plans.given.get(&given.allowance).ok_or("nothing was allowed")?;
        holds(expired == of && known.rolling.contains(of), || format!("{of} does not roll over"))?;
        holds((known.window, known.amount) == (given.window, given.amount), || "another window rolls".to_owned())?;
        holds(!given.rolling.contains(of), || format!("{of} rolls over twice"))?;
        let allowance = self.plans.allowance(&given.allowance, at)?;
        let rollover = allowance.rollover().ok_or("nothing rolls over")?;
        // What ends at this very instant makes room, and what is set aside may come back.
        let lasts = |page: &&Page| page.ended.is_none() && page.terms.expires_at().is_none_or(|ends| at < ends);
        let left = |page: &Page| page.of(Bucket::Available) + page.of(Bucket::Held);
        let kept = |id: &GrantId| self.lots.get(id).filter(lasts).map_or(0, left);
        let kept: Nanos = known.rolled.iter().map(kept).sum();
        let most = (nanos(rollover.cap()) - kept).min(*rest);
        holds(amount == most, || format!("{amount} is rolled over of {of}, and not {most}"))?;
        let (Some(subscription), Window::Month(month)) = (&self.plans.subscription, given.window) else {
            return Err("only months roll over".to_owned());
        };
        let last = subscription.cycle.window(month.ordinal + rollover.months()).map_err(|error| error.to_string())?;
        holds(ends == Some(last.closes_at), || format!("what is rolled over ends at {ends:?}"))
    }

    /// When a plan ends, all that is available of kinds that end with it expires, and nothing else does.
    fn ends(&self, plan: &Plan, entry: &Entry) -> Sound {
        let ending = self.lots.iter().filter(|(_, page)| ends_with(plan, page));
        let left = ending.map(|(id, page)| (id.clone(), page.of(Bucket::Available))).filter(|(_, left)| *left > 0);
        let mut expected: Vec<_> = left.collect();
        let leg = |leg: &Posting| (leg.lot.clone(), nanos(leg.amount));
        let mut told: Vec<_> = entry.postings.iter().map(leg).collect();
        expected.sort();
        told.sort();
        let expires = entry.postings.iter().all(|leg| (leg.from, leg.to) == (Bucket::Available, Bucket::Expired));
        holds(expires && entry.debts.is_empty(), || "it does more than let expire".to_owned())?;
        holds(told == expected, || format!("{told:?} ends with {}, and not {expected:?}", plan.name()))
    }

    /// How a lot ended: by itself, or with others of its kind, also where it was used up before.
    pub(super) fn ended(&self, page: &Page) -> Option<Ended> {
        let ends = |(plan, at): &(Arc<Plan>, DateTime<Utc>)| {
            page.given < *at && plan.at_end(page.terms.kind()) == AtEnd::Expire
        };
        page.ended.or_else(|| self.plans.ends.iter().any(ends).then_some(Ended::WithPlan))
    }

    /// Keeps what an entry says about plans. The legs are not entered yet.
    pub(super) fn note_plan(&mut self, entry: &Entry) {
        let plans = &mut self.plans;
        plans.is_back = matches!(entry.fact, Fact::MarkRepaired { .. });
        plans.latest = plans.latest.max(entry.at);
        plans.expired = None;
        match &entry.fact {
            Fact::Expired { grant } => {
                let rest = entry.postings.iter().map(|leg| nanos(leg.amount)).sum();
                plans.expired = Some((grant.clone(), rest));
            }
            Fact::Allowed { given, .. } | Fact::RolledOver { given, .. } => {
                let windows = plans.windows.entry(given.allowance.clone()).or_default();
                windows.retain(|(window, _)| *window != given.window);
                windows.push((given.window, nanos(given.amount)));
                plans.given.insert(given.allowance.clone(), given.clone());
            }
            Fact::PlanChanged { ends: true, .. } | Fact::SubscriptionEnded { .. } => {
                if let Some(before) = plans.subscription.clone() {
                    plans.ends.push((before.plan.clone(), entry.at));
                    for page in self.lots.values_mut().filter(|page| ends_with(&before.plan, page)) {
                        page.ended = Some(Ended::WithPlan);
                    }
                }
            }
            Fact::ZoneSet { zone } => plans.zone = *zone,
            _ => {}
        }
        if let Fact::Subscribed { subscription } | Fact::PlanChanged { subscription, ends: true, .. } = &entry.fact {
            self.plans.begins_anew(subscription.cycle.anchor_at(), entry.at);
        }
        let plans = &mut self.plans;
        match &entry.fact {
            Fact::AutoTopUpSet { values } => plans.auto = *values,
            Fact::MarkRepaired { .. } => {
                // Days that a wrong clock has given in the future count for nothing, and neither do those before them,
                // which it let expire; a month is given once.
                let ahead = |given: &Given| matches!(given.window, Window::Day(day) if day.opens_at() > entry.at);
                let (back, stays) = plans.given.clone().into_iter().partition(|(_, given)| ahead(given));
                plans.given = stays;
                for name in back.keys() {
                    plans.windows.remove(name);
                }
                // What is given from now on has not ended in a future that was none.
                plans.ends.iter_mut().for_each(|(_, at)| *at = entry.at.min(*at));
            }
            _ => {}
        }
    }

    /// What must have been given by now: all of the present day, and something of the present month if it is paid for.
    pub(super) fn given_by(&self, mark: DateTime<Utc>) -> Sound {
        // Neither a mark that was set back nor a fence in front of the first entry lets anything happen.
        let nothing_happens = self.plans.is_back || mark == DateTime::UNIX_EPOCH;
        let Some(plan) = self.plans.in_force(mark).filter(|_| !nothing_happens) else { return Ok(()) };
        let live = self.lots.values().filter(|page| page.of(Bucket::Available) + page.of(Bucket::Held) > 0);
        let granted: Nanos = self.lots.values().map(|page| nanos(page.terms.amount())).sum();
        if live.count() > 1_000 || granted > MOST / 2 {
            return Ok(()); // There may be no room for it.
        }
        for allowance in plan.allowances() {
            let last = self.plans.last(allowance.name());
            let is_given = match (allowance.every(), &self.plans.subscription) {
                (Every::Day { .. }, _) => last
                    .is_some_and(|(window, amount)| mark < window.closes_at() && amount >= nanos(allowance.amount())),
                (Every::Month, Some(subscription)) if plan.proration() == Proration::None => {
                    let month = subscription.cycle.window_at(mark).ok();
                    let paid = subscription.first_month..subscription.months_paid;
                    month.is_none_or(|month| {
                        !paid.contains(&month.ordinal)
                            // A clock that was ahead may have given a later month, and what is given once is given.
                            || last.is_some_and(|(window, amount)| {
                                let this = window == Window::Month(month) && amount >= nanos(allowance.amount());
                                this || window.opens_at() > mark
                            })
                    })
                }
                (Every::Month, _) => true,
            };
            holds(is_given, || {
                format!("{} of {} is due at {mark}, and {last:?} was given", allowance.name(), plan.edition())
            })?;
        }
        Ok(())
    }
}

impl Books {
    /// What is stored of plans is what the entries come to.
    pub(super) fn alike_plans(&self, snapshot: &Snapshot) -> Sound {
        let (plans, standing) = (&self.plans, &snapshot.standing);
        let same = (&standing.subscription, standing.zone, standing.auto_top_up)
            == (&plans.subscription, plans.zone, plans.auto);
        holds(same, || "the snapshot has another subscription".to_owned())?;
        let known = standing.given.iter().all(|given| plans.given.get(&given.allowance) == Some(given));
        holds(known, || "the snapshot was given something else".to_owned())?;
        for (name, given) in &plans.given {
            let over = plans.latest - given.window.closes_at() >= KEPT;
            holds(over || standing.given(name).is_some(), || format!("what {name} has given is not stored"))?;
        }
        Ok(())
    }
}

/// Whether a lot has something left that ends with a plan.
fn ends_with(plan: &Plan, page: &Page) -> bool {
    let live = page.of(Bucket::Available) + page.of(Bucket::Held) > 0;
    live && page.ended.is_none() && plan.at_end(page.terms.kind()) == AtEnd::Expire
}

/// What a commit tells somebody: what it gave, what time did to the subscription, and each threshold that was crossed.
pub(super) fn events(plans: &Plans, entries: &[Entry], (before, at): (Nanos, DateTime<Utc>)) -> Vec<Event> {
    // What a command itself says is known to whoever asked for it; what it leads to is not.
    let own = entries.iter().position(|entry| entry.key.is_some());
    let told = entries.iter().enumerate().filter_map(|(place, entry)| event(entry, Some(place) == own, at));
    let mut events: Vec<_> = told.collect();
    let Some(last) = entries.last() else { return events };
    let after = last.totals.available;
    // What time has given by then is there before the command.
    let time = entries.iter().take_while(|entry| entry.key.is_none()).last();
    let before = time.map_or(before, |entry| before.max(nanos(entry.totals.available)));
    if matches!(last.fact, Fact::Closed { .. }) {
        return events; // Nobody is left to be told.
    }
    // What time alone had left by then was there as well.
    let passed = entries.iter().take_while(|entry| entry.key.is_none()).last();
    let before = before.max(passed.map_or(0, |entry| nanos(entry.totals.available)));
    let crossed = |below| before >= nanos(below) && after < below;
    if let Some(plan) = plans.in_force(at) {
        if let Some(below) = plan.notices().low_balance().filter(|below| crossed(*below)) {
            events.push(Event::LowBalance { available: after, below });
        }
        let is_set = entries.iter().any(|entry| matches!(entry.fact, Fact::AutoTopUpSet { .. }));
        let chosen = plans.auto.filter(|_| plan.auto_top_up().is_some());
        if let Some(auto) = chosen.filter(|auto| crossed(auto.below()) || is_set && after < auto.below()) {
            events.push(Event::AutoTopUpDue { available: after, below: auto.below(), amount: auto.amount() });
        }
    }
    if before > 0 && after.is_zero() {
        events.push(Event::RunOut);
    }
    events
}

fn event(entry: &Entry, is_own: bool, at: DateTime<Utc>) -> Option<Event> {
    match &entry.fact {
        Fact::Allowed { given, .. } if given.window.closes_at() <= at => None,
        Fact::Allowed { grant, terms, given } => Some(Event::AllowanceGranted {
            allowance: given.allowance.clone(),
            grant: grant.clone(),
            amount: terms.amount(),
            closes_at: given.window.closes_at(),
        }),
        Fact::PlanChanged { subscription, from, .. } if !is_own => {
            Some(Event::PlanChanged { from: from.clone(), to: subscription.plan.name().clone() })
        }
        Fact::SubscriptionEnded { plan, .. } if !is_own => Some(Event::SubscriptionEnded { plan: plan.clone() }),
        _ => None,
    }
}
