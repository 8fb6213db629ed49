//! What somebody should be told of a command: what it has crossed, from before to after.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{agenda, agenda::Due, draft::Draft};
use crate::{
    credits::Credits,
    ids::GrantId,
    journal::{Entry, Event, Fact},
    plan::{AutoTopUp, Days},
};

impl Draft<'_> {
    /// The events of the command, of which `own` is the first entry.
    pub(super) fn events(&self, own: usize) -> Vec<Event> {
        let entries = self.entries_from(0).iter().enumerate();
        // What the command itself says is known to whoever asked for it; what it leads to is not.
        let told = entries.filter_map(|(at, entry)| given(entry).or_else(|| turned(entry).filter(|_| at != own)));
        let mut events: Vec<_> = told.collect();
        if self.entries_from(own).iter().any(|entry| matches!(entry.fact, Fact::Closed { .. })) {
            return events; // Nobody is left to be told that credits run low.
        }
        // As it was written last, or as time alone had left it: a day that comes and is used up at once is a crossing.
        let passed = own.checked_sub(1).and_then(|last| self.entries_from(last).first());
        let passed = passed.map_or(Credits::ZERO, |entry| entry.totals.available);
        let (before, after) = (self.base().totals.available.max(passed), self.staged.totals.available);
        let crossed = |below: Credits| before >= below && after < below;
        if let Some(plan) = self.staged.plan_at(self.at) {
            let notices = plan.notices();
            if let Some(below) = notices.low_balance().filter(|below| crossed(*below)) {
                events.push(Event::LowBalance { available: after, below });
            }
            let chosen = self.staged.standing().auto_top_up.filter(|_| plan.auto_top_up().is_some());
            let is_set = |entry: &Arc<Entry>| matches!(entry.fact, Fact::AutoTopUpSet { .. });
            let is_new = self.entries_from(own).iter().any(is_set);
            let is_due = |chosen: &AutoTopUp| crossed(chosen.below()) || is_new && after < chosen.below();
            if let Some(chosen) = chosen.filter(is_due) {
                let (below, amount) = (chosen.below(), chosen.amount());
                events.push(Event::AutoTopUpDue { available: after, below, amount });
            }
            if let Some(days) = notices.expiring() {
                events.extend(self.expiring(days));
            }
        }
        if !before.is_zero() && after.is_zero() {
            events.push(Event::RunOut);
        }
        events
    }

    /// The lots that came within so many days of their expiry since the account was looked at last.
    fn expiring(&self, days: Days) -> impl Iterator<Item = Event> {
        let from = self.base().mark.checked_add_signed(days.delta());
        let until = self.at.checked_add_signed(days.delta());
        let dues = self.base().dues.iter().skip_while(move |due| from.is_none_or(|from| due.at <= from));
        let dues = dues.take_while(move |due| until.is_some_and(|until| due.at <= until));
        dues.filter_map(move |due| self.expires_soon(due, days))
    }

    fn expires_soon(&self, due: &Due, days: Days) -> Option<Event> {
        let agenda::Event::Expire(id) = &due.what else { return None };
        let lot = self.staged.lot(id).filter(|lot| !lot.available.is_zero())?;
        // What is given for less than these days is no news.
        let told = lot.granted_at.checked_add_signed(days.delta()).is_some_and(|earliest| earliest < due.at);
        told.then(|| soon(id, lot.available, due.at))
    }
}

fn soon(grant: &GrantId, amount: Credits, expires_at: DateTime<Utc>) -> Event {
    Event::ExpiringSoon { grant: grant.clone(), amount, expires_at }
}

/// What an entry gives of an allowance.
fn given(entry: &Entry) -> Option<Event> {
    let Fact::Allowed { grant, terms, given } = &entry.fact else { return None };
    let (allowance, closes_at) = (given.allowance.clone(), given.window.closes_at());
    Some(Event::AllowanceGranted { allowance, grant: grant.clone(), amount: terms.amount(), closes_at })
}

/// What became of a subscription.
fn turned(entry: &Entry) -> Option<Event> {
    match &entry.fact {
        Fact::PlanChanged { subscription, from, .. } => {
            Some(Event::PlanChanged { from: from.clone(), to: subscription.plan.name().clone() })
        }
        Fact::SubscriptionEnded { plan, .. } => Some(Event::SubscriptionEnded { plan: plan.clone() }),
        _ => None,
    }
}
