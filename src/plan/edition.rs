//! One edition of a plan: everything that it promises.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use super::stored::Parts;
use super::{
    Allowance, AtEnd, AutoTopUp, EditionName, Entitlements, Limits, NotEntitled, Notices, PlanError, PlanFact,
    PlanName, Proration, RefundTerms, Reward, TopUp, Upgrade,
};
use crate::diagnostic::excerpt;
use crate::grant::GrantKind;
use crate::ids::Unit;
use crate::spend::Terms;
use crate::value::Value;
use crate::work::Work;

/// What a subscriber gets: allowances, entitlements, limits and terms, in one edition.
///
/// A plan is plain data, and whole by itself: it can be kept in an account as it was sold, whatever the book says
/// later. Two plans are equal when they promise the same: the order in which allowances, facts, top-ups and rewards
/// were named plays no part in it.
///
/// ```
/// use studio_credits::{
///     Credits, GrantKind, Unit,
///     plan::{Allowance, AllowanceName, EditionName, Every, Plan, PlanName},
/// };
///
/// let daily = AllowanceName::new("daily")?;
/// let free = Plan::new(PlanName::new("free")?, EditionName::new("2026-11")?, Unit::new("credits")?)
///     .with_allowance(Allowance::new(daily, GrantKind::Free, Credits::from_whole(50), Every::DAY)?)?;
/// assert_eq!(free.allowances()[0].amount().to_string(), "50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// And with more of what a plan can say:
///
/// ```
/// use studio_credits::{
///     Cost, Credits, Model, Studio, Unit, Work,
///     plan::{EditionName, Plan, PlanFact, PlanName, Reward, RewardName, TopUp, TopUpName},
/// };
///
/// let price = Cost { amount: "4.99".parse()?, unit: Unit::new("USD")? };
/// let basic = Plan::new(PlanName::new("basic")?, EditionName::new("2026-11")?, Unit::new("credits")?)
///     .with_title("Basic")?
///     .with_note("As the page of November says.")?
///     .in_force_from("2026-11-01T00:00:00Z".parse()?)?
///     .in_force_until("2026-12-01T00:00:00Z".parse()?)?
///     .with_fact(PlanFact::new("unlimited", true)?)?
///     .with_top_up(TopUp::new(TopUpName::new("small")?, Credits::from_whole(1_000), price)?)?
///     .with_reward(Reward::new(RewardName::new("referral")?, Credits::from_whole(100))?)?;
/// assert!(!basic.is_in_force("2026-12-01T00:00:00Z".parse()?));
/// let work = Work::new(Studio::new("image")?, Model::new("flux-dev")?);
/// assert!(basic.check(&work, []).is_ok(), "it opens everything");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias = "tier")]
pub struct Plan {
    pub(super) name: PlanName,
    pub(super) edition: EditionName,
    pub(super) unit: Unit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<Box<str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) allowances: Vec<Allowance>,
    #[serde(skip_serializing_if = "Entitlements::is_none")]
    pub(super) entitlements: Entitlements,
    #[serde(skip_serializing_if = "Limits::is_none")]
    pub(super) limits: Limits,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) facts: Vec<PlanFact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) top_ups: Vec<TopUp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rewards: Vec<Reward>,
    pub(super) terms: Terms,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refund: Option<RefundTerms>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) at_end: Vec<EndOfKind>,
    pub(super) upgrade: Upgrade,
    pub(super) proration: Proration,
    pub(super) grace_days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auto_top_up: Option<AutoTopUp>,
    #[serde(skip_serializing_if = "Notices::is_none")]
    pub(super) notices: Notices,
}

/// What a plan says of one kind of credits at its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndOfKind {
    pub(super) kind: GrantKind,
    pub(super) at_end: AtEnd,
}

impl Plan {
    /// The most allowances, top-ups, rewards and facts, of each.
    pub const PARTS_MAX: usize = 32;
    /// The most monthly allowances: each of them may roll over into months to come.
    pub const MONTHLY_MAX: usize = 8;
    /// The longest title, in bytes.
    pub const TITLE_MAX: usize = 100;
    /// The longest note, in bytes.
    pub const NOTE_MAX: usize = 1_000;
    /// The most days of grace.
    pub const GRACE_DAYS_MAX: u32 = 90;

    pub(super) const GRACE_DAYS: u32 = 1;

    /// A plan that promises nothing yet, and opens everything.
    pub fn new(name: PlanName, edition: EditionName, unit: Unit) -> Self {
        Self {
            name,
            edition,
            unit,
            from: None,
            until: None,
            title: None,
            note: None,
            allowances: Vec::new(),
            entitlements: Entitlements::default(),
            limits: Limits::default(),
            facts: Vec::new(),
            top_ups: Vec::new(),
            rewards: Vec::new(),
            terms: Terms::default(),
            refund: None,
            at_end: Vec::new(),
            upgrade: Upgrade::default(),
            proration: Proration::default(),
            grace_days: Self::GRACE_DAYS,
            auto_top_up: None,
            notices: Notices::default(),
        }
    }

