//! The books that the auditor keeps of the entries, and what must hold of their sums.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::journal::{Bucket, DebtOf, Ended, Entry, Fact, Posting, Record, Totals};
use studio_credits::pricing::Basis;
use studio_credits::{Credits, Grant, GrantId, HoldId};

use super::limits::Limits;
use super::plans::Plans;
use super::rewards::Rewards;
use super::subscriptions::Paying;
use super::{Sound, holds};
use crate::account::model::{Nanos, nanos};

#[derive(Default)]
pub(super) struct Books {
    pub(super) lots: BTreeMap<GrantId, Page>,
    pub(super) holds: BTreeMap<HoldId, Held>,
    pub(super) charges: BTreeMap<HoldId, Charged>,
    /// What is owed, the oldest first.
    pub(super) debts: Vec<(DebtOf, Nanos)>,
    absorbed: Nanos,
    pub(super) plans: Plans,
    pub(super) paying: Paying,
    pub(super) limits: Limits,
    pub(super) rewards: Rewards,
}

/// One grant: so much of it in each bucket.
pub(super) struct Page {
    pub(super) terms: Arc<Grant>,
    pub(super) given: DateTime<Utc>,
    pub(super) ended: Option<Ended>,
    buckets: [Nanos; 6],
    /// What it repaid of what charge-backs made owed.
    pub(super) covered: Nanos,
}

pub(super) struct Held {
    pub(super) parts: Vec<(GrantId, Nanos)>,
    pub(super) lapses: DateTime<Utc>,
    pub(super) terms: studio_credits::Terms,
    pub(super) basis: Option<Arc<Basis>>,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    Open,
    Resolved,
    Lapsed,
}

#[derive(Default)]
pub(super) struct Charged {
    pub(super) sum: Nanos,
    pub(super) refunded: Nanos,
    pub(super) forgiven: Nanos,
    /// What each lot paid and has not got back, in the order in which they paid.
    pub(super) paid: Vec<(GrantId, Nanos)>,
}

impl Page {
    pub(super) fn of(&self, bucket: Bucket) -> Nanos {
        self.buckets[place(bucket)]
    }

    pub(super) fn over(&self, at: DateTime<Utc>) -> bool {
        self.terms.expires_at().is_some_and(|end| at >= end)
    }
}

fn place(bucket: Bucket) -> usize {
    match bucket {
        Bucket::Source => 0,
        Bucket::Available => 1,
        Bucket::Held => 2,
        Bucket::Spent => 3,
        Bucket::Expired => 4,
        Bucket::Revoked => 5,
    }
}

impl Books {
    pub(super) fn enter(&mut self, entry: &Entry) -> Sound {
        self.judge(entry)?;
        self.judge_plan(entry)?;
        self.judge_limits(entry)?;
        self.judge_rewards(entry)?;
        if let Fact::Granted { terms, .. }
        | Fact::Renewed { terms, .. }
        | Fact::Allowed { terms, .. }
        | Fact::RolledOver { terms, .. }
        | Fact::Rewarded { terms, .. }
        | Fact::Adjusted { adjustment: studio_credits::journal::Adjustment::Give(terms), .. } = &entry.fact
        {
            let id = &entry.postings.first().ok_or("nothing is given")?.lot;
            let (terms, buckets) = (terms.clone(), [0; 6]);
            let page = Page { terms, given: entry.at, ended: None, buckets, covered: 0 };
            holds(self.lots.insert(id.clone(), page).is_none(), || format!("{id} is given twice"))?;
        }
        self.note(entry)?;
        self.note_plan(entry);
        self.subscribes(entry)?;
        self.note_limits(entry)?;
        self.note_rewards(entry)?;
        for leg in &entry.postings {
            self.post(leg)?;
        }
        for change in &entry.debts {
            self.owe(&change.of, nanos(change.by))?;
        }
        if let Fact::Settled { absorbed, .. } = entry.fact {
            self.absorbed += nanos(absorbed);
        }
        self.add_up(&entry.totals)
    }

    fn post(&mut self, Posting { lot, from, to, amount }: &Posting) -> Sound {
        let amount = nanos(*amount);
        holds(amount > 0 && from != to && *to != Bucket::Source, || "a leg moves nothing".to_owned())?;
        let gone = matches!(from, Bucket::Expired | Bucket::Revoked);
        holds(!gone, || format!("what is gone of {lot} comes back"))?;
        let page = self.lots.get_mut(lot).ok_or_else(|| format!("there is no {lot}"))?;
        if *from != Bucket::Source {
            page.buckets[place(*from)] -= amount;
        }
        page.buckets[place(*to)] += amount;
        let sound = page.buckets.iter().all(|part| *part >= 0);
        let sum: Nanos = page.buckets.iter().sum();
        holds(sound && sum == nanos(page.terms.amount()), || format!("{lot} does not add up"))
    }

    fn owe(&mut self, of: &DebtOf, by: Nanos) -> Sound {
        holds(by != 0, || "a debt changes by nothing".to_owned())?;
        match self.debts.iter_mut().find(|(known, _)| known == of) {
            Some((_, debt)) => *debt += by,
            None => self.debts.push((of.clone(), by)),
        }
        let sound = self.debts.iter().all(|(_, debt)| *debt >= 0);
        self.debts.retain(|(_, debt)| *debt > 0);
        holds(sound, || format!("less than nothing is owed for {of:?}"))
    }

