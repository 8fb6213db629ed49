//! What an account was after each of its entries, kept so that it can be looked up for any of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::journal::{Adjustment, Bucket, ChargeState, DebtOf, Ended, Entry, Fact, Receipt, Status};
use studio_credits::plan::{AtEnd, Plan, PlanBook};
use studio_credits::pricing::Basis;
use studio_credits::{Credits, Grant, GrantId, HoldId, Key, Portion, Reference, Work};

use super::plans::PlanPast;
use crate::account::auditor::{Sound, holds};
use crate::account::model::{Nanos, nanos};
use crate::simulation::prices;

/// Values, each from an entry on.
pub(super) struct Track<T>(Vec<(u64, T)>);

impl<T> Default for Track<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Track<T> {
    pub(super) fn push(&mut self, seq: u64, value: T) {
        self.0.push((seq, value));
    }

    /// The value after an entry.
    pub(super) fn at(&self, seq: u64) -> Option<&T> {
        let later = self.0.partition_point(|(from, _)| *from <= seq);
        Some(&self.0[later.checked_sub(1)?].1)
    }

    /// The same, with the entry that it was set by.
    pub(super) fn entered(&self, seq: u64) -> Option<(u64, &T)> {
        let later = self.0.partition_point(|(from, _)| *from <= seq);
        self.0[..later].last().map(|(from, value)| (*from, value))
    }

    pub(super) fn last(&self) -> Option<&T> {
        self.0.last().map(|(_, value)| value)
    }
}

#[derive(Default)]
pub(super) struct History {
    pub(super) entries: Vec<Arc<Entry>>,
    pub(super) status: Track<Status>,
    pub(super) lots: BTreeMap<GrantId, LotPast>,
    pub(super) holds: BTreeMap<HoldId, HoldPast>,
    /// Of what was charged, how much is given back and forgiven.
    pub(super) charges: BTreeMap<HoldId, Track<(Nanos, Nanos, Nanos)>>,
    pub(super) references: BTreeMap<Reference, (u64, Key)>,
    pub(super) receipts: BTreeMap<Key, (u64, Receipt)>,
    pub(super) plans: PlanPast,
    /// The plans that are sold, of which a journal says nothing.
    pub(super) book: Option<Arc<PlanBook>>,
}

pub(super) struct LotPast {
    pub(super) terms: Arc<Grant>,
    pub(super) given: DateTime<Utc>,
    pub(super) available: Track<Nanos>,
    pub(super) ended: Track<Ended>,
}

pub(super) struct HoldPast {
    pub(super) work: Arc<Work>,
    pub(super) amount: Nanos,
    pub(super) parts: Vec<(GrantId, Nanos)>,
    pub(super) basis: Option<Arc<Basis>>,
    pub(super) made: (u64, DateTime<Utc>),
    pub(super) lapses: Track<DateTime<Utc>>,
    pub(super) ends: Track<(ChargeState, DateTime<Utc>)>,
}

/// What a hold is at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Standing {
    None,
    Open,
    Ended(ChargeState, DateTime<Utc>),
}

impl HoldPast {
    pub(super) fn standing(&self, seq: u64, at: DateTime<Utc>) -> Standing {
        if self.made.0 > seq {
            return Standing::None;
        }
        match (self.ends.at(seq), self.lapses.at(seq)) {
            (Some((state, when)), _) => Standing::Ended(*state, *when),
            (None, Some(lapses)) if *lapses <= at => Standing::Ended(ChargeState::Lapsed, *lapses),
            (None, _) => Standing::Open,
        }
    }
}

impl History {
    pub(super) fn seq(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap()
    }

    pub(super) fn mark(&self, seq: u64) -> DateTime<Utc> {
        let place = seq.checked_sub(1).map(|place| usize::try_from(place).unwrap());
        place.map_or(DateTime::UNIX_EPOCH, |place| self.entries[place].at)
    }

    /// The plan in force after an entry, by what is paid for then, or the one that everybody has.
    pub(super) fn plan(&self, seq: u64) -> Option<&Arc<Plan>> {
        match self.plans.subscription(seq) {
            Some(subscription) => Some(&subscription.plan),
            None => self.book.as_ref()?.base_at(self.mark(seq)),
        }
    }

    pub(super) fn held(&self, seq: u64) -> Nanos {
        let place = seq.checked_sub(1).map(|place| usize::try_from(place).unwrap());
        place.map_or(0, |place| nanos(self.entries[place].totals.held))
    }

