//! Folding what an entry says about plans, limits and members.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::staged::Staged;
use crate::{
    credits::Credits,
    ids::HoldId,
    journal::{EarnedIn, Entry, Fact, Given, Hold, KindEnded, Standing, Subscription, Window},
    work::Work,
};

/// How long a window is kept after its end, so that the next one follows it in whichever zone.
const KEPT: TimeDelta = TimeDelta::days(2);

/// Work that counts, when it was held for, and by how much.
struct Count {
    work: Arc<Work>,
    held_at: DateTime<Utc>,
    held_seq: u64,
    by: Credits,
}

impl Staged<'_> {
    /// How the account stands with its plan, as of the entries so far.
    pub(super) fn standing(&self) -> &Standing {
        self.standing.as_ref().unwrap_or(&self.base.standing)
    }

    /// Folds what an entry says about plans, limits and members; says what contradicts it otherwise, and is then of no
    /// use any more.
    pub(super) fn stand(&mut self, entry: &Entry) -> Result<(), String> {
        let is_counted = !self.standing().counters.is_empty() || !entry.counters.is_empty();
        let count = if is_counted { self.count(entry)? } else { None };
        if count.is_none() && !concerns(entry) {
            return Ok(());
        }
        let mut standing = self.standing.take().unwrap_or_else(|| Standing::clone(&self.base.standing));
        if !entry.counters.is_empty() {
            standing.counters.retain(|counter| entry.at.signed_duration_since(counter.window.closes_at()) < KEPT);
            for counter in &entry.counters {
                put(&mut standing.counters, counter.clone(), |counter| &counter.of);
            }
        }
        if let Some(count) = count {
            standing.count(&count)?;
        }
        standing.fold(entry);
        self.standing = Some(standing);
        Ok(())
    }

    /// By how much an entry changes what was used, and of which work.
    fn count(&self, entry: &Entry) -> Result<Option<Count>, String> {
        let back = |amount: Credits| Credits::ZERO.checked_sub(amount);
        let (work, held_at, held_seq, by) = match &entry.fact {
            Fact::Held { work, amount, .. } | Fact::Charged { work, amount, .. } => {
                (work, entry.at, entry.seq, Some(*amount))
            }
            Fact::Settled { hold, work, charged, late, held_at, held_seq, .. } => {
                let held = if *late { Credits::ZERO } else { self.hold(hold)?.amount };
                (work, *held_at, *held_seq, charged.checked_sub(held))
            }
            Fact::Refunded { work, amount, held_at, held_seq, .. } => (work, *held_at, *held_seq, back(*amount)),
            Fact::Released { hold, .. } | Fact::Lapsed { hold } => {
                let hold = self.hold(hold)?;
                (&hold.work, hold.held_at, hold.held_seq, back(hold.amount))
            }
            _ => return Ok(None),
        };
        let by = by.ok_or_else(|| "what was used is out of range".to_owned())?;
        Ok(Some(Count { work: work.clone(), held_at, held_seq, by }))
    }

    fn hold(&self, id: &HoldId) -> Result<&Hold, String> {
        self.base.holds.get(id).map(AsRef::as_ref).ok_or_else(|| format!("hold `{id}` is not open"))
    }
}

impl Standing {
    fn count(&mut self, count: &Count) -> Result<(), String> {
        let Count { work, held_at, held_seq, .. } = count;
        for counter in self.counters.iter_mut().filter(|counter| counter.counts(work, *held_at, *held_seq)) {
            let used = counter.used.checked_add(count.by);
            counter.used = used.ok_or_else(|| "what was used is out of range".to_owned())?;
        }
        Ok(())
    }

    /// Forgets what earlier plans have given of windows that are long over.
    fn forget(&mut self, entry: &Entry) {
        let plan = match &entry.fact {
            Fact::Subscribed { subscription } | Fact::PlanChanged { subscription, .. } => Some(&subscription.plan),
            _ => None,
        };
        self.given.retain(|given| {
            let is_kept = entry.at.signed_duration_since(given.window.closes_at()) < KEPT;
            is_kept || plan.is_some_and(|plan| plan.allowance(given.allowance.as_str()).is_some())
        });
    }

    /// A cycle that begins gives of its months anew, also where another one had begun at the same instant.
    fn begin_months(&mut self, subscription: &Subscription) {
        // A plan that takes over as it was scheduled has a first month of the cycle that goes on.
        let begins = subscription.first_month == 0;
        for given in self.given.iter_mut().filter(|given| begins && subscription.has_month(&given.window)) {
            (given.amount, given.promised) = (Credits::ZERO, Credits::ZERO);
        }
    }

    /// Notes which kinds end with the plan that ends.
    fn end_kinds(&mut self, at: DateTime<Utc>) {
        let Some(subscription) = self.subscription.clone() else { return };
        for kind in subscription.plan.ending_kinds() {
            put(&mut self.ended, KindEnded { kind, at }, |ended| &ended.kind);
        }
    }

