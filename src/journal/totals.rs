//! What all movements so far add up to.

use serde::{Deserialize, Serialize};

use super::posting::Bucket;
use crate::credits::Credits;

/// The sums over all grants of an account: after every entry,
/// `granted = available + held + spent + expired + revoked`, and nothing is below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Totals {
    /// What was ever granted.
    pub granted: Credits,
    /// What is neither used nor set aside; part of it may not be usable yet, or for some work only.
    pub available: Credits,
    /// What open holds set aside.
    pub held: Credits,
    /// What was spent, less what was refunded.
    pub spent: Credits,
    /// What expired unused.
    #[doc(alias = "breakage")]
    pub expired: Credits,
    /// What was taken back before it was used.
    pub revoked: Credits,
    /// What the account owes; it stands beside the sum of the others.
    pub debt: Credits,
    /// What work cost and nobody was charged, ever; it stands beside the sum of the others.
    pub absorbed: Credits,
}

impl Totals {
    /// Moves an amount from one bucket to another; `None` where one would fall below zero, and then they are spoilt.
    pub(crate) fn shift(&mut self, from: Bucket, to: Bucket, amount: Credits) -> Option<()> {
        if amount <= Credits::ZERO || from == to {
            return None;
        }
        match self.bucket(from) {
            Some(source) => *source = source.checked_sub(amount).filter(|left| !left.is_negative())?,
            None => self.granted = self.granted.checked_add(amount)?,
        }
        let target = self.bucket(to)?;
        *target = target.checked_add(amount)?;
        Some(())
    }

    /// The totals before such a move.
    pub(crate) fn unmoved(mut self, from: Bucket, to: Bucket, amount: Credits) -> Option<Self> {
        let target = self.bucket(to)?;
        *target = target.checked_sub(amount)?;
        match self.bucket(from) {
            Some(source) => *source = source.checked_add(amount)?,
            None => self.granted = self.granted.checked_sub(amount)?,
        }
        Some(self)
    }

    fn bucket(&mut self, bucket: Bucket) -> Option<&mut Credits> {
        match bucket {
            Bucket::Source => None,
            Bucket::Available => Some(&mut self.available),
            Bucket::Held => Some(&mut self.held),
            Bucket::Spent => Some(&mut self.spent),
            Bucket::Expired => Some(&mut self.expired),
            Bucket::Revoked => Some(&mut self.revoked),
        }
    }
}
