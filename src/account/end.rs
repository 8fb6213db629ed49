//! Ending grants and accounts early, stopping them, and setting their clock right.

use super::{
    DecideError, Declined, Limit,
    credit::in_range,
    draft::{Draft, posting},
};
use crate::{
    ids::{Actor, GrantId, Reason},
    journal::{Bucket, DebtChange, DebtOf, Ended, Fact, Lot, Posting, Status},
    plan::Zone,
    planted::planted,
};

impl Draft<'_> {
    /// Ends a grant: what is left of it is gone, and what comes back to it goes after it.
    pub(super) fn revoke(&mut self, id: &GrantId, reason: &Reason) -> Result<(), DecideError> {
        let lot = self.lot_to_end(id)?;
        if let Some(ended) = lot.ended {
            return Err(Declined::GrantEnded { grant: id.clone(), ended }.into());
        }
        let legs = rest_of(&lot);
        self.end_lot(lot, Ended::Revoked);
        Ok(self.write(Fact::Revoked { grant: id.clone(), reason: reason.clone() }, legs, Vec::new())?)
    }

    /// Ends a grant whose payment was charged back: what was spent of it is owed.
    pub(super) fn charge_back(&mut self, id: &GrantId, reason: &Reason) -> Result<(), DecideError> {
        let lot = self.lot_to_end(id)?;
        if lot.ended == Some(Ended::ChargedBack) {
            return Err(Declined::GrantEnded { grant: id.clone(), ended: Ended::ChargedBack }.into());
        }
        if !lot.spent.is_zero() || !lot.held.is_zero() {
            Limit::Debts.room(self.debts_in_sight(), 1)?;
        }
        in_range(self.staged.totals.debt, lot.spent)?;
        let of = DebtOf::ChargeBack(id.clone());
        let debts = if lot.spent.is_zero() || planted!("charge-back-owes-nothing") {
            Vec::new()
        } else {
            vec![DebtChange { of, by: lot.spent }]
        };
        let legs = rest_of(&lot);
        self.end_lot(lot, Ended::ChargedBack);
        Ok(self.write(Fact::ChargedBack { grant: id.clone(), reason: reason.clone() }, legs, debts)?)
    }

    /// The debts that there are, and those that holds on charged-back grants may still bring.
    pub(super) fn debts_in_sight(&self) -> usize {
        let charged_back = self.base().lots().filter_map(|lot| self.staged.lot(&lot.id));
        let charged_back = charged_back.filter(|lot| lot.ended == Some(Ended::ChargedBack));
        let new = charged_back.filter(|lot| self.staged.debt_of(&DebtOf::ChargeBack(lot.id.clone())).is_zero());
        self.staged.debts().len().saturating_add(new.count())
    }

    pub(super) fn freeze(&mut self, reason: &Reason) -> Result<(), DecideError> {
        self.switch(Status::Open, Fact::Frozen { reason: reason.clone() })
    }

    pub(super) fn thaw(&mut self, reason: &Reason) -> Result<(), DecideError> {
        self.switch(Status::Frozen, Fact::Thawed { reason: reason.clone() })
    }

    fn switch(&mut self, from: Status, fact: Fact) -> Result<(), DecideError> {
        let account_status = self.base().status;
        if account_status != from {
            return Err(Declined::Already { account_status }.into());
        }
        Ok(self.write(fact, Vec::new(), Vec::new())?)
    }

    /// Ends the account: everything that is left is gone. Debts stay on record.
    pub(super) fn close(&mut self, reason: &Reason) -> Result<(), DecideError> {
        let (holds, _) = self.open_holds();
        if holds > 0 {
            return Err(Declined::HoldsOpen { holds, held: self.staged.totals.held }.into());
        }
        let legs: Vec<_> = self.staged.in_order().flat_map(rest_of).collect();
        Ok(self.write(Fact::Closed { reason: reason.clone() }, legs, Vec::new())?)
    }

    pub(super) fn repair_mark(&mut self, actor: &Actor, reason: &Reason) -> Result<(), DecideError> {
        let (actor, reason, from) = (actor.clone(), reason.clone(), self.base().mark);
        Ok(self.write(Fact::MarkRepaired { actor, reason, from }, Vec::new(), Vec::new())?)
    }

    /// Lets days and months go by another clock: the present ones end as they were to end.
    pub(super) fn set_zone(&mut self, zone: Zone) -> Result<(), DecideError> {
        self.write(Fact::ZoneSet { zone }, Vec::new(), Vec::new())?;
        self.open_days()
    }

    fn lot_to_end(&self, id: &GrantId) -> Result<Lot, Box<Declined>> {
        let lot = self.any_lot(id).ok_or_else(|| Declined::UnknownGrant { grant: id.clone() })?;
        Ok(Lot { ended: self.staged.end_of(lot), ..lot.clone() })
    }

    fn end_lot(&mut self, lot: Lot, ended: Ended) {
        self.staged.put_lot(Lot { ended: Some(ended), ..lot });
    }
}

/// The leg that takes away what is available of a lot, if anything is.
fn rest_of(lot: &Lot) -> Vec<Posting> {
    let rest = posting(&lot.id, Bucket::Available, Bucket::Revoked, lot.available);
    if lot.available.is_zero() { Vec::new() } else { vec![rest] }
}
