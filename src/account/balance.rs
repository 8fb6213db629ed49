//! What an account has at an instant. Reading it writes nothing.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    Account, DecideError, Records,
    draft::Draft,
    reach::{add, soonest},
};
use crate::{
    credits::Credits,
    grant::GrantKind,
    ids::{Key, Unit},
};

/// What an account has at an instant: holds that are over by then have returned, and lots that are over have expired,
/// whether or not that is written yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Balance {
    /// What the amounts are counted in.
    pub unit: Unit,
    /// The instant, never before the account's mark.
    pub at: DateTime<Utc>,
    /// What can be spent now, on some work at least.
    pub available: Credits,
    /// How much of that is for some work only.
    pub restricted: Credits,
    /// What is granted, and not usable yet.
    pub upcoming: Credits,
    /// What open holds set aside.
    pub held: Credits,
    /// What is owed.
    pub debt: Credits,
    /// What is available by kind of grant, in the order of kinds.
    pub by_kind: Vec<(GrantKind, Credits)>,
    /// What expires next of what is available.
    pub next_expiry: Option<Upcoming>,
}

/// Something that happens to credits later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Upcoming {
    /// When.
    pub at: DateTime<Utc>,
    /// To how many, if nothing else happens before.
    pub amount: Credits,
}

impl Account {
    /// What there is at an instant; an instant before the mark is raised to it.
    ///
    /// ```
    /// use studio_credits::{AccountId, Unit, account::Account};
    ///
    /// let account = Account::new(AccountId::new("user-7")?, Unit::new("credits")?);
    /// let balance = account.balance_at("2026-11-24T12:00:00Z".parse()?)?;
    /// assert!(balance.available.is_zero() && balance.next_expiry.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecideError::Corrupt`] when what is stored contradicts itself, and [`DecideError::Declined`] for an instant
    /// that cannot be stored.
    pub fn balance_at(&self, now: DateTime<Utc>) -> Result<Balance, DecideError> {
        let (key, records) = (Key::of_nobody(), Records::default());
        Ok(self.seen_at(&records, &key, now)?.balance())
    }

    /// The account as time alone leaves it at an instant.
    pub(super) fn seen_at<'a>(
        &'a self,
        records: &'a Records,
        key: &'a Key,
        now: DateTime<Utc>,
    ) -> Result<Draft<'a>, DecideError> {
        let mut draft = Draft::of(self, records, key, self.effective(now.max(self.mark))?);
        draft.is_look = true;
        draft.begin(true)?;
        Ok(draft)
    }
}

impl Draft<'_> {
    pub(super) fn balance(&self) -> Balance {
        let (staged, now) = (&self.staged, self.at);
        let mut balance = Balance {
            unit: self.base().unit.clone(),
            at: now,
            available: Credits::ZERO,
            restricted: Credits::ZERO,
            upcoming: Credits::ZERO,
            held: staged.totals.held,
            debt: staged.totals.debt,
            by_kind: Vec::new(),
            next_expiry: None,
        };
        for lot in staged.in_order() {
            if lot.fit(None, now).is_err() {
                add(&mut balance.upcoming, lot.available);
                continue;
            }
            add(&mut balance.available, lot.available);
            if !lot.grant.restriction().is_none() {
                add(&mut balance.restricted, lot.available);
            }
            let known = balance.by_kind.binary_search_by(|(kind, _)| kind.cmp(lot.grant.kind()));
            let at = known.unwrap_or_else(|new| {
                balance.by_kind.insert(new, (lot.grant.kind().clone(), Credits::ZERO));
                new
            });
            if let Some((_, sum)) = balance.by_kind.get_mut(at) {
                add(sum, lot.available);
            }
            soonest(&mut balance.next_expiry, lot.grant.expires_at(), lot.available);
        }
        balance
    }
}