    pub(super) fn debt(&self, seq: u64) -> Nanos {
        let place = seq.checked_sub(1).map(|place| usize::try_from(place).unwrap());
        place.map_or(0, |place| nanos(self.entries[place].totals.debt))
    }

    pub(super) fn standing(&self, hold: &HoldId, seq: u64, at: DateTime<Utc>) -> Standing {
        self.holds.get(hold).map_or(Standing::None, |hold| hold.standing(seq, at))
    }

    /// Holds that no entry has ended yet, and that are over by an instant.
    fn lapsing(&self, seq: u64, at: DateTime<Utc>) -> impl Iterator<Item = &HoldPast> {
        let over = move |hold: &&HoldPast| {
            hold.made.0 <= seq && hold.ends.at(seq).is_none() && hold.lapses.at(seq).is_some_and(|it| *it <= at)
        };
        self.holds.values().filter(over)
    }

    pub(super) fn still_held(&self, seq: u64, at: DateTime<Utc>) -> Nanos {
        self.held(seq) - self.lapsing(seq, at).map(|hold| hold.amount).sum::<Nanos>()
    }

    /// Takes the receipt of a command whose entries follow one; the last of them.
    pub(super) fn receipt(&mut self, receipt: &Receipt, before: u64) -> Result<u64, String> {
        let (key, last) = (&receipt.key, receipt.entries.last().map_or(0, |entry| entry.seq));
        let first = self.receipts.insert(key.clone(), (last, receipt.clone()));
        holds(first.is_none(), || format!("key {key} has a second receipt"))?;
        if let Some(reference) = Self::purchased(&receipt.command) {
            let first = self.references.insert(reference.clone(), (last, key.clone()));
            holds(first.is_none(), || format!("{reference} is paid for twice"))?;
        }
        self.rewarded(receipt, last)?;
        self.tells(receipt, (before, last))?;
        Ok(last)
    }

    pub(super) fn enter(&mut self, entry: &Arc<Entry>) -> Sound {
        let (seq, at) = (entry.seq, entry.at);
        match &entry.fact {
            Fact::Granted { terms, .. }
            | Fact::Renewed { terms, .. }
            | Fact::Allowed { terms, .. }
            | Fact::RolledOver { terms, .. }
            | Fact::Rewarded { terms, .. }
            | Fact::Adjusted { adjustment: Adjustment::Give(terms), .. } => {
                let id = &entry.postings.first().ok_or("nothing is given")?.lot;
                let (available, ended) = (Track::default(), Track::default());
                self.lots.insert(id.clone(), LotPast { terms: terms.clone(), given: at, available, ended });
                if let (Some(reference), Some(key)) = (terms.reference(), &entry.key) {
                    let first = self.references.insert(reference.clone(), (seq, key.clone()));
                    holds(first.is_none(), || format!("{reference} is granted for twice"))?;
                }
            }
            Fact::Held { hold, work, amount, basis, lapses_at, .. } => {
                let parts = entry.postings.iter().map(|leg| (leg.lot.clone(), nanos(leg.amount))).collect();
                let mut lapses = Track::default();
                lapses.push(seq, *lapses_at);
                let (amount, basis, made) = (nanos(*amount), basis.clone(), (seq, at));
                let (work, ends) = (work.clone(), Track::default());
                self.holds.insert(hold.clone(), HoldPast { work, amount, parts, basis, made, lapses, ends });
            }
            Fact::MarkedUnknown { hold, lapses_at } | Fact::Extended { hold, lapses_at } => {
                self.known(hold)?.lapses.push(seq, *lapses_at);
            }
            Fact::Settled { hold, settlement, charged, .. } => {
                let known = self.known(hold)?;
                known.ends.push(seq, (ChargeState::Settled, at));
                priced(known.basis.as_deref(), settlement.due())?;
                self.charge(hold, seq, (nanos(*charged), 0, 0));
            }
            Fact::Released { hold, .. } => self.known(hold)?.ends.push(seq, (ChargeState::Released, at)),
            Fact::Lapsed { hold } => self.known(hold)?.ends.push(seq, (ChargeState::Lapsed, at)),
            Fact::Charged { charge, work, amount, basis } => {
                let mut ends = Track::default();
                ends.push(seq, (ChargeState::Settled, at));
                let (amount, parts, lapses) = (nanos(*amount), Vec::new(), Track::default());
                let basis = basis.clone();
                let hold = HoldPast { work: work.clone(), amount, parts, basis, made: (seq, at), lapses, ends };
                self.holds.insert(charge.clone(), hold);
                self.charge(charge, seq, (amount, 0, 0));
            }
            Fact::Refunded { charge, amount, .. } => {
                let (settled, refunded, forgiven) = *self.charged(charge)?;
                self.charge(charge, seq, (settled, refunded + nanos(*amount), forgiven));
            }
            Fact::Adjusted { adjustment: Adjustment::Forgive(_), .. } => {
                for change in &entry.debts {
                    if let DebtOf::Charge(charge) = &change.of {
                        let (settled, refunded, forgiven) = *self.charged(charge)?;
                        self.charge(charge, seq, (settled, refunded, forgiven - nanos(change.by)));
                    }
                }
            }
            Fact::Revoked { grant, .. } => self.end(grant, seq, Ended::Revoked)?,
            Fact::ChargedBack { grant, .. } => self.end(grant, seq, Ended::ChargedBack)?,
            Fact::Frozen { .. } => self.status.push(seq, Status::Frozen),
            Fact::Thawed { .. } => self.status.push(seq, Status::Open),
            Fact::Closed { .. } => self.status.push(seq, Status::Closed),
            Fact::PlanChanged { ends: true, .. } | Fact::SubscriptionEnded { .. } => self.end_with_plan(seq, at),
            _ => {}
        }
        self.plans.enter(entry)?;
        for leg in &entry.postings {
            let lot = self.lots.get_mut(&leg.lot).ok_or_else(|| format!("there is no {}", leg.lot))?;
            let by = match (leg.from, leg.to) {
                (Bucket::Available, _) => -nanos(leg.amount),
                (_, Bucket::Available) => nanos(leg.amount),
                _ => 0,
            };
            let available = lot.available.last().copied().unwrap_or(0);
            lot.available.push(seq, available + by);
        }
        self.entries.push(entry.clone());
        Ok(())
    }

