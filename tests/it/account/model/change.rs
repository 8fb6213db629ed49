//! What each command changes.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::account::{Declined, Limit};
use studio_credits::journal::{Adjustment, ChargeState, Command, DebtOf, Ended, Status};
use studio_credits::{
    Credits, Grant, GrantId, HoldId, Key, LateRefund, LateSettle, Life, Outcome, Overage, Portion, Reference,
    Settlement, Spend, Terms, Work,
};

use super::pay::total;
use super::{Job, Lot, Model, Nanos, Part, Refused, What, Where, credits, nanos, stored};

impl Model {
    pub(crate) fn change(&mut self, key: &Key, command: &Command, at: DateTime<Utc>) -> Refused<()> {
        match command {
            Command::Grant(terms) => self.give(key, terms, at, |grant| What::new("granted", grant, &[]).on(terms)),
            Command::Hold(spend) => self.hold(key, spend, at),
            Command::Charge(spend) => self.charge(key, spend, at),
            Command::Settle { hold, settlement } => self.settle(hold, settlement, at),
            Command::MarkUnknown { hold, life } => self.keep(hold, *life, "marked-unknown", at),
            Command::Extend { hold, life } => self.keep(hold, *life, "extended", at),
            Command::Release { hold, outcome } => self.release(hold, *outcome, at),
            Command::Refund { charge, amount, .. } => self.refund(charge, *amount, at),
            Command::Revoke { grant, .. } => self.end(grant, Ended::Revoked, at),
            Command::ChargeBack { grant, .. } => self.end(grant, Ended::ChargedBack, at),
            Command::Adjust { adjustment: Adjustment::Give(terms), .. } => {
                self.give(key, terms, at, |_| What::new("adjusted-give", "", &[]).on(terms))
            }
            Command::Adjust { adjustment: Adjustment::Take(amount), .. } => self.take_away(*amount, at),
            Command::Adjust { adjustment: Adjustment::Forgive(amount), .. } => self.forgive(*amount, at),
            Command::Freeze { .. } => self.turn(Status::Open, Status::Frozen, "frozen", at),
            Command::Thaw { .. } => self.turn(Status::Frozen, Status::Open, "thawed", at),
            Command::Close { .. } => self.close(at),
            Command::RepairMark { .. } => unreachable!("done before time passes"),
            Command::Subscription(command) => self.subscription(key, command, at),
            Command::BuyTopUp { pack, reference, by } => self.buy(key, (pack, reference), by.as_ref(), at),
            Command::Reward(command) => self.reward(key, command, at),
            Command::Team(command) => self.team(command, at),
            Command::SetZone { zone } => {
                self.plans.zone = *zone;
                self.write(at, What::new("zone-set", zone, &[]), Vec::new(), Vec::new())?;
                self.open_days(at)
            }
            Command::SetAutoTopUp { values, by } => self.set_auto(*values, by.as_ref(), at),
        }
    }

    pub(super) fn give(
        &mut self,
        key: &Key,
        terms: &Arc<Grant>,
        at: DateTime<Utc>,
        what: impl FnOnce(&GrantId) -> What,
    ) -> Refused<()> {
        self.same_unit(terms.unit())?;
        if let Some(expires_at) = terms.expires_at().filter(|end| *end <= at) {
            return Err(Declined::GrantOver { expires_at, at });
        }
        if let Some(reference) = terms.reference() {
            self.refer(key, reference)?;
        }
        Self::room(Limit::Lots, self.live() + 1)?;
        let lot = self.put(GrantId::from(key), terms.clone(), at);
        self.write_given(lot, what(&GrantId::from(key)), at)?;
        self.repay(lot, at)
    }

    /// A reference is used once.
    pub(super) fn refer(&mut self, key: &Key, reference: &Reference) -> Refused<()> {
        if let Some((reference, key)) = self.references.iter().find(|(known, _)| known == reference).cloned() {
            return Err(Declined::ReferenceUsed { reference, key });
        }
        self.references.push((reference.clone(), key.clone()));
        Ok(())
    }

    /// Pays debts of a grant that is new, if it is for that.
    pub(super) fn repay(&mut self, lot: usize, at: DateTime<Utc>) -> Refused<()> {
        let terms = self.lots[lot].terms.clone();
        let amount = nanos(terms.amount()).min(self.sums().debt);
        if amount > 0 && terms.repays_debt() && self.lots[lot].started(at) {
            let debts = self.lower(amount, |model, debt, amount| match debt {
                DebtOf::Charge(id) => model.job(id).paid.push(Part { lot, amount }),
                DebtOf::ChargeBack(_) => model.lots[lot].covered += amount,
            });
            let id = self.lots[lot].id.clone();
            let moves = vec![(id.clone(), Where::Available, Where::Spent, amount)];
            self.write(at, What::new("repaid", &id, &[]), moves, debts)?;
        }
        Ok(())
    }

