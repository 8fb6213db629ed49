//! Counting what there is.

use super::{Lot, Model, Nanos};

/// What is where, of one grant or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) granted: Nanos,
    pub(crate) available: Nanos,
    pub(crate) held: Nanos,
    pub(crate) spent: Nanos,
    pub(crate) expired: Nanos,
    pub(crate) revoked: Nanos,
    pub(crate) debt: Nanos,
    pub(crate) absorbed: Nanos,
}

impl Model {
    /// What is where of each grant: what no hold, no charge and no end of it has is available.
    pub(crate) fn by_lot(&self) -> Vec<Sums> {
        let of = |Lot { expired, revoked, covered, terms, .. }: &Lot| Sums {
            granted: super::nanos(terms.amount()),
            expired: *expired,
            revoked: *revoked,
            spent: *covered,
            ..Sums::default()
        };
        let mut sums: Vec<_> = self.lots.iter().map(of).collect();
        for job in &self.jobs {
            for part in job.parts.iter().filter(|_| job.fate.is_none()) {
                sums[part.lot].held += part.amount;
            }
            for part in &job.paid {
                sums[part.lot].spent += part.amount;
            }
        }
        for sum in &mut sums {
            sum.available = sum.granted - sum.held - sum.spent - sum.expired - sum.revoked;
        }
        sums
    }

    /// What is where of all grants together, with what is owed and what was absorbed.
    pub(crate) fn sums(&self) -> Sums {
        let mut all = Sums { absorbed: self.absorbed, ..Sums::default() };
        for sum in self.by_lot() {
            all.granted += sum.granted;
            all.available += sum.available;
            all.held += sum.held;
            all.spent += sum.spent;
            all.expired += sum.expired;
            all.revoked += sum.revoked;
        }
        all.debt = self.open_debts().map(|debt| debt.amount).sum();
        all
    }

    /// How many grants have something left.
    pub(crate) fn live(&self) -> usize {
        self.by_lot().iter().filter(|sum| sum.available > 0 || sum.held > 0).count()
    }
}