    /// The kinds that end with the plan in force end.
    fn end_with_plan(&mut self, seq: u64, at: DateTime<Utc>) {
        let Some(subscription) = self.plans.subscription(seq).cloned() else { return };
        let open = self.holds.values().filter(|hold| hold.ends.last().is_none());
        let held: BTreeSet<_> = open.flat_map(|hold| hold.parts.iter().map(|part| part.0.clone())).collect();
        for (id, lot) in &mut self.lots {
            // What is used up comes back to nobody who asks later.
            let alive = lot.available.last().is_some_and(|available| *available > 0) || held.contains(id);
            let ends = subscription.plan.at_end(lot.terms.kind()) == AtEnd::Expire;
            if (alive || lot.given < at) && ends && lot.ended.last().is_none() {
                lot.ended.push(seq, Ended::WithPlan);
            }
        }
    }

    fn known(&mut self, hold: &HoldId) -> Result<&mut HoldPast, String> {
        self.holds.get_mut(hold).ok_or_else(|| format!("there is no hold {hold}"))
    }

    fn charged(&self, charge: &HoldId) -> Result<&(Nanos, Nanos, Nanos), String> {
        let charged = self.charges.get(charge).and_then(Track::last);
        charged.ok_or_else(|| format!("there is no charge {charge}"))
    }

    fn charge(&mut self, charge: &HoldId, seq: u64, sums: (Nanos, Nanos, Nanos)) {
        self.charges.entry(charge.clone()).or_default().push(seq, sums);
    }

    fn end(&mut self, grant: &GrantId, seq: u64, ended: Ended) -> Sound {
        let lot = self.lots.get_mut(grant).ok_or_else(|| format!("there is no {grant}"))?;
        lot.ended.push(seq, ended);
        Ok(())
    }
}

/// What was delivered is charged at the price of the edition that the hold was quoted under.
fn priced(basis: Option<&Basis>, due: &Portion) -> Sound {
    let Portion::Priced { delivery, amount, .. } = due else { return Ok(()) };
    let basis = basis.ok_or("what was not quoted is priced")?;
    let expected = prices::due(basis.edition(), basis.request(), delivery);
    let same = Credits::from_whole(i32::try_from(expected).unwrap()) == *amount;
    holds(same, || format!("{amount} is charged, and {expected} is due by edition {}", basis.edition()))
}
