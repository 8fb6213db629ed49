//! Grants and spends by chance.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use studio_credits::{
    Credits, Grant, GrantKind, KindName, LateRefund, LateSettle, Member, Model as Model_, Overage, Reference,
    Restriction, Spend, Studio, Terms, Tool, Unit, Work,
};

use super::{Maker, credits};
use crate::account::model::Model;
use crate::account::quoting::as_quoted;
use crate::account::shrink::Under;

/// Names that could be taken for other words, or for several.
const STUDIOS: &[&str] = &["image", "image", "video", "image, studio video"];
const MODELS: &[&str] = &["flux", "flux", "kling", "flux, not model kling"];

impl Maker {
    pub(super) fn grant(&mut self, model: &Model) -> Arc<Grant> {
        let amount = credits(self.amount());
        let mut grant = Grant::new(self.kind(), amount).unwrap().with_restriction(self.restriction()).unwrap();
        if self.chance.percent(35) {
            grant = grant.with_priority(*self.chance.pick(&[-1, 0, 1, i16::MIN, i16::MAX]));
        }
        let start = match self.chance.below(10) {
            0 => Some(self.instant(model)),
            1 => Some(self.clock + TimeDelta::seconds(self.amount_of(100_000))),
            _ => None,
        };
        let end = match self.chance.below(20) {
            0..7 => Some(self.clock + TimeDelta::seconds(self.amount_of(200_000))),
            7..10 => Some(self.instant(model)),
            10..12 => Some(self.clock + TimeDelta::days(self.amount_of(400))),
            12 if self.chance.percent(10) => Some("9999-12-31T23:59:59.999999Z".parse().unwrap()),
            _ => None,
        };
        let stored = |at: &DateTime<Utc>| *at <= DateTime::from_timestamp_micros(253_402_300_799_999_999).unwrap();
        let (start, end) = (start.filter(stored), end.filter(stored));
        if let Some(start) = start {
            grant = grant.with_effect(start).unwrap();
        }
        if let Some(end) = end.filter(|end| start.is_none_or(|start| *end > start + TimeDelta::microseconds(2))) {
            grant = grant.with_expiry(end).unwrap();
        }
        if self.chance.percent(40) {
            grant = grant.with_late_refund(LateRefund::Renews);
        }
        match self.chance.below(10) {
            0..2 => grant = grant.repaying_debt(),
            2..4 => grant = grant.sparing_debt(),
            4..7 => grant = grant.with_cost(Credits::from_whole(9), Unit::new("USD").unwrap()),
            7 => grant = grant.with_reference(self.reference()),
            8 if self.chance.percent(30) => grant = grant.with_unit(self.unit()),
            _ => {}
        }
        Arc::new(grant)
    }

    pub(super) fn spend(&mut self, model: &Model) -> Spend {
        let amount = self.affordable(model);
        let mut spend = Spend::new(self.work_of(model), credits(amount)).unwrap();
        if self.under == Under::Nothing || self.chance.percent(50) {
            spend = spend.with_terms(self.terms(model));
        }
        if self.chance.percent(15) {
            let max = if self.chance.percent(60) { amount } else { self.amount() };
            spend = spend.with_amount_max(credits(max)).unwrap();
        }
        if self.chance.percent(4) {
            spend = spend.with_unit(self.unit());
        }
        if self.chance.percent(20) {
            let until = self.quoted_until(model);
            return as_quoted(&spend, self.chance.between(1, 4), until);
        }
        spend
    }

    /// Until when a quote holds: mostly for a while, at times just about now.
    fn quoted_until(&mut self, model: &Model) -> DateTime<Utc> {
        let until = if self.chance.percent(20) { self.instant(model) } else { self.clock + TimeDelta::hours(1) };
        until.trunc_subsecs(6)
    }