    pub(super) fn put(&mut self, id: GrantId, terms: Arc<Grant>, given: DateTime<Utc>) -> usize {
        let allows = serde_json::from_value(serde_json::to_value(terms.restriction()).unwrap()).unwrap();
        self.lots.push(Lot {
            id,
            terms,
            allows: Arc::new(allows),
            given,
            ended: None,
            expired: 0,
            revoked: 0,
            covered: 0,
        });
        self.lots.len() - 1
    }

    pub(super) fn write_given(&mut self, lot: usize, what: What, at: DateTime<Utc>) -> Refused<()> {
        let Lot { id, terms, .. } = &self.lots[lot];
        let moves = vec![(id.clone(), Where::Source, Where::Available, nanos(terms.amount()))];
        self.write(at, what, moves, Vec::new())
    }

    /// Lowers what is owed, the oldest debt first.
    fn lower(&mut self, amount: Nanos, mut tell: impl FnMut(&mut Self, &DebtOf, Nanos)) -> Vec<(DebtOf, Nanos)> {
        let (mut left, mut changes) = (amount, Vec::new());
        for place in 0..self.debts.len() {
            let by = self.debts[place].amount.min(left);
            if by > 0 {
                let of = self.debts[place].of.clone();
                self.debts[place].amount -= by;
                tell(self, &of, by);
                changes.push((of, -by));
                left -= by;
            }
        }
        changes
    }

    fn job(&mut self, id: &HoldId) -> &mut Job {
        self.jobs.iter_mut().find(|job| job.id == *id).expect("a debt is for a charge")
    }

    /// The terms of the work itself, or of the plan, or the usual ones.
    fn terms(&self, spend: &Spend, at: DateTime<Utc>) -> Terms {
        let of_plan = self.plans.in_force(at).map(|plan| plan.terms());
        spend.terms().or(of_plan).unwrap_or_default()
    }

    fn new_job(key: &Key, spend: &Spend, terms: Terms, parts: Vec<Part>, made: DateTime<Utc>) -> Job {
        Job {
            id: HoldId::from(key),
            work: Work::clone(spend.work()),
            amount: nanos(spend.amount()),
            terms,
            quoted: spend.quoted().is_some(),
            parts,
            made,
            lapses: made + terms.life().delta(),
            fate: None,
            paid: Vec::new(),
            charged: 0,
            refunded: 0,
        }
    }

    fn hold(&mut self, key: &Key, spend: &Spend, at: DateTime<Utc>) -> Refused<()> {
        let parts = self.afford(spend, true, at)?;
        Self::room(Limit::Holds, self.open_jobs().count() + 1)?;
        Self::room(Limit::Parts, self.parts_held() + parts.len())?;
        let moves = self.moves(&parts, Where::Available, Where::Held);
        let job = Self::new_job(key, spend, self.terms(spend, at), parts, at);
        stored(job.lapses)?;
        self.count(spend.work(), at)?;
        let what = What::new("held", &job.id, &[job.amount]).until(job.lapses);
        self.jobs.push(job);
        self.write(at, what, moves, Vec::new())
    }

    fn charge(&mut self, key: &Key, spend: &Spend, at: DateTime<Utc>) -> Refused<()> {
        let paid = self.afford(spend, false, at)?;
        self.count(spend.work(), at)?;
        let moves = self.moves(&paid, Where::Available, Where::Spent);
        let job = Self::new_job(key, spend, self.terms(spend, at), Vec::new(), at);
        let what = What::new("charged", &job.id, &[job.amount]);
        self.jobs.push(Job { fate: Some((ChargeState::Settled, at)), charged: job.amount, paid, ..job });
        self.write(at, what, moves, Vec::new())
    }

    /// The place of an open hold; what became of it otherwise.
    fn open(&self, id: &HoldId) -> Refused<usize> {
        let hold = id.clone();
        let place = self.jobs.iter().position(|job| job.id == *id);
        match place.map(|place| (place, self.jobs[place].fate)) {
            None => Err(Declined::UnknownHold { hold }),
            Some((_, Some((state, resolved_at)))) => Err(Declined::HoldResolved { hold, state, resolved_at }),
            Some((place, None)) => Ok(place),
        }
    }

