//! Giving credits, and what a grant repays before it can be spent.

use std::sync::Arc;

use super::{
    DecideError, Declined, Limit,
    draft::{Draft, no_lot, posting},
    fold::Corrupt,
    lot::Unfit,
};
use crate::{
    credits::Credits,
    grant::Grant,
    ids::{Actor, GrantId, Reason, Reference, Unit},
    journal::{Adjustment, Bucket, Charge, DebtChange, DebtOf, Fact, Format, Lot, Part, Record, RecordName},
    planted::planted,
};

impl Draft<'_> {
    pub(super) fn grant(&mut self, grant: &Arc<Grant>) -> Result<(), DecideError> {
        self.give(grant, |grant, terms| Fact::Granted { grant, terms })
    }

    /// Changes the account by hand.
    pub(super) fn adjust(
        &mut self,
        actor: &Actor,
        reason: &Reason,
        adjustment: &Adjustment,
    ) -> Result<(), DecideError> {
        let fact = Fact::Adjusted { actor: actor.clone(), reason: reason.clone(), adjustment: adjustment.clone() };
        match adjustment {
            Adjustment::Give(grant) => self.give(grant, |_, _| fact),
            Adjustment::Take(amount) => {
                let amount = positive(*amount)?;
                let taken = self.staged.take(amount, None, self.at, Bucket::Revoked);
                if taken.amount < amount {
                    return Err(Declined::TooMuch { amount, most: taken.amount, what: "what is available" }.into());
                }
                Ok(self.write(fact, taken.legs, Vec::new())?)
            }
            Adjustment::Forgive(amount) => {
                let (amount, debt) = (positive(*amount)?, self.staged.totals.debt);
                if amount > debt {
                    return Err(Declined::TooMuch { amount, most: debt, what: "what is owed" }.into());
                }
                let debts = self.lower_debts(amount, |charge, amount| {
                    charge.forgiven = charge.forgiven.checked_add(amount)?;
                    Some(())
                })?;
                Ok(self.write(fact, Vec::new(), debts)?)
            }
        }
    }

    pub(super) fn give(
        &mut self,
        grant: &Arc<Grant>,
        fact: impl FnOnce(GrantId, Arc<Grant>) -> Fact,
    ) -> Result<(), DecideError> {
        self.same_unit(grant.unit())?;
        if let Some(expires_at) = grant.expires_at().filter(|expires_at| *expires_at <= self.at) {
            return Err(Declined::GrantOver { expires_at, at: self.at }.into());
        }
        if let Some(reference) = grant.reference() {
            self.use_reference(reference)?;
        }
        Limit::Lots.room(self.staged.live_lots(), 1)?;
        let id: GrantId = self.key.into();
        if self.base().lot(&id).is_some() {
            return Err(Declined::Forgotten { key: self.key.clone() }.into());
        }
        self.put_grant(&id, grant, fact(id.clone(), grant.clone()))?;
        Ok(self.repay(&id)?)
    }

    /// Uses a reference, which can be used once.
    pub(super) fn use_reference(&mut self, reference: &Reference) -> Result<(), Box<Declined>> {
        let name = RecordName::Reference(reference.clone());
        if let Some(Record::Reference { reference, key, .. }) = self.records.get(&name) {
            return Err(Declined::ReferenceUsed { reference: reference.clone(), key: key.clone() }.into());
        }
        let (reference, key) = (reference.clone(), self.key.clone());
        if !planted!("reference-forgotten") {
            self.keep(Record::Reference { format: Format, reference, key });
        }
        Ok(())
    }

    /// Writes an entry that gives a lot, if all grants together stay in range.
    pub(super) fn put_grant(&mut self, id: &GrantId, grant: &Arc<Grant>, fact: Fact) -> Result<(), DecideError> {
        in_range(self.staged.totals.granted, grant.amount())?;
        // As the entry is dated: what is spent next goes by which of two lots is older.
        self.staged.put_lot(Lot::empty(id.clone(), grant.clone(), self.instant()));
        let leg = posting(id, Bucket::Source, Bucket::Available, grant.amount());
        Ok(self.write(fact, vec![leg], Vec::new())?)
    }

    /// Pays debts, the oldest first, of a lot that is for that and in effect.
    pub(super) fn repay(&mut self, id: &GrantId) -> Result<(), Corrupt> {
        let lot = self.staged.lot(id).ok_or_else(|| self.corrupt(no_lot(id)))?;
        let not_yet = matches!(lot.fit(None, self.at), Err(Unfit::NotYet(_)));
        let amount = lot.available.min(self.staged.totals.debt);
        let repays = lot.grant.repays_debt() || planted!("any-grant-repays");
        if not_yet || !repays || amount.is_zero() || planted!("debt-not-repaid") {
            return Ok(());
        }
        let debts = self.lower_debts(amount, |charge, amount| {
            charge.parts.push(Part { lot: id.clone(), amount });
            Some(())
        })?;
        let leg = posting(id, Bucket::Available, Bucket::Spent, amount);
        self.write(Fact::Repaid { grant: id.clone() }, vec![leg], debts)
    }

    /// Lowers debts by an amount in all, the oldest first, and tells each charge that is owed less by how much.
    fn lower_debts(
        &mut self,
        amount: Credits,
        mut tell: impl FnMut(&mut Charge, Credits) -> Option<()>,
    ) -> Result<Vec<DebtChange>, Corrupt> {
        let (mut left, mut changes) = (amount, Vec::new());
        let mut debts = self.staged.debts().to_vec();
        if planted!("newest-debt-first") {
            debts.reverse();
        }
        for debt in debts {
            let by = debt.amount.min(left);
            if by.is_zero() {
                break;
            }
            left = left.checked_sub(by).unwrap_or(Credits::ZERO);
            if let DebtOf::Charge(id) = &debt.of
                && !self.is_look
            {
                let found = self.charge(id).cloned();
                let mut charge = found.ok_or_else(|| self.corrupt(format!("there is no charge `{id}` to a debt")))?;
                let told = charge.owed.checked_sub(by).filter(|owed| !owed.is_negative());
                charge.owed = told.ok_or_else(|| self.corrupt(format!("charge `{id}` owes less than its debt")))?;
                tell(&mut charge, by).ok_or_else(|| self.corrupt(format!("charge `{id}` is out of range")))?;
                self.keep_charge(charge);
            }
            changes.push(DebtChange { of: debt.of, by: negative(by) });
        }
        Ok(changes)
    }

    /// Refuses another unit than the account's.
    pub(super) fn same_unit(&self, unit: Option<&Unit>) -> Result<(), Box<Declined>> {
        match unit {
            Some(unit) if *unit != self.base().unit => {
                Err(Declined::OtherUnit { account: self.base().unit.clone(), unit: unit.clone() }.into())
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn positive(amount: Credits) -> Result<Credits, Box<Declined>> {
    if amount <= Credits::ZERO { Err(Declined::NotPositive { amount }.into()) } else { Ok(amount) }
}

/// Refuses what would bring a sum beyond all amounts.
pub(super) fn in_range(sum: Credits, more: Credits) -> Result<(), Box<Declined>> {
    sum.checked_add(more).map(drop).ok_or_else(|| Declined::OutOfRange { amount: more }.into())
}

pub(super) fn negative(amount: Credits) -> Credits {
    // Cannot be out of range: the range is the same on both sides of zero.
    Credits::ZERO.checked_sub(amount).unwrap_or(Credits::ZERO)
}
