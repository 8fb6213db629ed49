//! What each receipt must tell of: the crossings from before the first entry that its command and the time before it
//! have written to after the last one, worked out from the entries.

use chrono::{DateTime, Utc};
use studio_credits::Credits;
use studio_credits::journal::{Entry, Event, Fact, Receipt};

use super::history::{History, LotPast};
use super::plans::Told;
use crate::account::auditor::{Sound, holds};
use crate::account::model::{Nanos, nanos};

impl History {
    /// A receipt tells of what its command has crossed, of nothing else, and of nothing that was told of before.
    /// `seqs` are the entry before all that it has written, and its last one.
    pub(super) fn tells(&mut self, receipt: &Receipt, seqs: (u64, u64)) -> Sound {
        let crossed = self.crossings(receipt, seqs);
        let told = &receipt.events;
        // In which order several grants are told of that expire soon is nobody's matter.
        let is_soon = |event: &&Event| matches!(event, Event::ExpiringSoon { .. });
        let (mut soon, others): (Vec<_>, Vec<_>) = told.iter().partition(is_soon);
        soon.sort_by_key(|event| match event {
            Event::ExpiringSoon { grant, expires_at, .. } => Some((*expires_at, grant.clone())),
            _ => None,
        });
        let (expected, beside): (Vec<_>, Vec<_>) = crossed.iter().partition(is_soon);
        let same = others == beside && soon == expected;
        holds(same, || format!("{} tells of {told:?}, and crosses {crossed:?}", receipt.key))?;
        for event in told {
            match event {
                Event::AllowanceGranted { grant, .. } => self.tell_once(Told::Given(grant.clone()), &receipt.key)?,
                Event::ExpiringSoon { grant, .. } => {
                    // Another plan may tell by fewer days, which is another crossing.
                    let days = self.plan(seqs.1).and_then(|plan| plan.notices().expiring());
                    self.tell_once(Told::Soon(grant.clone(), days), &receipt.key)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn crossings(&self, receipt: &Receipt, (before, last): (u64, u64)) -> Vec<Event> {
        let entries = &self.entries[place(before)..place(last)];
        let first = receipt.entries.first().map_or(0, |entry| entry.seq);
        let mut events: Vec<_> = entries.iter().filter_map(|entry| of_entry(entry, first, self.mark(last))).collect();
        if receipt.entries.iter().any(|entry| matches!(entry.fact, Fact::Closed { .. })) {
            return events; // Nobody is there to be told that little is left.
        }
        // What time has given by now is there before the command.
        let had = self.total(before).max(self.total(first.saturating_sub(1)));
        let has = self.total(last);
        let is_below = |amount: Credits, below: Credits| amount < below;
        let fell = |below: Credits| !is_below(had, below) && is_below(has, below);
        let notices = self.plan(last).map(|plan| (plan.notices(), plan.auto_top_up()));
        if let Some(below) = notices.and_then(|(notices, _)| notices.low_balance()).filter(|below| fell(*below)) {
            events.push(Event::LowBalance { available: has, below });
        }
        let may_buy = notices.is_some_and(|(_, auto)| auto.is_some());
        if let Some(auto) = self.plans.auto.at(last).copied().flatten().filter(|_| may_buy) {
            let is_new = receipt.entries.iter().any(|entry| matches!(entry.fact, Fact::AutoTopUpSet { .. }));
            if fell(auto.below()) || is_new && is_below(has, auto.below()) {
                events.push(Event::AutoTopUpDue { available: has, below: auto.below(), amount: auto.amount() });
            }
        }
        if let Some(days) = notices.and_then(|(notices, _)| notices.expiring()) {
            events.extend(self.expiring(days.delta(), (before, last)));
        }
        if !had.is_zero() && has.is_zero() {
            events.push(Event::RunOut);
        }
        events
    }

    /// The grants with something available that came within so long of their expiry since the account was seen last: by
    /// when they expire, and by name. Those that were given for no longer than that are no news.
    fn expiring(&self, notice: chrono::TimeDelta, (before, last): (u64, u64)) -> Vec<Event> {
        let (was, is) = (self.mark(before), self.mark(last));
        let lots = self.lots.iter().filter_map(|(id, lot)| {
            let LotPast { terms, given, available, .. } = lot;
            let (expires_at, available) = (terms.expires_at()?, available.at(last).copied().filter(|left| *left > 0)?);
            let told_at = expires_at - notice;
            (was < told_at && told_at <= is && *given < told_at).then_some((expires_at, id, available))
        });
        let mut lots: Vec<(_, _, Nanos)> = lots.collect();
        lots.sort();
        let soon = |(expires_at, grant, available): (_, &studio_credits::GrantId, _)| Event::ExpiringSoon {
            grant: grant.clone(),
            amount: crate::account::model::credits(available),
            expires_at,
        };
        lots.into_iter().map(soon).collect()
    }

    fn total(&self, seq: u64) -> Credits {
        seq.checked_sub(1).map_or(Credits::ZERO, |before| self.entries[place(before)].totals.available)
    }
}

fn place(seq: u64) -> usize {
    usize::try_from(seq).unwrap()
}

/// What an entry gives of an allowance, and what becomes of a subscription. That the command itself has changed it, as its
/// first entry says, is known to whoever asked.
fn of_entry(entry: &Entry, first: u64, now: DateTime<Utc>) -> Option<Event> {
    match &entry.fact {
        Fact::Allowed { given, .. } if given.window.closes_at() <= now => None, // It is over already.
        Fact::Allowed { grant, given, .. } => Some(Event::AllowanceGranted {
            allowance: given.allowance.clone(),
            grant: grant.clone(),
            amount: crate::account::model::credits(entry.postings.iter().map(|leg| nanos(leg.amount)).sum()),
            closes_at: given.window.closes_at(),
        }),
        Fact::PlanChanged { subscription, from, .. } if entry.seq != first => {
            Some(Event::PlanChanged { from: from.clone(), to: subscription.plan.name().clone() })
        }
        Fact::SubscriptionEnded { plan, .. } if entry.seq != first => {
            Some(Event::SubscriptionEnded { plan: plan.clone() })
        }
        _ => None,
    }
}
