//! A period summed up, from the entries of that period alone.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    credits::Credits,
    grant::GrantKind,
    ids::{Model, Studio},
    journal::{Adjustment, Bucket, Entry, Fact, Totals},
    work::Work,
};

/// What happened in a period: what there was, what came in, what went out, and what was left.
///
/// `opening + in − spent − expired − revoked = closing`, where opening and closing are what is available or held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statement {
    /// The sums before the first entry of the period; `None` where nothing happened in it.
    pub opening: Option<Totals>,
    /// What was granted, by kind, in the order of kinds.
    pub granted: Vec<(GrantKind, Credits)>,
    /// What work was charged and refunded, by studio and model, in the order of their names.
    pub work: Vec<StudioModel>,
    /// What was spent of the lots, less what came back to them; it differs from what work was charged by what is owed.
    pub spent: Credits,
    /// What grants repaid of debts.
    pub repaid: Credits,
    /// What expired unused.
    #[doc(alias = "breakage")]
    pub expired: Credits,
    /// What was taken back unused.
    pub revoked: Credits,
    /// What work cost and nobody was charged.
    pub absorbed: Credits,
    /// The sums after the last entry of the period; `None` where nothing happened in it.
    pub closing: Option<Totals>,
}

/// What the work with one model of one studio was charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StudioModel {
    /// The studio.
    pub studio: Studio,
    /// The model.
    pub model: Model,
    /// How many pieces of work were charged.
    pub charges: u64,
    /// What they were charged, spent or owed.
    pub charged: Credits,
    /// What was given back of this or earlier work.
    pub refunded: Credits,
}

impl Statement {
    /// Sums up the entries from an instant on, until another one, which is not part of it.
    /// [`Ledger::statement`](crate::ledger::Ledger::statement) does so over a store.
    ///
    /// Entries before the first and after the last of the period are passed over. One in between that a wrong clock
    /// dated elsewhere is summed up with those around it, so that the sum always holds.
    ///
    /// ```
    /// use studio_credits::account::Statement;
    ///
    /// let (from, until) = ("2026-11-01T00:00:00Z".parse()?, "2026-12-01T00:00:00Z".parse()?);
    /// let quiet = Statement::of(from, until, []).ok_or("no statement")?;
    /// assert!(quiet.opening.is_none() && quiet.spent.is_zero());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// `None` where the entries of the period are not of one account, in order and without a gap, or are out of range.
    pub fn of<'a>(
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        entries: impl IntoIterator<Item = &'a Entry>,
    ) -> Option<Self> {
        let mut statement = Self::default();
        let mut last: Option<&Entry> = None;
        let mut outside = Vec::new();
        for entry in entries {
            if !(from..until).contains(&entry.at) {
                if last.is_some() {
                    outside.push(entry);
                }
                continue;
            }
            for entry in outside.drain(..).chain([entry]) {
                if last.is_some_and(|last| last.account != entry.account || last.seq.checked_add(1) != Some(entry.seq))
                {
                    return None;
                }
                statement.add(entry)?;
                last = Some(entry);
            }
        }
        Some(statement)
    }

    /// Sums up one more entry, which follows the last one; `None` where that is out of range.
    pub(crate) fn add(&mut self, entry: &Entry) -> Option<()> {
        if self.opening.is_none() {
            self.opening = Some(before(entry)?);
        }
        self.closing = Some(entry.totals);
        for leg in &entry.postings {
            match leg.to {
                Bucket::Spent => grow(&mut self.spent, leg.amount)?,
                Bucket::Expired => grow(&mut self.expired, leg.amount)?,
                Bucket::Revoked => grow(&mut self.revoked, leg.amount)?,
                Bucket::Source | Bucket::Available | Bucket::Held => {}
            }
            if leg.from == Bucket::Spent {
                self.spent = self.spent.checked_sub(leg.amount)?;
            }
        }
        match &entry.fact {
            Fact::Granted { terms, .. }
            | Fact::Renewed { terms, .. }
            | Fact::Allowed { terms, .. }
            | Fact::RolledOver { terms, .. }
            | Fact::Rewarded { terms, .. }
            | Fact::Adjusted { adjustment: Adjustment::Give(terms), .. } => self.grant(terms.kind(), terms.amount()),
            Fact::Repaid { .. } => entry.postings.iter().try_for_each(|leg| grow(&mut self.repaid, leg.amount)),
            Fact::Settled { work, charged, absorbed, .. } => {
                grow(&mut self.absorbed, *absorbed)?;
                let of = self.work_of(work)?;
                of.charges = of.charges.checked_add(1)?;
                grow(&mut of.charged, *charged)
            }
            Fact::Charged { work, amount, .. } => {
                let of = self.work_of(work)?;
                of.charges = of.charges.checked_add(1)?;
                grow(&mut of.charged, *amount)
            }
            Fact::Refunded { work, amount, .. } => grow(&mut self.work_of(work)?.refunded, *amount),
            _ => Some(()),
        }
    }

    fn grant(&mut self, kind: &GrantKind, amount: Credits) -> Option<()> {
        match self.granted.binary_search_by(|(known, _)| known.cmp(kind)) {
            Ok(at) => grow(&mut self.granted.get_mut(at)?.1, amount),
            Err(at) => {
                self.granted.insert(at, (kind.clone(), amount));
                Some(())
            }
        }
    }

    fn work_of(&mut self, work: &Work) -> Option<&mut StudioModel> {
        let key = (&work.studio, &work.model);
        let at = self.work.binary_search_by(|known| (&known.studio, &known.model).cmp(&key));
        let at = at.unwrap_or_else(|at| {
            let (studio, model) = (work.studio.clone(), work.model.clone());
            let new = StudioModel { studio, model, charges: 0, charged: Credits::ZERO, refunded: Credits::ZERO };
            self.work.insert(at, new);
            at
        });
        self.work.get_mut(at)
    }
}

/// The sums before an entry.
fn before(entry: &Entry) -> Option<Totals> {
    let legs = entry.postings.iter().rev();
    let mut totals = legs.clone().try_fold(entry.totals, |totals, leg| totals.unmoved(leg.from, leg.to, leg.amount))?;
    let changed = Credits::checked_sum(entry.debts.iter().map(|debt| debt.by))?;
    totals.debt = totals.debt.checked_sub(changed)?;
    if let Fact::Settled { absorbed, .. } = &entry.fact {
        totals.absorbed = totals.absorbed.checked_sub(*absorbed)?;
    }
    Some(totals)
}

fn grow(sum: &mut Credits, by: Credits) -> Option<()> {
    *sum = sum.checked_add(by)?;
    Some(())
}