    pub(super) fn available(&self) -> Nanos {
        self.lots.values().map(|page| page.of(Bucket::Available)).sum()
    }

    pub(super) fn add_up(&self, totals: &Totals) -> Sound {
        let sum = |bucket| self.lots.values().map(|page| page.of(bucket)).sum();
        let granted = self.lots.values().map(|page| nanos(page.terms.amount())).sum();
        let debt = self.debts.iter().map(|(_, debt)| debt).sum();
        let expected: [(Nanos, Credits); 8] = [
            (granted, totals.granted),
            (sum(Bucket::Available), totals.available),
            (sum(Bucket::Held), totals.held),
            (sum(Bucket::Spent), totals.spent),
            (sum(Bucket::Expired), totals.expired),
            (sum(Bucket::Revoked), totals.revoked),
            (debt, totals.debt),
            (self.absorbed, totals.absorbed),
        ];
        let add_up = expected.iter().all(|(ours, theirs)| *ours == nanos(*theirs));
        holds(add_up, || format!("the totals are {expected:?}"))
    }

    /// What must hold after each commit.
    pub(super) fn after(&mut self, mark: DateTime<Utc>, records: &[Record]) -> Sound {
        let (mut held, mut paid) = (BTreeMap::new(), BTreeMap::new());
        let open = self.holds.values().filter(|hold| hold.state == State::Open);
        for (lot, amount) in open.flat_map(|hold| &hold.parts) {
            *held.entry(lot).or_insert(0) += amount;
        }
        for (lot, amount) in self.charges.values().flat_map(|charge| &charge.paid) {
            *paid.entry(lot).or_insert(0) += amount;
        }
        for (id, page) in &self.lots {
            let over = page.over(mark) || page.ended.is_some();
            holds(!over || page.of(Bucket::Available) == 0, || format!("{id} is over, and has something left"))?;
            let (held, paid): (Nanos, Nanos) = (held.remove(id).unwrap_or(0), paid.remove(id).unwrap_or(0));
            holds(held == page.of(Bucket::Held), || format!("{id} has not set aside what its holds have"))?;
            let spent = paid + page.covered;
            holds(spent == page.of(Bucket::Spent), || format!("{id} has not spent what its charges have"))?;
        }
        let late = self.holds.iter().find(|(_, hold)| hold.state == State::Open && hold.lapses <= mark);
        holds(late.is_none(), || "a hold is open beyond its deadline".to_owned())?;
        for (id, charge) in &self.charges {
            let sound = self.whole(id, charge);
            holds(sound, || format!("charge {id} does not add up"))?;
        }
        self.up_to_date(mark)?;
        records.iter().try_for_each(|record| self.record(record))?;
        records.iter().try_for_each(|record| self.referred(record))
    }

    fn whole(&self, id: &HoldId, charge: &Charged) -> bool {
        let paid: Nanos = charge.paid.iter().map(|part| part.1).sum();
        let sum = charge.refunded + charge.forgiven + self.owed(id) + paid;
        charge.refunded >= 0 && charge.forgiven >= 0 && sum == charge.sum
    }

    pub(super) fn owed(&self, id: &HoldId) -> Nanos {
        let of = DebtOf::Charge(id.clone());
        self.debts.iter().find(|(known, _)| *known == of).map_or(0, |(_, debt)| *debt)
    }

    /// A record that is written says what the entries say.
    fn record(&self, record: &Record) -> Sound {
        match record {
            Record::Charge(charge) => {
                let parts: Vec<_> = charge.parts.iter().map(|part| (part.lot.clone(), nanos(part.amount))).collect();
                let none = Charged::default();
                let ours = self.charges.get(&charge.id).unwrap_or(&none);
                let held = self.holds.get(&charge.id);
                holds(held.is_none_or(|held| held.basis == charge.basis), || {
                    format!("charge {} is of another quote than its hold", charge.id)
                })?;
                let sound = parts == ours.paid
                    && nanos(charge.settled) == ours.sum
                    && nanos(charge.refunded) == ours.refunded
                    && nanos(charge.forgiven) == ours.forgiven
                    && nanos(charge.owed) == self.owed(&charge.id);
                holds(sound, || format!("the record of charge {} is wrong", charge.id))
            }
            Record::Lot(lot) => {
                let page = self.lots.get(&lot.id).ok_or("a record of no lot")?;
                let sound = [
                    (Bucket::Available, lot.available),
                    (Bucket::Held, lot.held),
                    (Bucket::Spent, lot.spent),
                    (Bucket::Expired, lot.expired),
                    (Bucket::Revoked, lot.revoked),
                ];
                let sound = sound.iter().all(|(bucket, amount)| page.of(*bucket) == nanos(*amount));
                let same = (page.ended, page.given) == (lot.ended, lot.granted_at);
                holds(sound && same, || format!("the record of lot {} is wrong", lot.id))
            }
            Record::Receipt(_) | Record::Reference { .. } | Record::Referred(_) => Ok(()),
        }
    }
}
