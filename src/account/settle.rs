//! Spending what was set aside, by what was delivered.

use super::{
    DecideError, Declined, Limit,
    credit::in_range,
    draft::{Draft, charge_of, no_lot, posting},
    fold::Corrupt,
};
use crate::{
    credits::Credits,
    ids::HoldId,
    journal::{Bucket, Charge, ChargeState, DebtChange, DebtOf, Ended, Fact, Part, Posting},
    planted::planted,
    settlement::{Portion, Settlement},
    spend::{LateSettle, Overage},
};

/// What is charged and how, while it is worked out.
struct Bill {
    parts: Vec<Part>,
    legs: Vec<Posting>,
    owed: Credits,
    absorbed: Credits,
}

impl Draft<'_> {
    pub(super) fn settle(&mut self, id: &HoldId, settlement: &Settlement) -> Result<(), DecideError> {
        if let Some(hold) = self.hold(id) {
            priced_by_quote(settlement, id, hold.basis.is_some())?;
            let due = self.due(settlement, hold.amount)?;
            let mut bill = self.of_hold(&hold.parts, due)?;
            let over = due.checked_sub(hold.amount).filter(|over| !over.is_negative()).unwrap_or(Credits::ZERO);
            let charge = charge_of(hold, ChargeState::Settled, self.at);
            self.overage(&charge, over, over, &mut bill)?;
            return self.settled(charge, settlement, bill, false);
        }
        let charge = match self.charge(id) {
            Some(charge) if charge.state == ChargeState::Lapsed => charge.clone(),
            _ => return self.open(id).map(drop).map_err(Into::into),
        };
        priced_by_quote(settlement, id, charge.basis.is_some())?;
        let due = self.due(settlement, charge.held)?;
        let mut bill = Bill { parts: Vec::new(), legs: Vec::new(), owed: Credits::ZERO, absorbed: Credits::ZERO };
        match charge.terms.late_settle() {
            LateSettle::Absorb if !planted!("late-terms-ignored") => bill.absorbed = due,
            _ => self.overage(&charge, due, due.min(charge.held), &mut bill)?,
        }
        let charge = Charge { state: ChargeState::Settled, resolved_at: self.at, ..charge };
        self.settled(charge, settlement, bill, true)
    }

    fn due(&self, settlement: &Settlement, held: Credits) -> Result<Credits, Corrupt> {
        settlement.due_of(held).ok_or_else(|| self.corrupt("what is due is out of range"))
    }

    /// Splits the parts of a hold into what is spent, the first taken first, and what returns.
    fn of_hold(&self, parts: &[Part], due: Credits) -> Result<Bill, Corrupt> {
        let (parts_max, legs_max) = (parts.len(), parts.len().saturating_add(1));
        let (parts_paid, legs) = (Vec::with_capacity(parts_max), Vec::with_capacity(legs_max));
        let mut bill = Bill { parts: parts_paid, legs, owed: Credits::ZERO, absorbed: Credits::ZERO };
        let (mut left, mut returned) = (due, Vec::new());
        for part in parts {
            let spent = part.amount.min(left);
            left = left.checked_sub(spent).unwrap_or(Credits::ZERO);
            if !spent.is_zero() {
                bill.legs.push(posting(&part.lot, Bucket::Held, Bucket::Spent, spent));
                bill.parts.push(Part { lot: part.lot.clone(), amount: spent });
            }
            let rest = part.amount.checked_sub(spent).unwrap_or(Credits::ZERO);
            if !rest.is_zero() {
                returned.push(Part { lot: part.lot.clone(), amount: rest });
            }
        }
        bill.legs.extend(self.returned(&returned, self.at)?);
        Ok(bill)
    }

    /// Charges what no hold covers: of what is available as far as the terms allow, then as a debt, and absorbs the
    /// rest. Under [`Overage::Cap`], at most `capped` of it is charged.
    fn overage(&self, charge: &Charge, wanted: Credits, capped: Credits, bill: &mut Bill) -> Result<(), Corrupt> {
        let overage = charge.terms.overage();
        let late = charge.state == ChargeState::Lapsed;
        let payable = match overage {
            Overage::Cap if late => capped,
            Overage::Cap if planted!("cap-exceeded") => wanted,
            Overage::Cap => Credits::ZERO,
            Overage::Absorb | Overage::Debt { .. } => wanted,
        };
        let taken = self.staged.take(payable, Some(&charge.work), self.at, Bucket::Spent);
        for part in taken.parts() {
            match bill.parts.iter_mut().find(|known| known.lot == part.lot) {
                Some(known) => {
                    let sum = known.amount.checked_add(part.amount);
                    known.amount = sum.ok_or_else(|| self.corrupt("what is charged is out of range"))?;
                }
                None => bill.parts.push(part),
            }
        }
        bill.legs.extend(taken.legs);
        let missing = wanted.checked_sub(taken.amount).unwrap_or(Credits::ZERO);
        if let Overage::Debt { max } = overage {
            // What is spent of a charged-back grant is owed as well, and comes first.
            let spent = self.owed_of_charged_back(&bill.legs)?.into_iter().map(|debt| debt.by);
            let before = if planted!("debt-limit-for-each-hold") { Credits::ZERO } else { self.staged.totals.debt };
            let debt = Credits::checked_sum(spent.chain([before]));
            let room = debt.and_then(|debt| max.checked_sub(debt)).filter(|room| !room.is_negative());
            let is_room = self.debts_in_sight() < Limit::Debts.max();
            bill.owed = if is_room { missing.min(room.unwrap_or(Credits::ZERO)) } else { Credits::ZERO };
        }
        bill.absorbed = missing.checked_sub(bill.owed).unwrap_or(Credits::ZERO);
        Ok(())
    }

    fn settled(&mut self, charge: Charge, settlement: &Settlement, bill: Bill, late: bool) -> Result<(), DecideError> {
        let Bill { parts, legs, owed, absorbed } = bill;
        let sum = Credits::checked_sum(parts.iter().map(|part| part.amount).chain([owed]));
        let charged = sum.ok_or_else(|| self.corrupt("what is charged is out of range"))?;
        let mut debts = Vec::new();
        if !owed.is_zero() {
            debts.push(DebtChange { of: DebtOf::Charge(charge.id.clone()), by: owed });
        }
        debts.extend(self.owed_of_charged_back(&legs)?);
        let more = Credits::checked_sum(debts.iter().map(|debt| debt.by)).unwrap_or(Credits::MAX);
        in_range(self.staged.totals.debt, more)?;
        in_range(self.staged.totals.absorbed, absorbed)?;
        let fact = Fact::Settled {
            hold: charge.id.clone(),
            work: charge.work.clone(),
            settlement: settlement.clone(),
            charged,
            absorbed,
            held_at: charge.held_at,
            held_seq: charge.held_seq,
            late,
        };
        let outcome = Some(settlement.outcome());
        self.keep_charge(Charge { outcome, settled: charged, owed, parts, ..charge });
        Ok(self.write(fact, legs, debts)?)
    }

    /// What is spent of a grant whose payment was charged back while it was held is owed.
    fn owed_of_charged_back(&self, legs: &[Posting]) -> Result<Vec<DebtChange>, Corrupt> {
        let mut debts = Vec::new();
        if planted!("held-charge-back-forgotten") {
            return Ok(debts);
        }
        for leg in legs.iter().filter(|leg| leg.to == Bucket::Spent) {
            let lot = self.staged.lot(&leg.lot).ok_or_else(|| self.corrupt(no_lot(&leg.lot)))?;
            if lot.ended == Some(Ended::ChargedBack) {
                debts.push(DebtChange { of: DebtOf::ChargeBack(leg.lot.clone()), by: leg.amount });
            }
        }
        Ok(debts)
    }
}

/// What was delivered has a price only where the hold was quoted.
fn priced_by_quote(settlement: &Settlement, hold: &HoldId, quoted: bool) -> Result<(), Box<Declined>> {
    match settlement.due() {
        Portion::Priced { .. } if !quoted => Err(Declined::NotQuoted { hold: hold.clone() }.into()),
        _ => Ok(()),
    }
}
