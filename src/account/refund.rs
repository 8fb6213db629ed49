//! Giving back what was charged, the way it came.

use std::sync::Arc;

use super::{
    DecideError, Declined, Limit,
    credit::{negative, positive},
    draft::{Draft, no_lot, posting},
    fold::Corrupt,
};
use crate::{
    credits::Credits,
    grant::LateRefund,
    ids::{GrantId, HoldId, Reason},
    journal::{Bucket, Charge, ChargeState, DebtChange, DebtOf, Ended, Fact, Lot, Part, Posting},
    planted::planted,
};

impl Draft<'_> {
    /// Gives back an amount of a charge: first what is still owed of it, then what its lots paid, the last first.
    pub(super) fn refund(&mut self, id: &HoldId, amount: Option<Credits>, reason: &Reason) -> Result<(), DecideError> {
        let mut charge = match self.charge(id) {
            Some(charge) if charge.state == ChargeState::Settled && !charge.settled.is_zero() => charge.clone(),
            Some(_) => return Err(Declined::NothingCharged { charge: id.clone() }.into()),
            None if self.hold(id).is_some() => return Err(Declined::NothingCharged { charge: id.clone() }.into()),
            None => return Err(Declined::UnknownCharge { charge: id.clone() }.into()),
        };
        if planted!("refund-forwards") {
            charge.parts.reverse();
        }
        let left = self.left_of(&charge)?;
        let amount = amount.map_or(Ok(left), positive)?;
        if amount > left || left.is_zero() {
            let Charge { settled, refunded, forgiven, .. } = charge;
            let charge = id.clone();
            return Err(Declined::RefundTooMuch { charge, amount, settled, refunded, forgiven, left }.into());
        }
        let mut debts = Vec::new();
        let owed = charge.owed.min(amount);
        if !owed.is_zero() {
            debts.push(DebtChange { of: DebtOf::Charge(id.clone()), by: negative(owed) });
        }
        let rest = amount.checked_sub(owed).unwrap_or(Credits::ZERO);
        let (parts, back) = split_off(&charge.parts, rest);
        let legs = self.legs_back(&back, &mut debts)?;
        let reopened = back.iter().filter_map(|part| self.any_lot(&part.lot)).filter(|lot| !lot.is_live());
        let reopened: Vec<_> = reopened.map(|lot| Lot { ended: self.staged.end_of(lot), ..lot.clone() }).collect();
        let coming = legs.iter().filter(|leg| leg.to == Bucket::Available).map(|leg| &leg.lot);
        let more = coming.filter(|id| reopened.iter().any(|lot| lot.id == **id)).count();
        Limit::Lots.room(self.staged.live_lots(), more)?;
        for lot in &reopened {
            self.staged.put_lot(lot.clone());
        }

        let refunded = charge.refunded.checked_add(amount).ok_or_else(|| self.corrupt("refunds are out of range"))?;
        let still_owed = charge.owed.checked_sub(owed).unwrap_or(Credits::ZERO);
        let (work, held_at, held_seq) = (charge.work.clone(), charge.held_at, charge.held_seq);
        if !planted!("refund-not-recorded") {
            self.keep_charge(Charge { refunded, owed: still_owed, parts, ..charge });
        }
        let (charge, reason) = (id.clone(), reason.clone());
        let fact = Fact::Refunded { charge, work, amount, held_at, held_seq, reason, reopened };
        let expired: Vec<_> = legs.iter().filter(|leg| leg.to == Bucket::Expired).cloned().collect();
        self.write(fact, legs, debts)?;
        expired.iter().try_for_each(|leg| self.renew(leg))
    }

    /// How much of a charge can still be given back.
    fn left_of(&self, charge: &Charge) -> Result<Credits, Corrupt> {
        let Charge { settled, refunded, forgiven, owed, parts, .. } = charge;
        let paid = Credits::checked_sum(parts.iter().map(|part| part.amount).chain([*owed]));
        let whole = paid.and_then(|paid| Credits::checked_sum([paid, *refunded, *forgiven]));
        match paid {
            Some(paid) if whole == Some(*settled) => Ok(paid),
            _ => Err(self.corrupt(format!("the parts of charge `{}` are not what was settled", charge.id))),
        }
    }

    /// The legs that bring parts of a charge back to their lots. What comes back to a grant that was charged back
    /// lowers what is owed for that.
    fn legs_back(&self, back: &[Part], debts: &mut Vec<DebtChange>) -> Result<Vec<Posting>, Corrupt> {
        let mut legs = Vec::with_capacity(back.len());
        for Part { lot: id, amount } in back {
            let lot = self.any_lot(id).ok_or_else(|| self.corrupt(no_lot(id)))?;
            let lot = &Lot { ended: self.staged.end_of(lot), ..lot.clone() };
            let home = if planted!("refund-revives-expired") { Bucket::Available } else { lot.home(self.at) };
            legs.push(posting(id, Bucket::Spent, home, *amount));
            if lot.ended == Some(Ended::ChargedBack) {
                let of = DebtOf::ChargeBack(id.clone());
                let lowered = self.staged.debt_of(&of).min(*amount);
                if !lowered.is_zero() {
                    debts.push(DebtChange { of, by: negative(lowered) });
                }
            }
        }
        Ok(legs)
    }

    /// Gives anew what came back to an expired lot, where its terms say so.
    fn renew(&mut self, leg: &Posting) -> Result<(), DecideError> {
        let lot = self.staged.lot(&leg.lot).ok_or_else(|| self.corrupt(no_lot(&leg.lot)))?;
        if lot.grant.late_refund() != LateRefund::Renews || lot.ended.is_some() {
            return Ok(());
        }
        let (of, terms) = (lot.id.clone(), Arc::new(lot.grant.renewed(leg.amount)));
        Limit::Lots.room(self.staged.live_lots(), 1)?;
        let grant = GrantId::renewed(self.next_seq());
        let fact = Fact::Renewed { grant: grant.clone(), of, terms: terms.clone() };
        self.put_grant(&grant, &terms, fact)
    }
}

/// What stays of the parts of a charge, and what goes back: an amount in all, the last part first.
fn split_off(parts: &[Part], amount: Credits) -> (Vec<Part>, Vec<Part>) {
    let (mut stays, mut back, mut left) = (Vec::new(), Vec::new(), amount);
    for part in parts.iter().rev() {
        let goes = part.amount.min(left);
        left = left.checked_sub(goes).unwrap_or(Credits::ZERO);
        let rest = part.amount.checked_sub(goes).unwrap_or(Credits::ZERO);
        if !goes.is_zero() {
            back.push(Part { lot: part.lot.clone(), amount: goes });
        }
        if !rest.is_zero() {
            stays.push(Part { lot: part.lot.clone(), amount: rest });
        }
    }
    stays.reverse();
    (stays, back)
}
