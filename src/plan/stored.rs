//! A plan as it is looked at and as it is read back.

use chrono::{DateTime, SubsecRound, Utc};
use serde::Deserialize;

use super::edition::EndOfKind;
use super::{
    Allowance, AtEnd, AutoTopUp, EditionName, Entitlements, Limits, Notices, Plan, PlanError, PlanFact, PlanName,
    Proration, RefundTerms, Reward, TopUp, Upgrade,
};
use crate::grant::GrantKind;
use crate::ids::Unit;
use crate::spend::Terms;

impl Plan {
    /// What it is called.
    pub fn name(&self) -> &PlanName {
        &self.name
    }

    /// Which edition it is.
    pub fn edition(&self) -> &EditionName {
        &self.edition
    }

    /// What its amounts are counted in.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// From when on the edition is in force; `None` is from the start.
    pub fn from(&self) -> Option<DateTime<Utc>> {
        self.from
    }

    /// When the edition ends: at that instant it is no longer in force. `None` is never.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// What people call it.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What a person should know about it.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// What it gives in each window, sorted by name.
    pub fn allowances(&self) -> &[Allowance] {
        &self.allowances
    }

    /// The allowance of a name.
    pub fn allowance(&self, name: &str) -> Option<&Allowance> {
        self.allowances.iter().find(|allowance| allowance.name().as_str() == name)
    }

    /// Which work it opens.
    pub fn entitlements(&self) -> &Entitlements {
        &self.entitlements
    }

    /// How much it lets an account do.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What it tells prices, sorted by name; see [`Plan::facts_at`].
    pub fn facts(&self) -> &[PlanFact] {
        &self.facts
    }

    /// What can be bought on it, sorted by name.
    pub fn top_ups(&self) -> &[TopUp] {
        &self.top_ups
    }

    /// The top-up of a name.
    pub fn top_up(&self, name: &str) -> Option<&TopUp> {
        self.top_ups.iter().find(|top_up| top_up.name().as_str() == name)
    }

    /// What can be earned on it, sorted by name.
    pub fn rewards(&self) -> &[Reward] {
        &self.rewards
    }

    /// The reward of a name.
    pub fn reward(&self, name: &str) -> Option<&Reward> {
        self.rewards.iter().find(|reward| reward.name().as_str() == name)
    }

    /// What holds if work takes longer or costs more than was held.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Until when the purchase can be paid back; `None` is never.
    pub fn refund(&self) -> Option<RefundTerms> {
        self.refund
    }

    /// What becomes of credits of a kind when the plan ends: those of a subscription expire and all others stay, where
    /// the plan says nothing of the kind.
    pub fn at_end(&self, kind: &GrantKind) -> AtEnd {
        let stated = self.at_end.iter().find(|known| known.kind == *kind);
        stated.map_or_else(|| AtEnd::of(kind), |known| known.at_end)
    }

    /// The kinds of credits that end with it.
    pub(crate) fn ending_kinds(&self) -> impl Iterator<Item = GrantKind> {
        let kinds = self.at_end.iter().map(|end| end.kind.clone()).chain([GrantKind::Subscription]);
        kinds.filter(|kind| self.at_end(kind) == AtEnd::Expire)
    }

    /// What becomes of credits and time when a higher plan takes over at once.
    pub fn upgrade(&self) -> Upgrade {
        self.upgrade
    }

    /// How much it gives when it begins within a window.
    pub fn proration(&self) -> Proration {
        self.proration
    }

    /// For how many days after a paid period the plan stays in force while its renewal is awaited, without new credits;
    /// one day unless it is said otherwise.
    ///
    /// A payment is told some time after the period ended, and work must not be refused meanwhile. A plan that is
    /// cancelled has no grace: nothing is awaited.
    #[doc(alias = "dunning")]
    pub fn grace_days(&self) -> u32 {
        self.grace_days
    }

    /// Whether credits can be bought without being asked, and with which values unless others are chosen.
    pub fn auto_top_up(&self) -> Option<AutoTopUp> {
        self.auto_top_up
    }

    /// When an account is told that it runs low.
    pub fn notices(&self) -> Notices {
        self.notices
    }
}

/// A plan as it is read, before its parts are held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a plan")]
pub(super) struct Parts {
    name: PlanName,
    edition: EditionName,
    unit: Unit,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    title: Option<Box<str>>,
    note: Option<Box<str>>,
    #[serde(default)]
    allowances: Vec<Allowance>,
    #[serde(default)]
    entitlements: Entitlements,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    facts: Vec<PlanFact>,
    #[serde(default)]
    top_ups: Vec<TopUp>,
    #[serde(default)]
    rewards: Vec<Reward>,
    terms: Terms,
    refund: Option<RefundTerms>,
    #[serde(default)]
    at_end: Vec<EndOfKind>,
    upgrade: Upgrade,
    proration: Proration,
    grace_days: u32,
    auto_top_up: Option<AutoTopUp>,
    #[serde(default)]
    notices: Notices,
}

impl TryFrom<Parts> for Plan {
    type Error = PlanError;

    fn try_from(parts: Parts) -> Result<Self, PlanError> {
        let mut plan = Self {
            from: parts.from.map(|at| at.trunc_subsecs(6)),
            until: parts.until.map(|at| at.trunc_subsecs(6)),
            title: parts.title,
            note: parts.note,
            entitlements: parts.entitlements,
            limits: parts.limits,
            terms: parts.terms,
            refund: parts.refund,
            upgrade: parts.upgrade,
            proration: parts.proration,
            grace_days: parts.grace_days,
            auto_top_up: parts.auto_top_up,
            notices: parts.notices,
            ..Self::new(parts.name, parts.edition, parts.unit)
        };
        for EndOfKind { kind, at_end } in parts.at_end {
            if plan.at_end.iter().any(|known| known.kind == kind) {
                return Err(PlanError::Twice { what: "kind", name: kind.as_str().into() });
            }
            plan = plan.with_at_end(kind, at_end);
        }
        let plan = parts.allowances.into_iter().try_fold(plan, Self::with_allowance)?;
        let plan = parts.facts.into_iter().try_fold(plan, Self::with_fact)?;
        let plan = parts.top_ups.into_iter().try_fold(plan, Self::with_top_up)?;
        parts.rewards.into_iter().try_fold(plan, Self::with_reward)?.checked()
    }
}
