//! What somebody should be told of a command: what it has crossed, from before to after.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{agenda, draft::Draft};
use crate::{
    credits::Credits,
    ids::GrantId,
    journal::{Entry, Event, Fact, Lot},
    plan::{AutoTopUp, Days},
};

impl Draft<'_> {
    /// The events of the command, of which `own` is the first entry.
    pub(super) fn events(&self, own: usize) -> Vec<Event> {
        let entries = self.entries_from(0).iter().enumerate();
        // What the command itself says is known to whoever asked for it; what it leads to is not.
        let told =
            entries.filter_map(|(at, entry)| given(entry, self.at).or_else(|| turned(entry).filter(|_| at != own)));
        let mut events: Vec<_> = told.collect();
        if self.entries_from(own).iter().any(|entry| matches!(entry.fact, Fact::Closed { .. })) {
            return events; // Nobody is left to be told that credits run low.
        }
        // What time has given by now is there before the command.
        let by_time = own.checked_sub(1).and_then(|last| self.entries_from(last).first());
        let before = self.base().totals.available;
        let before = by_time.map_or(before, |entry| before.max(entry.totals.available));
        let after = self.staged.totals.available;
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
        let known = dues.filter_map(move |due| match &due.what {
            agenda::Event::Expire(id) => self.staged.lot(id),
            agenda::Event::Lapse(_) => None,
        });
        // What was given while nobody looked may have come so near meanwhile, and what was set aside may be back.
        let had_nothing = |lot: &&Lot| self.base().lot(&lot.id).is_none_or(|known| known.available.is_zero());
        let others = self.staged.lots.iter().filter(had_nothing);
        known.chain(others).filter_map(move |lot| expires_soon(lot, days, (self.base().mark, self.at)))
    }
}

/// A lot that came within so many days of its expiry after one instant and until another, unless it was given for less.
fn expires_soon(lot: &Lot, days: Days, (after, until): (DateTime<Utc>, DateTime<Utc>)) -> Option<Event> {
    let expires_at = lot.grant.expires_at().filter(|_| !lot.available.is_zero())?;
    let told_at = expires_at.checked_sub_signed(days.delta())?;
    let told = lot.granted_at < told_at && after < told_at && told_at <= until;
    told.then(|| soon(&lot.id, lot.available, expires_at))
}

fn soon(grant: &GrantId, amount: Credits, expires_at: DateTime<Utc>) -> Event {
    Event::ExpiringSoon { grant: grant.clone(), amount, expires_at }
}

/// What an entry gives of an allowance, unless it is over.
fn given(entry: &Entry, at: DateTime<Utc>) -> Option<Event> {
    let Fact::Allowed { grant, terms, given } = &entry.fact else { return None };
    if given.window.closes_at() <= at {
        return None;
    }
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
