//! Ending grants and accounts.

use chrono::{DateTime, Utc};
use studio_credits::GrantId;
use studio_credits::account::{Declined, Limit};
use studio_credits::journal::{DebtOf, Ended, Status};

use super::{Model, Part, Refused, What, Where, credits};

impl Model {
    pub(crate) fn end(&mut self, id: &GrantId, ended: Ended, at: DateTime<Utc>) -> Refused<()> {
        let Some(place) = self.lots.iter().position(|lot| lot.id == *id) else {
            return Err(Declined::UnknownGrant { grant: id.clone() });
        };
        match self.lots[place].ended {
            Some(before) if ended == Ended::Revoked || before == Ended::ChargedBack => {
                return Err(Declined::GrantEnded { grant: id.clone(), ended: before });
            }
            _ => {}
        }
        let sums = self.by_lot();
        let (left, spent, mut debts) = (sums[place].available, sums[place].spent, Vec::new());
        if ended == Ended::ChargedBack {
            if spent > 0 || sums[place].held > 0 {
                Self::room(Limit::Debts, self.debts_in_sight() + 1)?;
            }
            if spent > 0 {
                debts.push((DebtOf::ChargeBack(id.clone()), spent));
                self.owe(&debts[0].0, spent);
            }
        }
        self.lots[place].ended = Some(ended);
        self.lots[place].revoked += left;
        let moves = vec![(id.clone(), Where::Available, Where::Revoked, left)];
        let kind = if ended == Ended::Revoked { "revoked" } else { "charged-back" };
        self.write(at, What::new(kind, id, &[]), moves.into_iter().filter(|_| left > 0).collect(), debts)
    }

    /// The debts, and the charged-back grants of which something is held that may be spent and owed.
    pub(crate) fn debts_in_sight(&self) -> usize {
        let sums = self.by_lot();
        let may = (0..self.lots.len()).filter(|place| {
            let lot = &self.lots[*place];
            let owed = self.owed_for(&DebtOf::ChargeBack(lot.id.clone()));
            lot.ended == Some(Ended::ChargedBack) && sums[*place].held > 0 && owed == 0
        });
        self.open_debts().count() + may.count()
    }

    pub(crate) fn turn(&mut self, from: Status, to: Status, kind: &'static str, at: DateTime<Utc>) -> Refused<()> {
        if self.status != from {
            return Err(Declined::Already { account_status: self.status });
        }
        self.status = to;
        self.write(at, What::new(kind, "", &[]), Vec::new(), Vec::new())
    }

    pub(crate) fn close(&mut self, at: DateTime<Utc>) -> Refused<()> {
        let holds = self.open_jobs().count();
        if holds > 0 {
            return Err(Declined::HoldsOpen { holds, held: credits(self.sums().held) });
        }
        let left = self.by_lot().into_iter().enumerate().filter(|(_, sum)| sum.available > 0);
        let parts: Vec<_> = left.map(|(lot, sum)| Part { lot, amount: sum.available }).collect();
        for part in &parts {
            self.lots[part.lot].revoked += part.amount;
        }
        self.status = Status::Closed;
        let moves = self.moves(&parts, Where::Available, Where::Revoked);
        self.write(at, What::new("closed", "", &[]), moves, Vec::new())
    }
}
