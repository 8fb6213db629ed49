//! Folding what an entry says about plans, limits and members.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::staged::Staged;
use crate::{
    credits::Credits,
    ids::HoldId,
    journal::{Counted, Counter, EarnedIn, Entry, Fact, Given, Hold, KindEnded, Standing, Subscription, Window},
    plan::Plan,
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

    /// How it stands, to be changed: a copy of all of it, which is too much for what work counts in a large team.
    fn standing_mut(&mut self) -> &mut Standing {
        let base = &self.base.standing;
        let standing = self.standing.get_or_insert_with(|| Standing::clone(base));
        self.counted.drain(..).for_each(|counter| standing.put_counter(counter));
        standing
    }

    /// What a limit has counted, as of the entries so far.
    pub(super) fn counted(&self, of: &Counted) -> Option<&Counter> {
        match self.counted.binary_search_by(|counter| counter.of.cmp(of)) {
            Ok(at) => self.counted.get(at),
            Err(_) => self.standing().counter(of),
        }
    }

    /// Folds what an entry says about plans, limits and members; says what contradicts it otherwise, and is then of no
    /// use any more.
    pub(super) fn stand(&mut self, entry: &Entry) -> Result<(), String> {
        if !entry.counters.is_empty() {
            let standing = self.standing_mut();
            standing.counters.retain(|counter| entry.at.signed_duration_since(counter.window.closes_at()) < KEPT);
            entry.counters.iter().for_each(|counter| standing.put_counter(counter.clone()));
        }
        if !self.standing().counters.is_empty()
            && let Some(count) = self.count(entry)?
        {
            self.add(&count)?;
        }
        self.fold(entry);
        Ok(())
    }

    fn fold(&mut self, entry: &Entry) {
        match &entry.fact {
            Fact::Allowed { given, .. } | Fact::RolledOver { given, .. } => {
                put(&mut self.standing_mut().given, given.clone(), |given| &given.allowance);
            }
            Fact::Subscribed { subscription } => self.standing_mut().take_over(entry.at, Some(subscription), true),
            Fact::PlanChanged { subscription, ends, .. } => {
                self.standing_mut().take_over(entry.at, Some(subscription), *ends);
            }
            Fact::SubscriptionEnded { .. } => self.standing_mut().take_over(entry.at, None, true),
            Fact::SubscriptionRenewed { subscription }
            | Fact::ChangeScheduled { subscription }
            | Fact::Cancelled { subscription, .. }
            | Fact::Resumed { subscription }
            | Fact::PaymentFailed { subscription, .. } => {
                self.standing_mut().subscription = Some(subscription.clone());
            }
            Fact::ZoneSet { zone } => self.standing_mut().zone = *zone,
            Fact::Joined { seat } | Fact::Limited { seat } => {
                put(&mut self.standing_mut().members, seat.clone(), |seat| &seat.member);
            }
            Fact::Left { member } => self.standing_mut().members.retain(|seat| seat.member != *member),
            Fact::Rewarded { earned, .. } => {
                put(&mut self.standing_mut().earned, earned.clone(), |earned| &earned.reward);
            }
            Fact::AutoTopUpSet { values } => self.standing_mut().auto_top_up = *values,
            Fact::MarkRepaired { .. } => self.standing_mut().set_back(entry.at),
            _ => {}
        }
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

    /// Counts work wherever it counts.
    fn add(&mut self, count: &Count) -> Result<(), String> {
        let Count { work, held_at, held_seq, by } = count;
        for of in counted_in(work) {
            let counts = |counter: &&Counter| counter.counts(work, *held_at, *held_seq);
            let Some(counter) = self.counted(&of).filter(counts) else { continue };
            let used = counter.used.checked_add(*by).ok_or_else(|| "what was used is out of range".to_owned())?;
            let counter = Counter { used, ..counter.clone() };
            put(&mut self.counted, counter, |counter| &counter.of);
        }
        Ok(())
    }

    fn hold(&self, id: &HoldId) -> Result<&Hold, String> {
        self.base.holds.get(id).map(AsRef::as_ref).ok_or_else(|| format!("hold `{id}` is not open"))
    }
}

impl Standing {
    /// Puts a counter in its place, instead of one of the same.
    pub(super) fn put_counter(&mut self, counter: Counter) {
        put(&mut self.counters, counter, |counter| &counter.of);
    }

    /// Lets another plan take over, or none; `ends` says whether what the old one gave ends with it.
    fn take_over(&mut self, at: DateTime<Utc>, next: Option<&Arc<Subscription>>, ends: bool) {
        self.forget(at, next.map(|next| next.plan.as_ref()));
        let left = std::mem::replace(&mut self.subscription, next.cloned());
        if ends {
            if let Some(next) = next {
                self.begin_months(next);
            }
            for kind in left.iter().flat_map(|left| left.plan.ending_kinds()) {
                put(&mut self.ended, KindEnded { kind, at }, |ended| &ended.kind);
            }
        }
    }

    /// Forgets what earlier plans have given of windows that are long over.
    fn forget(&mut self, at: DateTime<Utc>, next: Option<&Plan>) {
        self.given.retain(|given| {
            let is_kept = at.signed_duration_since(given.window.closes_at()) < KEPT;
            is_kept || next.is_some_and(|plan| plan.allowance(given.allowance.as_str()).is_some())
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

    /// Takes back what a clock that was ahead opened after the instant that it is set back to.
    fn set_back(&mut self, at: DateTime<Utc>) {
        // Days are opened anew; but a month is given once.
        let is_ahead = |given: &Given| matches!(given.window, Window::Day(day) if day.opens_at() > at);
        self.given.retain(|given| !is_ahead(given));
        self.counters.retain(|counter| counter.window.opens_at() <= at);
        // What is given from now on has not ended in a future that was none.
        self.ended.iter_mut().for_each(|ended| ended.at = ended.at.min(at));
        for earned in &mut self.earned {
            let is_open = |within: &EarnedIn| within.window.opens_at() <= at;
            (earned.day, earned.month) = (earned.day.filter(is_open), earned.month.filter(is_open));
        }
    }
}

/// All that work may count in.
fn counted_in(work: &Work) -> impl Iterator<Item = Counted> {
    let studios = [None, Some(work.studio.clone())].into_iter();
    let by_time = studios.flat_map(|studio| [Counted::Day(studio.clone()), Counted::Month(studio)]);
    by_time.chain(work.member.clone().map(Counted::Member)).chain([Counted::Purchase])
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
