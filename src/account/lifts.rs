//! What would lift a refusal.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Account, Declined, Records, RewardDeclined, TeamDeclined, staged::Staged};
use crate::{
    ids::{Key, Reference},
    journal::{Command, SubscriptionCommand},
    plan::{OnSale, Plan, PlanBook, PlanName, Term, TopUp, TopUpName},
};

/// What would lift a refusal, as far as the plans that are sold are known: each does by itself.
///
/// A plan is subscribed to now, or upgraded to where the account subscribes to another one. What that does not make
/// possible at once is not named, as a plan that gives only a part of a month which has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Lifts {
    /// Other plans, in the order of their book.
    pub plans: Vec<PlanName>,
    /// Top-ups that can be bought now, sorted by name.
    pub top_ups: Vec<TopUpName>,
}

/// A command that is refused at an instant, to be tried again after something else.
pub(super) struct Refused<'a> {
    pub(super) account: &'a Account,
    pub(super) records: &'a Records,
    pub(super) key: &'a Key,
    pub(super) command: &'a Command,
    pub(super) at: DateTime<Utc>,
}

impl Refused<'_> {
    /// Says in the refusal what would lift it.
    pub(super) fn tell(&self, declined: &mut Declined) {
        let is_paid = matches!(declined, Declined::Insufficient { .. });
        let Some(lifts) = declined.lifts_mut().filter(|_| self.account.knows_plans()) else { return };
        let nobody = Key::of_nobody();
        let Ok(draft) = self.account.seen_at(self.records, &nobody, self.at) else { return };
        lifts.plans = self.plans(&draft.staged);
        if is_paid {
            lifts.top_ups = self.top_ups(&draft.staged);
        }
    }

    /// Whether the command is possible once another one is done, by somebody who may do that.
    pub(super) fn is_lifted_by(&self, other: &Command) -> bool {
        let nobody = Key::of_nobody();
        let Ok(mut draft) = self.account.seen_at(self.records, &nobody, self.at) else { return false };
        let is_done = draft.command(other).is_ok();
        draft.key = self.key;
        is_done && draft.command(self.command).is_ok()
    }

    fn plans(&self, staged: &Staged<'_>) -> Vec<PlanName> {
        let is_subscribed = staged.standing().subscription.is_some();
        let purchase = |plan: &Arc<Plan>| {
            let (plan, reference, by) = (plan.clone(), Reference::of_nobody(), None);
            Command::Subscription(if is_subscribed {
                SubscriptionCommand::Upgrade { plan, term: None, reference, by }
            } else {
                SubscriptionCommand::Subscribe { plan, term: Term::MONTH, reference, by }
            })
        };
        let lifting = staged.others(self.at).filter(|plan| self.is_lifted_by(&purchase(plan)));
        lifting.map(|plan| plan.name().clone()).collect()
    }

    fn top_ups(&self, staged: &Staged<'_>) -> Vec<TopUpName> {
        let packs = staged.plan_at(self.at).map_or(&[][..], |plan| plan.top_ups());
        let buy = |pack: &TopUp| {
            let (pack, reference) = (pack.name().clone(), Reference::of_nobody());
            Command::BuyTopUp { pack, reference, by: None }
        };
        let lifting = packs.iter().filter(|pack| self.is_lifted_by(&buy(pack)));
        lifting.map(|pack| pack.name().clone()).collect()
    }
}

impl Declined {
    /// What would lift it, to be filled in, where plans or top-ups may do so.
    fn lifts_mut(&mut self) -> Option<&mut Lifts> {
        match self {
            Self::Insufficient { lifts, .. }
            | Self::NoAutoTopUp { lifts, .. }
            | Self::NoTopUp { lifts, .. }
            | Self::NotEntitled { lifts, .. }
            | Self::NotOnSale { lifts, .. }
            | Self::OverLimit { lifts, .. }
            | Self::TooManyHolds { lifts, .. }
            | Self::TooManyOutputs { lifts, .. }
            | Self::Reward(RewardDeclined::NoReward { lifts, .. })
            | Self::Team(TeamDeclined::NoSeat { lifts, .. }) => Some(lifts),
            _ => None,
        }
    }
}

impl Staged<'_> {
    /// The plans on offer that the account can subscribe to, other than the one in force.
    pub(super) fn others(&self, at: DateTime<Utc>) -> impl Iterator<Item = &Arc<Plan>> {
        let (present, book) = (self.plan_at(at).map(|plan| plan.name()), self.base.offer.book());
        let base = book.and_then(PlanBook::base);
        let others = book.into_iter().flat_map(move |book| book.plans_at(at));
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
