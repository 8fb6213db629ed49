//! What would lift a refusal.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{draft::Draft, staged::Staged};
use crate::{
    credits::Credits,
    plan::{Allowance, OnSale, Plan, PlanBook, PlanName, TopUp, TopUpName},
    spend::Spend,
    work::Work,
};

/// What would lift a refusal, as far as the plans that are sold are known: each does by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Lifts {
    /// Other plans, in the order of their book.
    pub plans: Vec<PlanName>,
    /// Top-ups that can be bought now, sorted by name.
    pub top_ups: Vec<TopUpName>,
}

impl Staged<'_> {
    /// The plans on offer, other than the one in force, under which something is possible.
    pub(super) fn plans_that(&self, at: DateTime<Utc>, possible: impl Fn(&Plan) -> bool) -> Lifts {
        let possible = self.others(at).filter(|plan| possible(plan));
        Lifts { plans: possible.map(|plan| plan.name().clone()).collect(), top_ups: Vec::new() }
    }

    /// The plans on offer that the account can subscribe to, other than the one in force.
    pub(super) fn others(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Plan> {
        let (present, book) = (self.plan_at(at).map(|plan| plan.name()), self.base.offer.book());
        let base = book.and_then(PlanBook::base);
        let others = book.into_iter().flat_map(move |book| book.plans_at(at)).map(AsRef::as_ref);
        others.filter(move |plan| self.is_for(plan) && ![present, base].contains(&Some(plan.name())))
    }

    /// Whether a pack of the plan in force can be bought.
    pub(super) fn sells(&self, pack: &TopUp) -> bool {
        match pack.on_sale() {
            OnSale::Always => true,
            OnSale::WhileSubscribed => self.standing().subscription.is_some(),
            OnSale::Never => false,
        }
    }
}

impl Draft<'_> {
    /// What would make up for credits that are missing for some work.
    pub(super) fn lifts_of(&self, missing: Credits, spend: &Spend, is_hold: bool) -> Lifts {
        let (staged, work) = (&self.staged, spend.work().as_ref());
        let Some(plan) = staged.plan_at(self.at) else { return Lifts::default() };
        let debt = staged.totals.debt;
        let wanted = given_by(plan, work, Credits::ZERO).checked_add(missing).unwrap_or(Credits::MAX);
        let gives = |other: &Plan| given_by(other, work, debt) >= wanted;
        let opens = |other: &Plan| self.opens(other, spend, is_hold);
        let mut lifts = staged.plans_that(self.at, |other| gives(other) && opens(other));
        // With more credits, a limit that says no as well still would.
        if self.has_room(Some(plan), spend) {
            // Of a pack, what is owed is repaid first.
            let needed = missing.checked_add(debt).unwrap_or(Credits::MAX);
            let packs = plan.top_ups().iter().filter(|pack| staged.sells(pack));
            let fitting = packs.filter(|pack| pack.amount() >= needed && pack.restriction().allows(work));
            lifts.top_ups = fitting.map(|pack| pack.name().clone()).collect();
        }
        lifts
    }
}

/// What a plan gives for some work in one window of each of its allowances, once a debt is repaid of those that do so.
fn given_by(plan: &Plan, work: &Work, debt: Credits) -> Credits {
    let given = |repays: bool| {
        let such = plan.allowances().iter().filter(|allowance| allowance.repays_debt() == repays);
        let fitting = such.filter(|allowance| allowance.restriction().allows(work));
        Credits::checked_sum(fitting.map(Allowance::amount)).unwrap_or(Credits::MAX)
    };
    let left = given(true).checked_sub(debt).unwrap_or(Credits::ZERO).max(Credits::ZERO);
    given(false).checked_add(left).unwrap_or(Credits::MAX)
}

/// The end of a refusal; nothing where nothing is known.
impl fmt::Display for Lifts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |kind: &str, names: &[&str]| match names {
            [] => None,
            _ => Some(format!(
                "{kind} {}",
                names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
            )),
        };
        let plans: Vec<_> = self.plans.iter().map(PlanName::as_str).collect();
        let top_ups: Vec<_> = self.top_ups.iter().map(TopUpName::as_str).collect();
        let ways: Vec<_> = [named("plan", &plans), named("top-up", &top_ups)].into_iter().flatten().collect();
        if ways.is_empty() { Ok(()) } else { write!(f, "; possible with {}", ways.join(", or with ")) }
    }
}
