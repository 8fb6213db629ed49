//! An account from what is stored of it, and back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Account, agenda::Due, offer::Offer};
use crate::{
    credits::Credits,
    ids::{AccountId, Unit},
    journal::{Entry, Format, Lot, Snapshot, Standing},
};

/// What is stored of an account contradicts itself, or what is at hand: it is not to be written to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("account `{account}` is corrupt at entry {seq}: {what}")]
#[non_exhaustive]
pub struct Corrupt {
    /// Whose it is.
    pub account: AccountId,
    /// The entry that contradicts the ones before it; of a snapshot, the last that it sums up.
    pub seq: u64,
    /// What contradicts what.
    pub what: String,
}

impl Account {
    /// The account that all its entries add up to, from the first on.
    ///
    /// ```
    /// use studio_credits::{AccountId, Unit, account::Account};
    ///
    /// let (id, unit) = (AccountId::new("user-7")?, Unit::new("credits")?);
    /// let account = Account::from_entries(id.clone(), unit.clone(), [])?;
    /// assert_eq!(account, Account::new(id, unit));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Corrupt`] at the first entry that does not follow from those before it.
    pub fn from_entries<'a>(
        id: AccountId,
        unit: Unit,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> Result<Self, Corrupt> {
        let mut account = Self::new(id, unit);
        entries.into_iter().try_for_each(|entry| account.apply(entry))?;
        Ok(account)
    }

    /// The account that a snapshot sums up.
    ///
    /// ```
    /// use studio_credits::{AccountId, Unit, account::Account};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// assert_eq!(Account::from_snapshot(account.snapshot())?, account);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Corrupt`] when its parts do not add up to its totals, are not in their order, or stand there twice.
    pub fn from_snapshot(snapshot: Snapshot) -> Result<Self, Corrupt> {
        let misplaced = misplaced(&snapshot);
        let Snapshot {
            format: Format,
            account: id,
            unit,
            seq,
            mark,
            status,
            totals,
            lots,
            holds,
            debts,
            standing,
            hash,
        } = snapshot;
        let account = Self {
            id,
            unit,
            seq,
            mark,
            status,
            totals,
            dues: BTreeSet::new(),
            parts: holds.iter().fold(0, |parts, hold| hold.parts.len().saturating_add(parts)),
            lots: lots.into_iter().collect(),
            holds: holds.into_iter().map(|hold| (hold.id.clone(), Box::new(hold))).collect(),
            debts,
            turn_at: standing.next_turn(0).map(|(at, _)| at),
            standing,
            hash,
            offer: Offer::default(),
        };
        match misplaced.map(str::to_owned).or_else(|| account.contradiction()) {
            Some(what) => Err(account.corrupt(what)),
            None => Ok(Self { dues: account.all_dues(), ..account }),
        }
    }

    /// All that is alive of the account, to be stored.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            format: Format,
            account: self.id.clone(),
            unit: self.unit.clone(),
            seq: self.seq,
            mark: self.mark,
            status: self.status,
            totals: self.totals,
            lots: self.lots().cloned().collect(),
            holds: self.holds().cloned().collect(),
            debts: self.debts.clone(),
            standing: self.standing.clone(),
            hash: self.hash,
        }
    }

    pub(super) fn corrupt(&self, what: impl Into<String>) -> Corrupt {
        Corrupt { account: self.id.clone(), seq: self.seq, what: what.into() }
    }

    fn all_dues(&self) -> BTreeSet<Due> {
        let lapses = self.holds.values().map(|hold| Due::lapse(hold.lapses_at, &hold.id));
        let lots = self.lots.iter().filter(|lot| !lot.available.is_zero());
        let expiries = lots.filter_map(|lot| Some(Due::expire(lot.grant.expires_at()?, &lot.id)));
        lapses.chain(expiries).collect()
    }

    /// What does not add up, of what a snapshot alone can show.
    fn contradiction(&self) -> Option<String> {
        let totals = &self.totals;
        let parts = [totals.available, totals.held, totals.spent, totals.expired, totals.revoked];
        if parts.iter().chain([&totals.debt, &totals.absorbed]).any(|part| part.is_negative())
            || Credits::checked_sum(parts) != Some(totals.granted)
        {
            return Some("its totals do not add up".to_owned());
        }
        if let Some(lot) = self.lots.iter().find(|lot| !lot.is_whole()) {
            return Some(format!("the parts of lot `{}` are not its grant", lot.id));
        }
        if Credits::checked_sum(self.lots.iter().map(|lot| lot.available)) != Some(totals.available) {
            return Some("its lots do not have what is available in all".to_owned());
        }
        if Credits::checked_sum(self.debts.iter().map(|debt| debt.amount)) != Some(totals.debt)
            || self.debts.iter().any(|debt| debt.amount <= Credits::ZERO)
        {
            return Some("its debts are not what is owed in all".to_owned());
        }
        self.hold_contradiction()
    }

    /// Whether what the lots have set aside is what the holds have, lot by lot.
    fn hold_contradiction(&self) -> Option<String> {
        let mut held = BTreeMap::new();
        for hold in self.holds.values() {
            let parts = || hold.parts.iter().map(|part| part.amount);
            if parts().any(|amount| amount <= Credits::ZERO) || Credits::checked_sum(parts()) != Some(hold.amount) {
                return Some(format!("the parts of hold `{}` are not its amount", hold.id));
            }
            for part in &hold.parts {
                let sum = held.entry(&part.lot).or_insert(Credits::ZERO);
                // What is out of range is beyond what any lot has, and so is the largest amount.
                *sum = sum.checked_add(part.amount).unwrap_or(Credits::MAX);
            }
        }
        let of_lots = self.lots.iter().filter(|lot| !lot.held.is_zero()).map(|lot| (&lot.id, lot.held));
        if !of_lots.eq(held) {
            return Some("its lots do not have what its holds set aside".to_owned());
        }
        let in_all = Credits::checked_sum(self.holds.values().map(|hold| hold.amount));
        (in_all != Some(self.totals.held)).then(|| "its holds do not have what is held in all".to_owned())
    }
}

/// Which list of a snapshot is not in its order, names something twice, or has what is over.
fn misplaced(snapshot: &Snapshot) -> Option<&'static str> {
    let Standing { ended, given, counters, members, earned, .. } = &snapshot.standing;
    let standing = ended.is_sorted_by(|one, next| one.kind < next.kind)
        && given.is_sorted_by(|one, next| one.allowance < next.allowance)
        && counters.is_sorted_by(|one, next| one.of < next.of)
        && members.is_sorted_by(|one, next| one.member < next.member)
        && earned.is_sorted_by(|one, next| one.reward < next.reward);
    let debts: BTreeSet<_> = snapshot.debts.iter().map(|debt| &debt.of).collect();
    if !snapshot.lots.is_sorted_by(|one, next| one.id < next.id) {
        Some("its lots are not in the order of their names")
    } else if !snapshot.holds.is_sorted_by(|one, next| one.id < next.id) {
        Some("its holds are not in the order of their names")
    } else if !standing {
        Some("how it stands with its plan is not in the order of names")
    } else if debts.len() != snapshot.debts.len() {
        Some("it has a debt twice")
    } else if !snapshot.lots.iter().all(Lot::is_live) {
        Some("it has a lot of which nothing is left")
    } else {
        None
    }
}
