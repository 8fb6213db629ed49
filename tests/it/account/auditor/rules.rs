//! What an entry of each kind may say, by what the auditor has seen before it.

use chrono::{DateTime, Utc};
use studio_credits::journal::{Adjustment, Bucket, DebtOf, Ended, Entry, Fact, Posting};
use studio_credits::{GrantId, HoldId, LateRefund, Overage, Work};

use super::books::{Books, Charged, Held, Page, State};
use super::{Sound, holds};
use crate::account::model::{Nanos, nanos};

fn sum<'a>(legs: impl IntoIterator<Item = &'a Posting>) -> Nanos {
    legs.into_iter().map(|leg| nanos(leg.amount)).sum()
}

fn legs(entry: &Entry, from: Bucket) -> impl Iterator<Item = &Posting> {
    entry.postings.iter().filter(move |leg| leg.from == from)
}

/// A name, with the number of what an entry gave by itself as a number.
fn named(id: &str) -> (String, u64) {
    let at = if id.starts_with('~') { id.find('/').unwrap() + 1 } else { id.len() };
    (id[..at].to_owned(), id[at..].parse().unwrap_or(0))
}

impl Books {
    /// Judges an entry before it is entered.
    pub(super) fn judge(&self, entry: &Entry) -> Sound {
        let at = entry.at;
        match &entry.fact {
            Fact::Held { work, amount, .. } | Fact::Charged { work, amount, .. } => {
                holds(sum(&entry.postings) == nanos(*amount), || "it takes another amount".to_owned())?;
                self.in_order(Some(work), &entry.postings, at)
            }
            Fact::Adjusted { adjustment: Adjustment::Take(amount), .. } => {
                holds(sum(&entry.postings) == nanos(*amount), || "it takes another amount".to_owned())?;
                self.in_order(None, &entry.postings, at)
            }
            Fact::Settled { hold, work, charged, late, .. } => {
                let known = self.holds.get(hold).ok_or("nothing was held")?;
                let state = if *late { State::Lapsed } else { State::Open };
                holds(known.state == state, || format!("the hold is {:?}", known.state))?;
                if !late {
                    holds(known.lapses > at, || "the hold is over".to_owned())?;
                    self.resolved(known, entry)?;
                }
                let beyond: Vec<_> = legs(entry, Bucket::Available).cloned().collect();
                let capped = !late && known.terms.overage() == Overage::Cap;
                holds(!capped || beyond.is_empty(), || "a capped hold takes more".to_owned())?;
                self.in_order(Some(work), &beyond, at)?;
                let of = DebtOf::Charge(hold.clone());
                let owed: Nanos = entry.debts.iter().filter(|debt| debt.of == of).map(|debt| nanos(debt.by)).sum();
                if let (true, Overage::Debt { max }) = (owed > 0, known.terms.overage()) {
                    let debts: Nanos = self.debts.iter().map(|(_, debt)| debt).sum();
                    let grown: Nanos = entry.debts.iter().map(|debt| nanos(debt.by)).sum();
                    holds(debts + grown <= nanos(max), || "more is owed than the terms allow".to_owned())?;
                }
                let spent = sum(entry.postings.iter().filter(|leg| leg.to == Bucket::Spent));
                holds(spent + owed == nanos(*charged), || "another amount is charged".to_owned())
            }
            Fact::Released { hold, .. } | Fact::Lapsed { hold } => {
                let known = self.holds.get(hold).filter(|hold| hold.state == State::Open).ok_or("it is not open")?;
                let by_time = matches!(entry.fact, Fact::Lapsed { .. });
                holds(by_time == (known.lapses <= at), || "it is over, or is not".to_owned())?;
                holds(!by_time || known.lapses == at, || "it lapses too late".to_owned())?;
                holds(entry.postings.iter().all(|leg| leg.to != Bucket::Spent), || "it is spent".to_owned())?;
                self.resolved(known, entry)
            }
            Fact::Refunded { charge, amount, .. } => self.refunded(charge, nanos(*amount), entry),
            Fact::Renewed { of, terms, .. } => {
                let page = self.page(of)?;
                let due = page.over(at) && page.ended.is_none() && page.terms.late_refund() == LateRefund::Renews;
                let same = terms.kind() == page.terms.kind() && terms.restriction() == page.terms.restriction();
                holds(due && same && terms.expires_at().is_none(), || "it is not renewed so".to_owned())
            }
            Fact::Repaid { grant } => {
                let page = self.page(grant)?;
                let due = page.terms.repays_debt() && page.terms.effective_at().is_none_or(|start| start <= at);
                holds(due, || "it repays no debt".to_owned())?;
                let (mut left, mut oldest) = (sum(&entry.postings), Vec::new());
                for (of, debt) in &self.debts {
                    let by = left.min(*debt);
                    left -= by;
                    oldest.extend((by > 0).then_some((of, -by)));
                }
                let told: Vec<_> = entry.debts.iter().map(|debt| (&debt.of, nanos(debt.by))).collect();
                holds(left == 0 && told == oldest, || "not the oldest debts are repaid".to_owned())
            }
            Fact::Expired { grant } => {
                let page = self.page(grant)?;
                let due = page.terms.expires_at().is_some_and(|end| end <= at);
                holds(due && sum(&entry.postings) == page.of(Bucket::Available), || "it is not over".to_owned())
            }
            Fact::ChargedBack { grant, .. } => {
                let owed: Nanos = entry.debts.iter().map(|debt| nanos(debt.by)).sum();
                holds(owed == self.page(grant)?.of(Bucket::Spent), || "what is spent is not owed".to_owned())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn page(&self, id: &GrantId) -> Result<&Page, String> {
        self.lots.get(id).ok_or_else(|| format!("there is no {id}"))
    }

    /// What is taken is taken of lots that may pay, and of none while one before it has something left.
    fn in_order(&self, work: Option<&Work>, taken: &[Posting], at: DateTime<Utc>) -> Sound {
        let mut order: Vec<_> = self.lots.iter().filter(|(_, page)| pays(page, work, at)).collect();
        order.sort_by_cached_key(|(id, page)| {
            let Page { terms, given, .. } = page;
            let end = (terms.expires_at().is_none(), terms.expires_at());
            let name = named(id.as_str());
            (terms.priority(), end, terms.restriction().is_none(), terms.cost().is_some(), *given, name)
        });
        let mut left = sum(taken);
        let mut expected = Vec::new();
        for (id, page) in order {
            let amount = page.of(Bucket::Available).min(left);
            left -= amount;
            expected.extend((amount > 0).then_some((id, amount)));
        }
        let told: Vec<_> = taken.iter().map(|leg| (&leg.lot, nanos(leg.amount))).collect();
        holds(left == 0 && told == expected, || format!("{told:?} is taken, and it is the turn of {expected:?}"))
    }

    /// What was set aside is spent or goes home, lot by lot.
    fn resolved(&self, hold: &Held, entry: &Entry) -> Sound {
        for (lot, amount) in &hold.parts {
            let of = legs(entry, Bucket::Held).filter(|leg| leg.lot == *lot);
            holds(sum(of) == *amount, || format!("another amount of {lot} is resolved"))?;
        }
        let all: Nanos = hold.parts.iter().map(|part| part.1).sum();
        holds(sum(legs(entry, Bucket::Held)) == all, || "other lots are resolved".to_owned())?;
        let mut back = legs(entry, Bucket::Held).filter(|leg| leg.to != Bucket::Spent);
        back.try_for_each(|leg| self.home(leg, entry.at))
    }

    /// Nothing comes back to a lot that is over or ended.
    fn home(&self, leg: &Posting, at: DateTime<Utc>) -> Sound {
        let page = self.page(&leg.lot)?;
        let home = match self.ended(page) {
            Some(Ended::WithPlan) => Bucket::Expired,
            Some(_) => Bucket::Revoked,
            None if page.over(at) => Bucket::Expired,
            None => Bucket::Available,
        };
        holds(leg.to == home, || format!("{} gets back to {:?}", leg.lot, leg.to))
    }

    fn refunded(&self, id: &HoldId, amount: Nanos, entry: &Entry) -> Sound {
        let charge = self.charges.get(id).ok_or("nothing was charged")?;
        let owed = self.owed(id).min(amount);
        let mut left = amount - owed;
        let mut expected = Vec::new();
        for (lot, paid) in charge.paid.iter().rev() {
            let back = left.min(*paid);
            left -= back;
            expected.extend((back > 0).then_some((lot, back)));
        }
        let told: Vec<_> = entry.postings.iter().map(|leg| (&leg.lot, nanos(leg.amount))).collect();
        holds(amount > 0 && left == 0 && told == expected, || format!("{told:?} goes back, and not {expected:?}"))?;
        entry.postings.iter().try_for_each(|leg| self.home(leg, entry.at))
    }

    /// Keeps what the entry says beside its legs.
    pub(super) fn note(&mut self, entry: &Entry) -> Sound {
        match &entry.fact {
            Fact::Held { hold, terms, basis, lapses_at, .. } => {
                let parts = entry.postings.iter().map(|leg| (leg.lot.clone(), nanos(leg.amount))).collect();
                let held = Held { parts, lapses: *lapses_at, terms: *terms, basis: basis.clone(), state: State::Open };
                return holds(self.holds.insert(hold.clone(), held).is_none(), || format!("{hold} is held twice"));
            }
            Fact::MarkedUnknown { hold, lapses_at } | Fact::Extended { hold, lapses_at } => {
                let known = self.holds.get_mut(hold).filter(|hold| hold.state == State::Open).ok_or("not open")?;
                holds(known.lapses <= *lapses_at, || "it ends earlier".to_owned())?;
                known.lapses = *lapses_at;
            }
            Fact::Charged { charge: id, amount: charged, .. } | Fact::Settled { hold: id, charged, .. } => {
                let mut charge = Charged { sum: nanos(*charged), ..Charged::default() };
                for leg in entry.postings.iter().filter(|leg| leg.to == Bucket::Spent) {
                    match charge.paid.iter_mut().find(|(lot, _)| *lot == leg.lot) {
                        Some((_, paid)) => *paid += nanos(leg.amount),
                        None => charge.paid.push((leg.lot.clone(), nanos(leg.amount))),
                    }
                }
                self.resolve(id, State::Resolved);
                return holds(self.charges.insert(id.clone(), charge).is_none(), || format!("{id} is charged twice"));
            }
            Fact::Released { hold, .. } => self.resolve(hold, State::Resolved),
            Fact::Lapsed { hold } => self.resolve(hold, State::Lapsed),
            Fact::Refunded { charge, amount, .. } => {
                for leg in &entry.postings {
                    let ended = self.ended(self.page(&leg.lot)?);
                    self.lots.get_mut(&leg.lot).ok_or("there is no such grant")?.ended = ended;
                }
                let charge = self.charges.get_mut(charge).ok_or("nothing was charged")?;
                charge.refunded += nanos(*amount);
                for leg in &entry.postings {
                    let paid = charge.paid.iter_mut().find(|(lot, _)| *lot == leg.lot);
                    paid.ok_or("it did not pay")?.1 -= nanos(leg.amount);
                }
                charge.paid.retain(|(_, paid)| *paid > 0);
            }
            Fact::Repaid { grant } => {
                self.lower(entry, |charge, by| charge.paid.push((grant.clone(), by)))?;
                let others = entry.debts.iter().filter(|debt| matches!(debt.of, DebtOf::ChargeBack(_)));
                let covered: Nanos = others.map(|debt| -nanos(debt.by)).sum();
                self.lots.get_mut(grant).ok_or("there is no such grant")?.covered += covered;
            }
            Fact::Adjusted { adjustment: Adjustment::Forgive(_), .. } => {
                self.lower(entry, |charge, by| charge.forgiven += by)?;
            }
            Fact::Revoked { grant, .. } => self.end(grant, Ended::Revoked)?,
            Fact::ChargedBack { grant, .. } => self.end(grant, Ended::ChargedBack)?,
            _ => {}
        }
        Ok(())
    }

    fn resolve(&mut self, id: &HoldId, state: State) {
        if let Some(hold) = self.holds.get_mut(id) {
            hold.state = state;
        }
    }

    fn lower(&mut self, entry: &Entry, mut tell: impl FnMut(&mut Charged, Nanos)) -> Sound {
        for change in &entry.debts {
            if let DebtOf::Charge(id) = &change.of {
                tell(self.charges.get_mut(id).ok_or("a debt of no charge")?, -nanos(change.by));
            }
        }
        Ok(())
    }

    fn end(&mut self, grant: &GrantId, ended: Ended) -> Sound {
        let page = self.lots.get_mut(grant).ok_or("there is no such grant")?;
        page.ended = Some(ended);
        Ok(())
    }
}

fn pays(page: &Page, work: Option<&Work>, at: DateTime<Utc>) -> bool {
    let started = page.terms.effective_at().is_none_or(|start| start <= at);
    started && !page.over(at) && work.is_none_or(|work| page.terms.restriction().allows(work))
}
