//! What an account has at an instant. Reading it writes nothing.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Account, DecideError, Records, agenda::Event, draft::Draft, lot::Unfit, staged::Staged};
use crate::{
    credits::Credits,
    grant::GrantKind,
    ids::{Key, Unit},
    journal::Lot,
    work::Work,
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
        let draft = self.seen_at(&records, &key, now)?;
        let (staged, now) = (&draft.staged, draft.at);
        let mut balance = Balance {
            unit: self.unit.clone(),
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
        Ok(balance)
    }

    /// The account as time alone leaves it at an instant.
    pub(super) fn seen_at<'a>(
        &'a self,
        records: &'a Records,
        key: &'a Key,
        now: DateTime<Utc>,
    ) -> Result<Draft<'a>, DecideError> {
        let mut draft = Draft::of(self, records, key, self.effective(now.max(self.mark))?);
        draft.begin()?;
        Ok(draft)
    }
}

/// What there is of credits that cannot be spent on some work now.
pub(super) struct Unusable {
    /// For other work only.
    pub(super) elsewhere: Credits,
    /// Not usable yet.
    pub(super) upcoming: Credits,
    /// What is usable next for this work: a grant that takes effect, or a hold that lapses.
    pub(super) next: Option<Upcoming>,
}

impl Staged<'_> {
    pub(super) fn unusable(&self, work: &Work, at: DateTime<Utc>) -> Unusable {
        let mut unusable = Unusable { elsewhere: Credits::ZERO, upcoming: Credits::ZERO, next: None };
        for lot in self.in_order() {
            match lot.fit(Some(work), at) {
                Err(Unfit::OtherWork) => add(&mut unusable.elsewhere, lot.available),
                Err(Unfit::NotYet(effective_at)) => {
                    add(&mut unusable.upcoming, lot.available);
                    if lot.grant.restriction().allows(work) {
                        soonest(&mut unusable.next, Some(effective_at), lot.available);
                    }
                }
                Err(Unfit::Over(_)) | Ok(()) => {}
            }
        }
        for (lapses_at, amount) in self.lapses(work, at) {
            if unusable.next.is_some_and(|next| next.at < lapses_at) {
                break;
            }
            soonest(&mut unusable.next, Some(lapses_at), amount);
        }
        unusable
    }

    /// What returns to lots that may pay for this work, hold by hold as they lapse.
    fn lapses(&self, work: &Work, at: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, Credits)> {
        let lapses = self.base.dues.iter().filter(move |due| due.at > at).filter_map(|due| match &due.what {
            Event::Lapse(hold) => self.base.hold(hold),
            Event::Expire(_) => None,
        });
        lapses.flat_map(move |hold| {
            let fits = |lot: &Lot| lot.fit(Some(work), hold.lapses_at).is_ok() && lot.ended.is_none();
            let parts = hold.parts.iter().filter(move |part| self.lot(&part.lot).is_some_and(fits));
            parts.map(|part| (hold.lapses_at, part.amount))
        })
    }
}

/// Cannot be out of range: all together are at most what was granted.
fn add(sum: &mut Credits, amount: Credits) {
    *sum = sum.checked_add(amount).unwrap_or(Credits::MAX);
}

/// Keeps the earliest, and sums up what happens at the same instant.
fn soonest(next: &mut Option<Upcoming>, at: Option<DateTime<Utc>>, amount: Credits) {
    let Some(at) = at else { return };
    match next {
        Some(known) if known.at < at => {}
        Some(known) if known.at == at => add(&mut known.amount, amount),
        _ => *next = Some(Upcoming { at, amount }),
    }
}