    fn keep(&mut self, id: &HoldId, life: Life, kind: &'static str, at: DateTime<Utc>) -> Refused<()> {
        let place = self.open(id)?;
        let Job { made, lapses, .. } = self.jobs[place];
        let (lapses_at, latest) = (lapses.max(stored(at + life.delta())?), made + TimeDelta::days(31));
        if lapses_at > latest {
            return Err(Declined::HoldTooLong { hold: id.clone(), lapses_at, latest });
        }
        self.jobs[place].lapses = lapses_at;
        self.write(at, What::new(kind, id, &[]).until(lapses_at), Vec::new(), Vec::new())
    }

    fn release(&mut self, id: &HoldId, outcome: Outcome, at: DateTime<Utc>) -> Refused<()> {
        let place = self.open(id)?;
        if outcome == Outcome::Unknown {
            return Err(Declined::OutcomeUnknown { hold: id.clone() });
        }
        self.jobs[place].fate = Some((ChargeState::Released, at));
        let parts = self.jobs[place].parts.clone();
        let moves = self.come_back(&parts, Where::Held, at);
        self.write(at, What::new("released", id, &[]), moves, Vec::new())
    }

    fn settle(&mut self, id: &HoldId, settlement: &Settlement, at: DateTime<Utc>) -> Refused<()> {
        let late = self.jobs.iter().position(|job| job.id == *id && matches!(job.fate, Some((ChargeState::Lapsed, _))));
        let place = late.map_or_else(|| self.open(id), Ok)?;
        if matches!(settlement.due(), Portion::Priced { .. }) && !self.jobs[place].quoted {
            return Err(Declined::NotQuoted { hold: id.clone() });
        }
        let Job { amount: held, terms, work, parts, .. } = self.jobs[place].clone();
        let due = match settlement.due() {
            Portion::Whole => held,
            Portion::Exactly(amount) | Portion::Priced { amount, .. } => nanos(*amount),
            Portion::Items(items) => {
                let count = |wanted: &dyn Fn(Outcome) -> bool| -> Nanos {
                    items.iter().filter(|(outcome, _)| wanted(*outcome)).map(|(_, count)| Nanos::from(*count)).sum()
                };
                held * count(&|outcome| outcome == Outcome::Delivered) / count(&|_| true)
            }
        };
        let is_room = self.debts_in_sight() < 256;
        let (mut spent, mut back, mut left) = (Vec::new(), Vec::new(), due);
        for Part { lot, amount } in parts.into_iter().filter(|_| late.is_none()) {
            let goes = amount.min(left);
            left -= goes;
            spent.push(Part { lot, amount: goes });
            back.push(Part { lot, amount: amount - goes });
        }
        spent.retain(|part| part.amount > 0);
        back.retain(|part| part.amount > 0);
        self.jobs[place].fate = Some((ChargeState::Settled, at));
        self.jobs[place].paid.clone_from(&spent);
        let mut moves = self.moves(&spent, Where::Held, Where::Spent);
        moves.extend(self.come_back(&back, Where::Held, at));

        // What is spent of a charged-back grant is owed, and is so before anything is owed beyond the hold.
        let mut debts = Vec::new();
        for part in &spent {
            if self.lots[part.lot].ended == Some(Ended::ChargedBack) {
                debts.push((DebtOf::ChargeBack(self.lots[part.lot].id.clone()), part.amount));
            }
        }
        let sunk: Nanos = debts.iter().map(|(_, by)| by).sum();
        let wanted = match (late, terms.late_settle(), terms.overage()) {
            (Some(_), LateSettle::Absorb, _) | (None, _, Overage::Cap) => 0,
            (Some(_), LateSettle::Charge, Overage::Cap) => due.min(held),
            _ => left,
        };
        let more = self.take(wanted, Some(&work), at);
        moves.extend(self.moves(&more, Where::Available, Where::Spent));
        for part in &more {
            match self.jobs[place].paid.iter_mut().find(|known| known.lot == part.lot) {
                Some(known) => known.amount += part.amount,
                None => self.jobs[place].paid.push(*part),
            }
        }
        let missing = left - total(&more);
        let owed = match terms.overage() {
            Overage::Debt { max } if wanted > 0 && is_room => missing.min(nanos(max) - self.sums().debt - sunk).max(0),
            _ => 0,
        };
        if owed > 0 {
            debts.insert(0, (DebtOf::Charge(id.clone()), owed));
        }
        for (of, by) in &debts {
            self.owe(of, *by);
        }
        let charged = total(&self.jobs[place].paid) + owed;
        self.jobs[place].charged = charged;
        self.absorbed += missing - owed;
        let amounts = [charged, missing - owed, late.map_or(0, |_| 1)];
        let made = self.jobs[place].made;
        self.write(at, What::new("settled", id, &amounts).until(made), moves, debts)
    }

