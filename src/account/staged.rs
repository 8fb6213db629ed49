//! An account with some changes on top, of which only what changes is copied.

use chrono::{DateTime, Utc};

use super::{Account, burn_down::Place};
use crate::{
    credits::Credits,
    ids::GrantId,
    journal::{Bucket, Counter, Debt, DebtChange, DebtOf, Ended, Lot, Posting, Standing, Totals},
};

/// An account as it would be after some entries.
pub(super) struct Staged<'a> {
    pub(super) base: &'a Account,
    pub(super) totals: Totals,
    /// The lots that differ from the account's, by name.
    pub(super) lots: Vec<Lot>,
    /// All debts, if one differs from the account's.
    pub(super) debts: Option<Vec<Debt>>,
    /// How it stands with its plan, if more of that differs from the account's than what limits have counted.
    pub(super) standing: Option<Standing>,
    /// The counters that differ from those of how it stands, by name.
    pub(super) counted: Vec<Counter>,
}

impl<'a> Staged<'a> {
    pub(super) fn of(base: &'a Account) -> Self {
        Self { base, totals: base.totals, lots: Vec::new(), debts: None, standing: None, counted: Vec::new() }
    }

    /// A lot as it would be; one that was used up on the way is still found.
    pub(super) fn lot(&self, id: &GrantId) -> Option<&Lot> {
        match self.lots.binary_search_by(|lot| lot.id.cmp(id)) {
            Ok(at) => self.lots.get(at),
            Err(_) => self.base.lot(id),
        }
    }

    pub(super) fn lot_mut(&mut self, id: &GrantId) -> Option<&mut Lot> {
        let at = match self.lots.binary_search_by(|lot| lot.id.cmp(id)) {
            Ok(at) => at,
            Err(at) => {
                let lot = self.base.lot(id)?.clone();
                if self.lots.is_empty() {
                    // Most entries move one lot.
                    self.lots = Vec::with_capacity(1);
                }
                self.lots.insert(at, lot);
                at
            }
        };
        self.lots.get_mut(at)
    }

    /// Puts a lot in, in place of one of that name.
    pub(super) fn put_lot(&mut self, lot: Lot) {
        match self.lots.binary_search_by(|known| known.id.cmp(&lot.id)) {
            Ok(at) => {
                if let Some(known) = self.lots.get_mut(at) {
                    *known = lot;
                }
            }
            Err(at) => self.lots.insert(at, lot),
        }
    }

    pub(super) fn debts(&self) -> &[Debt] {
        self.debts.as_deref().unwrap_or(&self.base.debts)
    }

    pub(super) fn debt_of(&self, of: &DebtOf) -> Credits {
        self.debts().iter().find(|debt| debt.of == *of).map_or(Credits::ZERO, |debt| debt.amount)
    }

    /// Moves what a posting says; says what contradicts it otherwise, and is then of no use any more.
    pub(super) fn post(&mut self, posting: &Posting) -> Result<(), String> {
        let Posting { lot: id, from, to, amount } = posting;
        self.totals.shift(*from, *to, *amount).ok_or_else(|| format!("the totals do not hold {amount} to move"))?;
        let lot = self.lot_mut(id).ok_or_else(|| format!("there is no lot `{id}`"))?;
        lot.shift(*from, *to, *amount).ok_or_else(|| format!("lot `{id}` does not hold {amount} to move"))?;
        Ok(())
    }

    /// Changes a debt; says what contradicts it otherwise, and is then of no use any more.
    pub(super) fn owe(&mut self, change: &DebtChange) -> Result<(), String> {
        let debts = self.debts.get_or_insert_with(|| self.base.debts.clone());
        let at = debts.iter().position(|debt| debt.of == change.of);
        let amount = at.and_then(|at| debts.get(at)).map_or(Credits::ZERO, |debt| debt.amount);
        let changed = amount.checked_add(change.by).filter(|left| !left.is_negative() && !change.by.is_zero());
        let amount = changed.ok_or_else(|| format!("a debt of {amount} cannot change by {}", change.by))?;
        match at {
            Some(at) if amount.is_zero() => drop(debts.remove(at)),
            Some(at) => debts.get_mut(at).into_iter().for_each(|debt| debt.amount = amount),
            None => debts.push(Debt { of: change.of.clone(), amount }),
        }
        let debt = self.totals.debt.checked_add(change.by).filter(|debt| !debt.is_negative());
        self.totals.debt = debt.ok_or_else(|| "all debts together are out of range".to_owned())?;
        Ok(())
    }

    /// What returns to the lot that it came from, as the lot is at this instant.
    pub(super) fn home(&self, id: &GrantId, at: DateTime<Utc>) -> Option<Bucket> {
        self.lot(id).map(|lot| lot.home(at))
    }

    /// The lots with something available, in the order of spending.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Lot> {
        let usable = self.lots.iter().filter(|lot| !lot.available.is_zero());
        let mut staged: Vec<_> = usable.map(|lot| (Place::of(lot), lot)).collect();
        staged.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        let is_base = |lot: &Lot| self.lots.binary_search_by(|staged| staged.id.cmp(&lot.id)).is_err();
        let mut base = self.base.lots.in_order().filter(move |(_, lot)| is_base(lot)).peekable();
        let mut staged = staged.into_iter().peekable();
        std::iter::from_fn(move || {
            let staged_first = match (staged.peek(), base.peek()) {
                (Some((staged, _)), Some((base, _))) => staged < *base,
                (staged, _) => staged.is_some(),
            };
            if staged_first { staged.next().map(|(_, lot)| lot) } else { base.next().map(|(_, lot)| lot) }
        })
    }

    /// How a lot was ended: by itself, or with all others of its kind, which it was used up before.
    pub(super) fn end_of(&self, lot: &Lot) -> Option<Ended> {
        let of_kind = self.standing().ended.iter().find(|ended| ended.kind == *lot.grant.kind());
        let with_plan = of_kind.filter(|ended| lot.granted_at < ended.at).map(|_| Ended::WithPlan);
        lot.ended.or(with_plan)
    }

    /// The lots that would be live, those that have not changed by name first.
    pub(super) fn live(&self) -> impl Iterator<Item = &Lot> {
        let is_staged = |lot: &&Lot| self.lots.binary_search_by(|staged| staged.id.cmp(&lot.id)).is_ok();
        let unchanged = self.base.lots.iter().filter(move |lot| !is_staged(lot));
        unchanged.chain(self.lots.iter().filter(|lot| lot.is_live()))
    }

    /// How many lots would be live.
    pub(super) fn live_lots(&self) -> usize {
        self.lots.iter().fold(self.base.lots.len(), |count, lot| {
            match (lot.is_live(), self.base.lots.get(&lot.id).is_some()) {
                (true, false) => count.saturating_add(1),
                (false, true) => count.saturating_sub(1),
                _ => count,
            }
        })
    }
}