    fn fold(&mut self, entry: &Entry) {
        if let Fact::Subscribed { .. } | Fact::PlanChanged { .. } | Fact::SubscriptionEnded { .. } = &entry.fact {
            self.forget(entry);
        }
        match &entry.fact {
            Fact::Subscribed { subscription } | Fact::PlanChanged { subscription, ends: true, .. } => {
                self.begin_months(subscription);
            }
            _ => {}
        }
        if let Fact::PlanChanged { ends: true, .. } | Fact::SubscriptionEnded { .. } = &entry.fact {
            self.end_kinds(entry.at);
        }
        match &entry.fact {
            Fact::Allowed { given, .. } | Fact::RolledOver { given, .. } => {
                put(&mut self.given, given.clone(), |given| &given.allowance);
            }
            Fact::Subscribed { subscription }
            | Fact::SubscriptionRenewed { subscription }
            | Fact::PlanChanged { subscription, .. }
            | Fact::ChangeScheduled { subscription }
            | Fact::Cancelled { subscription, .. }
            | Fact::Resumed { subscription }
            | Fact::PaymentFailed { subscription, .. } => self.subscription = Some(subscription.clone()),
            Fact::SubscriptionEnded { .. } => self.subscription = None,
            Fact::ZoneSet { zone } => self.zone = *zone,
            Fact::Joined { seat } | Fact::Limited { seat } => {
                put(&mut self.members, seat.clone(), |seat| &seat.member);
            }
            Fact::Left { member } => self.members.retain(|seat| seat.member != *member),
            Fact::Rewarded { earned, .. } => put(&mut self.earned, earned.clone(), |earned| &earned.reward),
            Fact::AutoTopUpSet { values } => self.auto_top_up = *values,
            Fact::MarkRepaired { .. } => {
                // Days that a wrong clock opened in the future are opened anew; but a month is given once.
                let is_future_day =
                    |given: &Given| matches!(given.window, Window::Day(day) if day.opens_at() > entry.at);
                self.given.retain(|given| !is_future_day(given));
                self.counters.retain(|counter| counter.window.opens_at() <= entry.at);
                // What is given from now on has not ended in a future that was none.
                self.ended.iter_mut().for_each(|ended| ended.at = ended.at.min(entry.at));
                for earned in &mut self.earned {
                    let is_open = |within: &EarnedIn| within.window.opens_at() <= entry.at;
                    (earned.day, earned.month) = (earned.day.filter(is_open), earned.month.filter(is_open));
                }
            }
            _ => {}
        }
    }
}

/// Whether an entry changes more about a plan than what was used.
fn concerns(entry: &Entry) -> bool {
    match &entry.fact {
        Fact::Allowed { .. }
        | Fact::RolledOver { .. }
        | Fact::Subscribed { .. }
        | Fact::SubscriptionRenewed { .. }
        | Fact::PlanChanged { .. }
        | Fact::ChangeScheduled { .. }
        | Fact::Cancelled { .. }
        | Fact::Resumed { .. }
        | Fact::PaymentFailed { .. }
        | Fact::SubscriptionEnded { .. }
        | Fact::ZoneSet { .. }
        | Fact::Joined { .. }
        | Fact::Limited { .. }
        | Fact::Left { .. }
        | Fact::Rewarded { .. }
        | Fact::AutoTopUpSet { .. }
        | Fact::MarkRepaired { .. } => true,
        Fact::Opened { .. }
        | Fact::Granted { .. }
        | Fact::Repaid { .. }
        | Fact::Held { .. }
        | Fact::Settled { .. }
        | Fact::Released { .. }
        | Fact::Lapsed { .. }
        | Fact::MarkedUnknown { .. }
        | Fact::Extended { .. }
        | Fact::Charged { .. }
        | Fact::Refunded { .. }
        | Fact::Renewed { .. }
        | Fact::Expired { .. }
        | Fact::Revoked { .. }
        | Fact::ChargedBack { .. }
        | Fact::Adjusted { .. }
        | Fact::RewardPromised { .. }
        | Fact::RewardWithdrawn { .. }
        | Fact::Frozen { .. }
        | Fact::Thawed { .. }
        | Fact::Closed { .. } => !entry.counters.is_empty(),
    }
}

/// Puts an item in its place, instead of one of that name.
fn put<T, N: Ord>(list: &mut Vec<T>, item: T, name: impl Fn(&T) -> &N) {
    match list.binary_search_by(|known| name(known).cmp(name(&item))) {
        Ok(at) => {
            if let Some(known) = list.get_mut(at) {
                *known = item;
            }
        }
        Err(at) => list.insert(at, item),
    }
}
