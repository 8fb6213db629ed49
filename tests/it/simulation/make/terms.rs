//! Grants, terms and work by chance.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use studio_credits::{
    Credits, Grant, GrantKind, LateRefund, LateSettle, Model, Overage, Restriction, Studio, Terms, Unit, Work,
};

use super::{Maker, amount, life};
use crate::oracle::chance::Chance;

impl Maker {
    pub(super) fn grant(&mut self, chance: &mut Chance, now: DateTime<Utc>) -> Arc<Grant> {
        let kinds = [GrantKind::Free, GrantKind::TopUp, GrantKind::Subscription, GrantKind::Reward];
        let mut grant = Grant::new(chance.pick(&kinds).clone(), amount(chance)).unwrap();
        let minutes = |chance: &mut Chance, most| TimeDelta::minutes(chance.below(most).cast_signed());
        if chance.percent(8) {
            grant = grant.with_effect(now + minutes(chance, 200)).unwrap();
        }
        match chance.below(20) {
            0..8 => grant = ending(grant, now + minutes(chance, self.horizon)),
            8 => grant = ending(grant, now - minutes(chance, 3)),
            _ => {}
        }
        if chance.percent(20) {
            let studio = Studio::new(chance.text(&["image", "video"])).unwrap();
            grant = grant.with_restriction(Restriction::default().to_studio(studio)).unwrap();
        }
        if chance.percent(20) {
            grant = grant.with_reference(self.invoice(chance));
        }
        match chance.below(8) {
            0 => grant = grant.repaying_debt(),
            1 => grant = grant.with_priority(-1),
            2 => grant = grant.with_cost(Credits::from_whole(9), Unit::new("USD").unwrap()),
            3..5 => grant = grant.with_late_refund(LateRefund::Renews),
            _ => {}
        }
        Arc::new(grant)
    }
}

/// The grant with an end, where that is after its start.
fn ending(grant: Grant, end: DateTime<Utc>) -> Grant {
    grant.clone().with_expiry(end).unwrap_or(grant)
}

pub(super) fn work(chance: &mut Chance) -> Work {
    let (studio, model) = *chance.pick(&[("image", "flux"), ("video", "kling")]);
    Work::new(Studio::new(studio).unwrap(), Model::new(model).unwrap())
}

pub(super) fn terms(chance: &mut Chance) -> Terms {
    let most = Overage::Debt { max: Credits::from_whole(6) };
    let overage = *chance.pick(&[Overage::Cap, Overage::Absorb, most, most]);
    let terms = Terms::default().with_overage(overage).unwrap().with_life(life(chance));
    if chance.percent(25) { terms.with_late_settle(LateSettle::Absorb) } else { terms }
}
