//! What of an account is within reach of some work.

use chrono::{DateTime, Utc};

use super::{Upcoming, agenda::Event, lot::Unfit, staged::Staged};
use crate::{credits::Credits, journal::Lot, work::Work};

/// What there is for some work, and what cannot be spent on it now.
pub(super) struct Reach {
    /// For this work, now.
    pub(super) available: Credits,
    /// For other work only.
    pub(super) elsewhere: Credits,
    /// Not usable yet.
    pub(super) upcoming: Credits,
    /// What is usable next for this work: a grant that takes effect, or a hold that lapses.
    pub(super) next: Option<Upcoming>,
}

impl Staged<'_> {
    pub(super) fn reach(&self, work: &Work, at: DateTime<Utc>) -> Reach {
        let zero = Credits::ZERO;
        let mut reach = Reach { available: zero, elsewhere: zero, upcoming: zero, next: None };
        if self.lots.is_empty() {
            // Nothing has expired meanwhile, so of all lots without conditions the sum will do.
            reach.available = self.base.lots.unconditional();
            self.base.lots.conditional().for_each(|lot| reach.count(lot, work, at));
        } else {
            self.in_order().for_each(|lot| reach.count(lot, work, at));
        }
        for (lapses_at, amount) in self.lapses(work, at) {
            if reach.next.is_some_and(|next| next.at < lapses_at) {
                break;
            }
            soonest(&mut reach.next, Some(lapses_at), amount);
        }
        reach
    }

    /// What returns to lots that may pay for this work, hold by hold as they lapse.
    fn lapses(&self, work: &Work, at: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, Credits)> {
        let lapses = self.base.dues.iter().filter(move |due| due.at > at).filter_map(|due| match &due.what {
            Event::Lapse(hold) => self.base.hold(hold),
            Event::Expire(_) => None,
        });
        lapses.flat_map(move |hold| {
            let fits = |lot: &Lot| lot.fit(Some(work), hold.lapses_at).is_ok() && lot.ended.is_none();
            let parts = hold.parts.iter().filter(move |part| self.lot(&part.lot).is_some_and(fits));
            parts.map(|part| (hold.lapses_at, part.amount))
        })
    }
}

impl Reach {
    fn count(&mut self, lot: &Lot, work: &Work, at: DateTime<Utc>) {
        match lot.fit(Some(work), at) {
            Ok(()) => add(&mut self.available, lot.available),
            Err(Unfit::OtherWork) => add(&mut self.elsewhere, lot.available),
            Err(Unfit::NotYet(effective_at)) => {
                add(&mut self.upcoming, lot.available);
                if lot.grant.restriction().allows(work) {
                    soonest(&mut self.next, Some(effective_at), lot.available);
                }
            }
            Err(Unfit::Over(_)) => {}
        }
    }
}

/// Cannot be out of range: all together are at most what was granted.
pub(super) fn add(sum: &mut Credits, amount: Credits) {
    *sum = sum.checked_add(amount).unwrap_or(Credits::MAX);
}

/// Keeps the earliest, and sums up what happens at the same instant.
pub(super) fn soonest(next: &mut Option<Upcoming>, at: Option<DateTime<Utc>>, amount: Credits) {
    let Some(at) = at else { return };
    match next {
        Some(known) if known.at < at => {}
        Some(known) if known.at == at => add(&mut known.amount, amount),
        _ => *next = Some(Upcoming { at, amount }),
    }
}
