//! How an amount is taken of the lots: the burn-down.

use chrono::{DateTime, Utc};

use super::{draft::posting, lot::Unfit, staged::Staged};
use crate::{
    credits::Credits,
    journal::{Bucket, Lot, Part, Posting},
    work::Work,
};

/// What was taken, lot by lot in the order of spending, and what that adds up to.
pub(super) struct Taken {
    pub(super) legs: Vec<Posting>,
    pub(super) amount: Credits,
}

/// What a lot gives, or why it gives nothing: what a take does and an explanation tells.
pub(super) fn gives(lot: &Lot, wanted: Credits, work: Option<&Work>, at: DateTime<Utc>) -> Result<Credits, Unfit> {
    lot.fit(work, at).map(|()| lot.available.min(wanted))
}

impl Taken {
    /// What each lot pays.
    pub(super) fn parts(&self) -> Vec<Part> {
        self.legs.iter().map(|leg| Part { lot: leg.lot.clone(), amount: leg.amount }).collect()
    }
}

impl Staged<'_> {
    /// As much as there is for this work, up to an amount, and what it is to become.
    pub(super) fn take(&self, wanted: Credits, work: Option<&Work>, at: DateTime<Utc>, to: Bucket) -> Taken {
        let mut taken = Taken { legs: Vec::new(), amount: Credits::ZERO };
        let mut left = wanted;
        if left <= Credits::ZERO {
            return taken;
        }
        for lot in self.in_order() {
            let Ok(amount) = gives(lot, left, work, at) else { continue };
            taken.legs.push(posting(&lot.id, Bucket::Available, to, amount));
            // Neither can be out of range: `amount` is at most `left`, and all together at most `wanted`.
            left = left.checked_sub(amount).unwrap_or(Credits::ZERO);
            taken.amount = taken.amount.checked_add(amount).unwrap_or(wanted);
            if left.is_zero() {
                break;
            }
        }
        taken
    }
}
