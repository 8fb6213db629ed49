//! The plan, its limits, and what others would add, as a credits window shows them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    account::{Declined, Upcoming, draft::Draft, permit::Ceiling, staged::Staged},
    credits::Credits,
    grant::{Cost, GrantKind},
    ids::Studio,
    journal::{Counted, SubscriptionState},
    plan::{Allowance, AllowanceName, Days, EditionName, Plan, PlanName, TopUpName},
};

/// The plan in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PlanView {
    /// Its name.
    pub name: PlanName,
    /// Its edition, as it was sold.
    pub edition: EditionName,
    /// What people call it.
    pub title: Option<String>,
    /// How the account subscribes to it; `None` is the plan that everybody has.
    pub subscription: Option<SubscriptionView>,
}

/// A subscription, as a credits window shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SubscriptionView {
    /// Whether it goes on.
    pub state: SubscriptionState,
    /// When it was purchased.
    pub purchased_at: DateTime<Utc>,
    /// How many months one payment is for.
    pub term_months: u32,
    /// Until when it is paid for.
    pub paid_until: DateTime<Utc>,
    /// When it ends unless it is renewed.
    pub ends_at: DateTime<Utc>,
    /// The plan that takes over when what is paid for is over, if one does.
    pub scheduled: Option<PlanName>,
}

/// What an allowance gives next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refill {
    /// The allowance.
    pub allowance: AllowanceName,
    /// Why it gives.
    pub kind: GrantKind,
    /// When.
    pub at: DateTime<Utc>,
    /// How much.
    pub amount: Credits,
}

/// Something that the plan limits, and how much of it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PlanLimit {
    /// Work under way at once.
    Holds {
        /// In which studio; `None` is in all.
        studio: Option<Studio>,
        /// How many holds are open.
        open: u32,
        /// How many may be.
        max: u32,
    },
    /// Outputs that one request asks for.
    Outputs {
        /// In which studio; `None` is in all.
        studio: Option<Studio>,
        /// How many.
        max: u64,
    },
    /// Credits within a window.
    Credits {
        /// What is counted.
        of: Counted,
        /// How much is used, with what is held.
        used: Credits,
        /// The most.
        max: Credits,
        /// How much is left.
        left: Credits,
        /// When it is counted anew.
        resets_at: DateTime<Utc>,
    },
}

/// What another plan would add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UpgradeView {
    /// The plan.
    pub plan: PlanName,
    /// What people call it.
    pub title: Option<String>,
    /// By how much it gives more, allowance by allowance.
    pub adds: Vec<Added>,
}

/// By how much another plan gives more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Added {
    /// The allowance.
    pub allowance: AllowanceName,
    /// Why it gives.
    pub kind: GrantKind,
    /// Whether it gives each day; each month otherwise.
    pub daily: bool,
    /// By how much more than the plan in force.
    pub amount: Credits,
}

/// A pack that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TopUpView {
    /// The pack.
    pub pack: TopUpName,
    /// How much it adds.
    pub amount: Credits,
    /// What is paid for it.
    pub price: Cost,
    /// After how many days what is left of it expires; `None` is never.
    pub expiry_days: Option<u32>,
}

impl Staged<'_> {
    pub(super) fn plan_shown(&self, at: DateTime<Utc>) -> Option<PlanView> {
        let plan = self.plan_at(at)?;
        let subscription = self.standing().subscription.as_deref().map(|subscription| SubscriptionView {
            state: subscription.state,
            purchased_at: subscription.purchased_at,
            term_months: subscription.term.months(),
            paid_until: subscription.paid_until,
            ends_at: subscription.ends_at(),
            scheduled: subscription.scheduled.as_ref().map(|scheduled| scheduled.plan.name().clone()),
        });
        let (name, edition) = (plan.name().clone(), plan.edition().clone());
        Some(PlanView { name, edition, title: plan.title().map(str::to_owned), subscription })
    }

    pub(super) fn refills_shown(&self, at: DateTime<Utc>) -> Vec<Refill> {
        let shown = self.refills(at).map(|(allowance, Upcoming { at, amount })| Refill {
            allowance: allowance.name().clone(),
            kind: allowance.kind().clone(),
            at,
            amount,
        });
        shown.collect()
    }

    /// What the other plans on offer give more than the one in force.
    pub(super) fn upgrades_shown(&self, at: DateTime<Utc>) -> Vec<UpgradeView> {
        let present = self.plan_at(at).map(AsRef::as_ref);
        let shown = self.others(at).map(|plan| UpgradeView {
            plan: plan.name().clone(),
            title: plan.title().map(str::to_owned),
            adds: added(present, plan),
        });
        shown.filter(|upgrade| !upgrade.adds.is_empty()).collect()
    }

    pub(super) fn top_ups_shown(&self, at: DateTime<Utc>) -> Vec<TopUpView> {
        let packs = self.plan_at(at).map_or(&[][..], |plan| plan.top_ups());
        let shown = packs.iter().filter(|pack| self.sells(pack)).map(|pack| TopUpView {
            pack: pack.name().clone(),
            amount: pack.amount(),
            price: pack.price().clone(),
            expiry_days: pack.expiry_days().map(Days::count),
        });
        shown.collect()
    }
}

impl Draft<'_> {
    /// Everything that the plan limits: what is under way first, then credits.
    pub(super) fn limits_shown(&self) -> Result<Vec<PlanLimit>, Box<Declined>> {
        let mut limits = Vec::new();
        if let Some(plan) = self.staged.plan_at(self.at) {
            let studios = plan.limits().studios().map(|(studio, work)| (Some(studio.clone()), work));
            for (studio, work) in studios.chain([(None, plan.limits().work())]) {
                if let Some(max) = work.holds_max() {
                    let open = self.holds_in(studio.as_ref());
                    limits.push(PlanLimit::Holds { studio: studio.clone(), open, max });
                }
                limits.extend(work.outputs_max().map(|max| PlanLimit::Outputs { studio, max }));
            }
        }
        let ceilings = self.staged.all_ceilings(self.at)?;
        limits.extend(ceilings.iter().filter_map(credits));
        Ok(limits)
    }
}

fn credits(ceiling: &Ceiling) -> Option<PlanLimit> {
    let counter = &ceiling.counter;
    let (of, used, resets_at) = (counter.of.clone(), counter.used, counter.window.closes_at());
    Some(PlanLimit::Credits { of, used, max: ceiling.max?, left: ceiling.room()?, resets_at })
}

/// What a plan gives more than another one.
fn added(present: Option<&Plan>, other: &Plan) -> Vec<Added> {
    let more = other.allowances().iter().filter_map(|allowance| {
        let known = present.and_then(|plan| plan.allowance(allowance.name().as_str()));
        let before = known.map_or(Credits::ZERO, Allowance::amount);
        let amount = allowance.amount().checked_sub(before).filter(|more| *more > Credits::ZERO)?;
        let (name, kind) = (allowance.name().clone(), allowance.kind().clone());
        Some(Added { allowance: name, kind, daily: allowance.every().is_daily(), amount })
    });
    more.collect()
}
