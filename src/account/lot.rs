//! What is left of a grant, and where credits go that come back to it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    credits::Credits,
    grant::Grant,
    ids::GrantId,
    journal::{Bucket, Ended, Lot},
    planted::planted,
    work::Work,
};

/// Why a lot cannot pay, although something of it is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    NotYet(DateTime<Utc>),
    Over(DateTime<Utc>),
    OtherWork,
}

impl Lot {
    /// The lot of a grant of which nothing was given yet.
    pub(super) fn empty(id: GrantId, grant: Arc<Grant>, granted_at: DateTime<Utc>) -> Self {
        let zero = Credits::ZERO;
        Self {
            id,
            grant,
            granted_at,
            available: zero,
            held: zero,
            spent: zero,
            expired: zero,
            revoked: zero,
            ended: None,
        }
    }

    /// Whether the account has to keep it at hand.
    pub(super) fn is_live(&self) -> bool {
        !self.available.is_zero() || !self.held.is_zero()
    }

    /// Whether its parts are the whole grant, and none is below zero.
    pub(super) fn is_whole(&self) -> bool {
        let parts = [self.available, self.held, self.spent, self.expired, self.revoked];
        parts.iter().all(|part| !part.is_negative()) && Credits::checked_sum(parts) == Some(self.grant.amount())
    }

    pub(super) fn has_expired(&self, at: DateTime<Utc>) -> bool {
        self.grant.expires_at().is_some_and(|expires_at| expires_at <= at)
    }

    /// What credits become that come back to it.
    pub(super) fn home(&self, at: DateTime<Utc>) -> Bucket {
        match self.ended {
            Some(Ended::Revoked | Ended::ChargedBack) => Bucket::Revoked,
            Some(Ended::WithPlan) => Bucket::Expired,
            None if self.has_expired(at) && !planted!("expired-comes-back") => Bucket::Expired,
            None => Bucket::Available,
        }
    }

    /// Whether it can pay for this work at this instant.
    pub(super) fn fit(&self, work: Option<&Work>, at: DateTime<Utc>) -> Result<(), Unfit> {
        if let Some(effective_at) = self.grant.effective_at().filter(|effective_at| at < *effective_at) {
            return Err(Unfit::NotYet(effective_at));
        }
        if let Some(expires_at) = self.grant.expires_at().filter(|expires_at| *expires_at <= at) {
            return Err(Unfit::Over(expires_at));
        }
        match work {
            Some(work) if !self.grant.restriction().allows(work) && !planted!("restriction-ignored") => {
                Err(Unfit::OtherWork)
            }
            _ => Ok(()),
        }
    }

    /// Moves an amount from one bucket to another; `None` where one would fall below zero, and then it is spoilt.
    pub(super) fn shift(&mut self, from: Bucket, to: Bucket, amount: Credits) -> Option<()> {
        if let Some(source) = self.part(from) {
            *source = source.checked_sub(amount).filter(|left| !left.is_negative())?;
        }
        let target = self.part(to)?;
        *target = target.checked_add(amount)?;
        Some(())
    }

    fn part(&mut self, bucket: Bucket) -> Option<&mut Credits> {
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