    fn refund(&mut self, id: &HoldId, amount: Option<Credits>, at: DateTime<Utc>) -> Refused<()> {
        let charge = id.clone();
        let Some(place) = self.jobs.iter().position(|job| job.id == *id) else {
            return Err(Declined::UnknownCharge { charge });
        };
        let settled = matches!(self.jobs[place].fate, Some((ChargeState::Settled, _)));
        if !settled || self.jobs[place].charged == 0 {
            return Err(Declined::NothingCharged { charge });
        }
        let owed = self.owed_for(&DebtOf::Charge(charge.clone()));
        let left = total(&self.jobs[place].paid) + owed;
        let amount = match amount {
            Some(amount) if amount <= Credits::ZERO => return Err(Declined::NotPositive { amount }),
            Some(amount) => nanos(amount),
            None => left,
        };
        let Job { charged, refunded, .. } = self.jobs[place];
        if amount > left || left == 0 {
            let (settled, refunded, forgiven) =
                (credits(charged), credits(refunded), credits(charged - refunded - left));
            return Err(Declined::RefundTooMuch {
                charge,
                amount: credits(amount),
                settled,
                refunded,
                forgiven,
                left: credits(left),
            });
        }
        self.jobs[place].refunded += amount;
        let mut debts = Vec::new();
        if owed > 0 {
            debts.push((DebtOf::Charge(charge), -owed.min(amount)));
        }
        let (mut rest, mut back) = (amount - owed.min(amount), Vec::new());
        while rest > 0 {
            let last = self.jobs[place].paid.last_mut().expect("there is as much left as is refunded");
            let goes = last.amount.min(rest);
            last.amount -= goes;
            rest -= goes;
            back.push(Part { lot: last.lot, amount: goes });
            self.jobs[place].paid.retain(|part| part.amount > 0);
        }
        for part in &back {
            let of = DebtOf::ChargeBack(self.lots[part.lot].id.clone());
            let lowered = self.owed_for(&of).min(part.amount);
            if lowered > 0 {
                debts.push((of, -lowered));
            }
        }
        for (of, by) in &debts {
            self.owe(of, *by);
        }
        let moves = self.come_back(&back, Where::Spent, at);
        Self::room(Limit::Lots, self.live())?;
        let made = self.jobs[place].made;
        self.write(at, What::new("refunded", id, &[amount]).until(made), moves.clone(), debts)?;
        for (part, (_, _, to, amount)) in back.iter().zip(moves) {
            let old = self.lots[part.lot].clone();
            if to == Where::Expired && old.ended.is_none() && old.terms.late_refund() == LateRefund::Renews {
                self.renew(&old, amount, at)?;
            }
        }
        Ok(())
    }

    /// The same terms for ever, and no debt is repaid of it.
    fn renew(&mut self, old: &Lot, amount: Nanos, at: DateTime<Utc>) -> Refused<()> {
        Self::room(Limit::Lots, self.live() + 1)?;
        let terms = Grant::new(old.terms.kind().clone(), credits(amount)).unwrap();
        let terms =
            terms.with_restriction(old.terms.restriction().clone()).unwrap().with_priority(old.terms.priority());
        let mut terms = terms.with_late_refund(LateRefund::Renews).sparing_debt();
        if let Some(unit) = old.terms.unit() {
            terms = terms.with_unit(unit.clone());
        }
        let terms = Arc::new(terms);
        let id = GrantId::new(&format!("~renewed/{}", self.entries + 1)).unwrap();
        let lot = self.put(id, terms.clone(), at);
        self.write_given(lot, What::new("renewed", &old.id, &[]).on(&terms), at)
    }

    fn take_away(&mut self, amount: Credits, at: DateTime<Utc>) -> Refused<()> {
        let wanted = positive(amount)?;
        let parts = self.take(wanted, None, at);
        if total(&parts) < wanted {
            return Err(Declined::TooMuch { amount, most: credits(total(&parts)), what: "what is available" });
        }
        for part in &parts {
            self.lots[part.lot].revoked += part.amount;
        }
        let moves = self.moves(&parts, Where::Available, Where::Revoked);
        self.write(at, What::new("adjusted-take", "", &[wanted]), moves, Vec::new())
    }

    fn forgive(&mut self, amount: Credits, at: DateTime<Utc>) -> Refused<()> {
        let (wanted, most) = (positive(amount)?, self.sums().debt);
        if wanted > most {
            return Err(Declined::TooMuch { amount, most: credits(most), what: "what is owed" });
        }
        let debts = self.lower(wanted, |_, _, _| {});
        self.write(at, What::new("adjusted-forgive", "", &[wanted]), Vec::new(), debts)
    }
}

fn positive(amount: Credits) -> Refused<Nanos> {
    if amount > Credits::ZERO { Ok(nanos(amount)) } else { Err(Declined::NotPositive { amount }) }
}