    /// The same spend with something different in it.
    pub(super) fn other_spend(&mut self, first: &Spend, model: &Model) -> Spend {
        let mut work = Work::clone(first.work());
        let mut amount = first.amount();
        let mut terms = first.terms().unwrap_or_default();
        match self.chance.below(6) {
            0 => work.tool = Some(Tool::new("none").unwrap()),
            1 => work.member = Some(Member::new("none").unwrap()),
            2 => work = self.work(),
            3 => terms = self.terms(model),
            _ => amount = credits(self.amount()),
        }
        let mut spend = Spend::new(work, amount).unwrap().with_terms(terms);
        if let Some(max) = first.amount_max() {
            spend = spend.with_amount_max(max).unwrap();
        }
        match (first.unit(), self.chance.below(8)) {
            (_, 0) => spend = spend.with_unit(Unit::new("none").unwrap()),
            (Some(unit), _) => spend = spend.with_unit(unit.clone()),
            _ => {}
        }
        match first.quoted() {
            Some(quoted) if self.chance.percent(80) => {
                let count = quoted.basis().request().count() + u64::from(self.chance.percent(30));
                let until = self.quoted_until(model);
                as_quoted(&spend, count, until)
            }
            _ => spend,
        }
    }

    /// The same grant with something different in it.
    pub(super) fn other_grant(&mut self, first: &Grant) -> Arc<Grant> {
        let grant = first.clone();
        let restriction = Restriction::default();
        Arc::new(match self.chance.below(5) {
            0 => grant.with_reference(Reference::new("none").unwrap()),
            1 => grant.with_unit(Unit::new("none").unwrap()),
            2 => grant.with_priority(self.chance.below(3).try_into().unwrap()),
            3 => {
                let both = restriction.to_studio(Studio::new("image").unwrap());
                grant.with_restriction(both.to_studio(Studio::new("video").unwrap())).unwrap()
            }
            _ => Grant::new(GrantKind::Other(KindName::new(first.kind().as_str()).unwrap()), first.amount()).unwrap(),
        })
    }

    fn kind(&mut self) -> GrantKind {
        let own = GrantKind::Other(KindName::new(self.chance.text(&["community", "free"])).unwrap());
        let kinds = [GrantKind::Free, GrantKind::Subscription, GrantKind::TopUp, GrantKind::Reward, own];
        self.chance.pick(&kinds).clone()
    }

    fn restriction(&mut self) -> Restriction {
        let mut restriction = Restriction::default();
        if self.chance.percent(75) {
            return restriction;
        }
        if self.chance.percent(50) {
            restriction = restriction.to_studio(Studio::new(self.chance.text(STUDIOS)).unwrap());
        }
        if self.chance.percent(15) {
            restriction = restriction.to_tool(Tool::new("upscale").unwrap());
        }
        if self.chance.percent(25) {
            restriction = restriction.to_model(Model_::new(self.chance.text(MODELS)).unwrap());
        }
        if self.chance.percent(25) {
            restriction = restriction.except_model(Model_::new(self.chance.text(MODELS)).unwrap());
        }
        restriction
    }

    fn work(&mut self) -> Work {
        let studio = Studio::new(self.chance.text(STUDIOS)).unwrap();
        let work = Work::new(studio, Model_::new(self.chance.text(MODELS)).unwrap());
        if self.chance.percent(25) {
            return work.with_tool(Tool::new(self.chance.text(&["upscale", "none"])).unwrap());
        }
        work
    }

    /// Work of a member, where there are some.
    fn work_of(&mut self, model: &Model) -> Work {
        let work = self.work();
        if model.members.is_empty() || self.chance.percent(4) { work } else { work.by(self.member_of(model)) }
    }

    fn terms(&mut self, model: &Model) -> Terms {
        let debt = model.sums().debt;
        let max = match self.chance.below(4) {
            0 => debt + 1,
            1 => debt.max(1),
            2 => crate::account::model::MOST,
            _ => self.amount() * 3,
        };
        let max = credits(max.min(crate::account::model::MOST));
        let overages = [Overage::Cap, Overage::Absorb, Overage::Debt { max }, Overage::Debt { max }];
        let terms = Terms::default().with_overage(*self.chance.pick(&overages)).unwrap().with_life(self.life());
        if self.chance.percent(30) { terms.with_late_settle(LateSettle::Absorb) } else { terms }
    }

    fn reference(&mut self) -> Reference {
        Reference::new(self.chance.text(&["invoice-1", "invoice-2", "invoice-3", "invoice-4", "none"])).unwrap()
    }

    fn unit(&mut self) -> Unit {
        Unit::new(self.chance.text(&["credits", "credits", "gems", "none"])).unwrap()
    }
}