    /// Names another edition.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_edition(self, edition: EditionName) -> Self {
        Self { edition, ..self }
    }

    /// The instant from which the edition is in force, in whole microseconds.
    ///
    /// # Errors
    ///
    /// [`PlanError::EndsBeforeStart`] when it ends then or before, and [`PlanError::YearOutOfRange`] outside of 1970 to
    /// 9999.
    pub fn in_force_from(self, from: DateTime<Utc>) -> Result<Self, PlanError> {
        Self { from: Some(from.trunc_subsecs(6)), ..self }.checked()
    }

    /// The instant at which the edition ends, in whole microseconds: then it is no longer in force.
    ///
    /// # Errors
    ///
    /// As [`Plan::in_force_from`].
    pub fn in_force_until(self, until: DateTime<Utc>) -> Result<Self, PlanError> {
        Self { until: Some(until.trunc_subsecs(6)), ..self }.checked()
    }

    /// What people call it.
    ///
    /// # Errors
    ///
    /// [`PlanError::TextTooLong`] beyond [`Plan::TITLE_MAX`].
    pub fn with_title(self, title: &str) -> Result<Self, PlanError> {
        Self { title: Some(title.into()), ..self }.checked()
    }

    /// What a person should know about it.
    ///
    /// # Errors
    ///
    /// [`PlanError::TextTooLong`] beyond [`Plan::NOTE_MAX`].
    pub fn with_note(self, note: &str) -> Result<Self, PlanError> {
        Self { note: Some(note.into()), ..self }.checked()
    }

    /// Gives credits in each window.
    ///
    /// # Errors
    ///
    /// [`PlanError::Twice`] when it has an allowance of that name already, and [`PlanError::TooMany`] beyond
    /// [`Plan::PARTS_MAX`], or beyond [`Plan::MONTHLY_MAX`] of them that are monthly.
    pub fn with_allowance(mut self, allowance: Allowance) -> Result<Self, PlanError> {
        put(&mut self.allowances, "allowance", allowance, |known| known.name().as_str())?;
        self.checked()
    }

    /// Leaves out an allowance, if it has one of that name.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn without_allowance(mut self, name: &str) -> Self {
        self.allowances.retain(|allowance| allowance.name().as_str() != name);
        self
    }

    /// States which work it opens.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_entitlements(self, entitlements: Entitlements) -> Self {
        Self { entitlements, ..self }
    }

    /// States how much it lets an account do.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Gives a fact to pricing.
    ///
    /// # Errors
    ///
    /// [`PlanError::Twice`] when it has a fact of that name already, and [`PlanError::TooMany`] beyond
    /// [`Plan::PARTS_MAX`].
    pub fn with_fact(mut self, fact: PlanFact) -> Result<Self, PlanError> {
        put(&mut self.facts, "fact", fact, PlanFact::name)?;
        self.checked()
    }

    /// Sells a pack of credits.
    ///
    /// # Errors
    ///
    /// As [`Plan::with_fact`].
    pub fn with_top_up(mut self, top_up: TopUp) -> Result<Self, PlanError> {
        put(&mut self.top_ups, "top-up", top_up, |known| known.name().as_str())?;
        self.checked()
    }

    /// Gives a reward.
    ///
    /// # Errors
    ///
    /// As [`Plan::with_fact`].
    pub fn with_reward(mut self, reward: Reward) -> Result<Self, PlanError> {
        put(&mut self.rewards, "reward", reward, |known| known.name().as_str())?;
        self.checked()
    }

    /// States what holds if work takes longer or costs more than was held.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_terms(self, terms: Terms) -> Self {
        Self { terms, ..self }
    }

    /// States until when the purchase can be paid back; it cannot unless this is said.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_refund(self, refund: RefundTerms) -> Self {
        Self { refund: Some(refund), ..self }
    }

    /// States what becomes of credits of a kind when the plan ends, in place of what was said of the kind.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_at_end(mut self, kind: GrantKind, at_end: AtEnd) -> Self {
        match self.at_end.binary_search_by(|known| known.kind.cmp(&kind)) {
            Ok(at) => self.at_end.get_mut(at).into_iter().for_each(|known| known.at_end = at_end),
            Err(at) => self.at_end.insert(at, EndOfKind { kind, at_end }),
        }
        self
    }

    /// States what becomes of credits and time when a higher plan takes over at once.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_upgrade(self, upgrade: Upgrade) -> Self {
        Self { upgrade, ..self }
    }

    /// States how much it gives when it begins within a window.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_proration(self, proration: Proration) -> Self {
        Self { proration, ..self }
    }

    /// States for how many days it stays in force after a paid period; see [`Plan::grace_days`]. None are allowed, too.
    ///
    /// ```
    /// use studio_credits::{Unit, plan::{EditionName, Plan, PlanName}};
    ///
    /// let basic = Plan::new(PlanName::new("basic")?, EditionName::new("2026-11")?, Unit::new("credits")?);
    /// assert_eq!(basic.grace_days(), 1);
    /// assert_eq!(basic.clone().with_grace_days(0)?.grace_days(), 0);
    /// let refusal = basic.with_grace_days(91).unwrap_err();
    /// assert_eq!(refusal.to_string(), "91 days of grace: 0 to 90 are allowed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] beyond [`Plan::GRACE_DAYS_MAX`].
    pub fn with_grace_days(self, grace_days: u32) -> Result<Self, PlanError> {
        Self { grace_days, ..self }.checked()
    }

    /// Lets credits be bought without being asked, with these values unless others are chosen.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_auto_top_up(self, auto_top_up: AutoTopUp) -> Self {
        Self { auto_top_up: Some(auto_top_up), ..self }
    }

    /// States when an account is told that it runs low.
    #[must_use = "the plan is returned, not changed in place"]
    pub fn with_notices(self, notices: Notices) -> Self {
        Self { notices, ..self }
    }

    /// Whether the edition is in force at an instant: from its first, to before its last.
    pub fn is_in_force(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Whether it opens work with these settings: see [`Entitlements::check`].
    ///
    /// # Errors
    ///
    /// [`NotEntitled`] names the first entitlement that says no.
    pub fn check<'a>(
        &self,
        work: &Work,
        settings: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) -> Result<(), NotEntitled> {
        self.entitlements.check(work, settings)
    }

    /// The facts that it gives to pricing at an instant, to whoever purchased it at another; sorted by name.
    ///
    /// ```
    /// use studio_credits::{books, plan::Days};
    ///
    /// let now = "2026-11-25T12:00:00Z".parse()?;
    /// let plans = books::imagineart_plans();
    /// let facts = plans.plan("creator", now)?.facts_at("2026-11-20T12:00:00Z".parse()?, now);
    /// let facts: Vec<_> = facts.map(|(name, value)| format!("{name} = {value}")).collect();
    /// assert_eq!(facts, ["plan = creator", "unlimited = true"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn facts_at(&self, purchased_at: DateTime<Utc>, at: DateTime<Utc>) -> impl Iterator<Item = (&str, &Value)> {
        let holding = self.facts.iter().filter(move |fact| fact.holds_at(purchased_at, at));
        holding.map(|fact| (fact.name(), fact.value()))
    }

    pub(super) fn checked(self) -> Result<Self, PlanError> {
        let years = [self.from, self.until].into_iter().flatten().map(|at| at.year());
        if let Some(year) = years.into_iter().find(|year| !(1970..=9999).contains(year)) {
            return Err(PlanError::YearOutOfRange { year });
        }
        if let Some((from, until)) = self.from.zip(self.until).filter(|(from, until)| until <= from) {
            return Err(PlanError::EndsBeforeStart { from, until });
        }
        let texts = [("title", &self.title, Self::TITLE_MAX), ("note", &self.note, Self::NOTE_MAX)];
        for (what, text, max) in texts {
            let bytes = text.as_ref().map_or(0, |text| text.len());
            if bytes > max {
                return Err(PlanError::TextTooLong { what, bytes, max });
            }
        }
        if self.grace_days > Self::GRACE_DAYS_MAX {
            let (number, max) = (self.grace_days.into(), Self::GRACE_DAYS_MAX.into());
            return Err(PlanError::OutOfRange { what: "days of grace", number, min: 0, max });
        }
        let monthly = self.allowances.iter().filter(|allowance| !allowance.every().is_daily());
        let counts = [
            ("allowances", self.allowances.len(), Self::PARTS_MAX),
            ("monthly allowances", monthly.count(), Self::MONTHLY_MAX),
            ("facts", self.facts.len(), Self::PARTS_MAX),
            ("top-ups", self.top_ups.len(), Self::PARTS_MAX),
            ("rewards", self.rewards.len(), Self::PARTS_MAX),
            ("kinds at the end", self.at_end.len(), Self::PARTS_MAX),
        ];
        match counts.into_iter().find(|(_, count, max)| count > max) {
            Some((what, count, max)) => Err(PlanError::TooMany { what, count, max }),
            None => Ok(self),
        }
    }
}

/// Puts a part in its place: the parts are sorted by name, each name once.
fn put<T>(parts: &mut Vec<T>, what: &'static str, part: T, name: impl Fn(&T) -> &str) -> Result<(), PlanError> {
    match parts.binary_search_by(|known| name(known).cmp(name(&part))) {
        Ok(_) => Err(PlanError::Twice { what, name: excerpt(name(&part)) }),
        Err(at) => {
            parts.insert(at, part);
            Ok(())
        }
    }
}
