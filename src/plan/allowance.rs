//! What a plan gives over and over.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::count::{counted, positive};
use super::{AllowanceName, Every, PlanError};
use crate::credits::Credits;
use crate::grant::{Grant, GrantError, GrantKind, LateRefund};
use crate::work::Restriction;

/// Credits that a plan gives anew in each window: so many a day, or so many a month.
///
/// What is left of a window's credits is gone when the next one opens, unless a monthly allowance [rolls](Rollover)
/// some of it over. Daily credits never accumulate.
///
/// ```
/// use studio_credits::{Credits, GrantKind, plan::{Allowance, AllowanceName, Every}};
///
/// let daily = AllowanceName::new("daily")?;
/// let allowance = Allowance::new(daily, GrantKind::Free, Credits::from_whole(50), Every::DAY)?;
/// assert_eq!(allowance.amount().to_string(), "50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias = "refill")]
pub struct Allowance {
    name: AllowanceName,
    kind: GrantKind,
    amount: Credits,
    every: Every,
    #[serde(skip_serializing_if = "Restriction::is_none")]
    restriction: Restriction,
    priority: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollover: Option<Rollover>,
    late_refund: LateRefund,
    repays_debt: bool,
}

impl Allowance {
    /// So much of a kind in each window.
    ///
    /// ```
    /// use studio_credits::{Credits, GrantKind, plan::{Allowance, AllowanceName, Every}};
    ///
    /// let monthly = AllowanceName::new("monthly")?;
    /// let refusal = Allowance::new(monthly, GrantKind::Subscription, Credits::ZERO, Every::Month).unwrap_err();
    /// assert_eq!(refusal.to_string(), "the amount is 0: it is above 0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when the amount is zero or below.
    pub fn new(name: AllowanceName, kind: GrantKind, amount: Credits, every: Every) -> Result<Self, PlanError> {
        let repays_debt = kind.repays_debt();
        let (restriction, late_refund) = (Restriction::default(), LateRefund::default());
        Self { name, kind, amount, every, restriction, priority: 0, rollover: None, late_refund, repays_debt }.checked()
    }

    /// Gives another amount.
    ///
    /// ```
    /// use studio_credits::{Credits, GrantKind, plan::{Allowance, AllowanceName, Every}};
    ///
    /// let daily = AllowanceName::new("daily")?;
    /// let daily = Allowance::new(daily, GrantKind::Free, Credits::from_whole(50), Every::DAY)?;
    /// assert_eq!(daily.with_amount(Credits::from_whole(100))?.amount().to_string(), "100");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when it is zero or below.
    pub fn with_amount(self, amount: Credits) -> Result<Self, PlanError> {
        Self { amount, ..self }.checked()
    }

    /// Lets it pay for some work only.
    ///
    /// ```
    /// use studio_credits::{Credits, GrantKind, Model, Restriction, plan::{Allowance, AllowanceName, Every}};
    ///
    /// let daily = AllowanceName::new("daily")?;
    /// let allowance = Allowance::new(daily, GrantKind::Free, Credits::from_whole(50), Every::DAY)?
    ///     .with_restriction(Restriction::default().except_model(Model::new("sora-2-pro")?))?;
    /// assert_eq!(allowance.restriction().to_string(), "not model sora-2-pro");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::Grant`] when more than [`Grant::RESTRICTION_MAX`] studios, tools and models are named.
    pub fn with_restriction(self, restriction: Restriction) -> Result<Self, PlanError> {
        Self { restriction, ..self }.checked()
    }

    /// Spends it before grants of a higher number, whatever expires first; 0 unless this is said.
    #[must_use = "the allowance is returned, not changed in place"]
    pub fn with_priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    /// Keeps some of what is left of a month.
    ///
    /// ```
    /// use studio_credits::{Credits, GrantKind, plan::{Allowance, AllowanceName, Every, Rollover}};
    ///
    /// let daily = AllowanceName::new("daily")?;
    /// let allowance = Allowance::new(daily, GrantKind::Free, Credits::from_whole(50), Every::DAY)?;
    /// let refusal = allowance.with_rollover(Rollover::new(Credits::from_whole(100), 1)?).unwrap_err();
    /// assert_eq!(refusal.to_string(), "daily credits do not accumulate: only a monthly allowance rolls over");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::DailyRollover`] when it comes anew each day.
    pub fn with_rollover(self, rollover: Rollover) -> Result<Self, PlanError> {
        Self { rollover: Some(rollover), ..self }.checked()
    }

    /// States what becomes of refunds after the window closed.
    #[must_use = "the allowance is returned, not changed in place"]
    pub fn with_late_refund(self, late_refund: LateRefund) -> Self {
        Self { late_refund, ..self }
    }

    /// States that it repays the debt of the account before anything else is spent of it.
    #[must_use = "the allowance is returned, not changed in place"]
    pub fn repaying_debt(self) -> Self {
        Self { repays_debt: true, ..self }
    }

    /// States that it is left whole while the account has a debt.
    #[must_use = "the allowance is returned, not changed in place"]
    pub fn sparing_debt(self) -> Self {
        Self { repays_debt: false, ..self }
    }

    /// What it is called within the plan.
    pub fn name(&self) -> &AllowanceName {
        &self.name
    }

    /// Why the credits are given.
    pub fn kind(&self) -> &GrantKind {
        &self.kind
    }

    /// How much a window gives, above zero.
    pub fn amount(&self) -> Credits {
        self.amount
    }

    /// How often it comes anew.
    pub fn every(&self) -> Every {
        self.every
    }

    /// Which work the credits may pay for.
    pub fn restriction(&self) -> &Restriction {
        &self.restriction
    }

    /// Their place in the order of spending: the lowest first.
    pub fn priority(&self) -> i16 {
        self.priority
    }

    /// What is kept of a month; `None` is nothing.
    pub fn rollover(&self) -> Option<Rollover> {
        self.rollover
    }

    /// What becomes of refunds after the window closed.
    pub fn late_refund(&self) -> LateRefund {
        self.late_refund
    }

    /// Whether the credits repay the debt of the account first: those of a subscription do unless it is said otherwise.
    pub fn repays_debt(&self) -> bool {
        self.repays_debt
    }

    /// The credits of one window as a grant, whose rest expires when the window closes.
    ///
    /// ```
    /// use studio_credits::{Credits, GrantKind, plan::{Allowance, AllowanceName, Every}};
    ///
    /// let daily = AllowanceName::new("daily")?;
    /// let allowance = Allowance::new(daily, GrantKind::Free, Credits::from_whole(50), Every::DAY)?;
    /// let grant = allowance.grant_until("2026-11-26T00:00:00Z".parse()?)?;
    /// assert_eq!((grant.kind(), grant.amount().to_string().as_str()), (&GrantKind::Free, "50"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`GrantError::YearOutOfRange`] when the window closes outside of the years 1970 to 9999.
    pub fn grant_until(&self, closes_at: DateTime<Utc>) -> Result<Grant, GrantError> {
        self.grant_of(self.amount, closes_at)
    }

    /// What it gives of a window as a part of its amount.
    pub(crate) fn grant_of(&self, amount: Credits, closes_at: DateTime<Utc>) -> Result<Grant, GrantError> {
        self.grant(amount)?.with_expiry(closes_at)
    }

    fn grant(&self, amount: Credits) -> Result<Grant, GrantError> {
        let grant = Grant::new(self.kind.clone(), amount)?
            .with_priority(self.priority)
            .with_restriction(self.restriction.clone())?
            .with_late_refund(self.late_refund);
        Ok(if self.repays_debt { grant.repaying_debt() } else { grant.sparing_debt() })
    }

    fn checked(self) -> Result<Self, PlanError> {
        positive("the amount", self.amount)?;
        if self.every.is_daily() && self.rollover.is_some() {
            return Err(PlanError::DailyRollover);
        }
        self.grant(self.amount)?;
        Ok(self)
    }
}

/// How much of a month's rest is kept, and for how long.
///
/// ```
/// use studio_credits::{Credits, plan::Rollover};
///
/// let rollover = Rollover::new(Credits::from_whole(4_000), 1)?;
/// assert_eq!(rollover.months(), 1);
/// # Ok::<(), studio_credits::plan::PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RolloverParts")]
pub struct Rollover {
    cap: Credits,
    months: u32,
}

impl Rollover {
    /// The most months that a rest is kept for.
    pub const MONTHS_MAX: u32 = 12;

    /// At most so much in all, for so many months more.
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when nothing is kept, and [`PlanError::OutOfRange`] when it is kept for no month or
    /// for more than [`Rollover::MONTHS_MAX`].
    pub fn new(cap: Credits, months: u32) -> Result<Self, PlanError> {
        let cap = positive("the cap", cap)?;
        counted("months", months.into(), Self::MONTHS_MAX.into())?;
        Ok(Self { cap, months })
    }

    /// The most that is kept in all, above zero.
    pub fn cap(self) -> Credits {
        self.cap
    }

    /// For how many months beyond its own, at least one.
    pub fn months(self) -> u32 {
        self.months
    }
}

/// An allowance as it is read, before its fields are held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an allowance")]
struct Parts {
    name: AllowanceName,
    kind: GrantKind,
    amount: Credits,
    every: Every,
    #[serde(default)]
    restriction: Restriction,
    priority: i16,
    rollover: Option<Rollover>,
    late_refund: LateRefund,
    repays_debt: bool,
}

impl TryFrom<Parts> for Allowance {
    type Error = PlanError;

    fn try_from(parts: Parts) -> Result<Self, PlanError> {
        let Parts { name, kind, amount, every, restriction, priority, rollover, late_refund, repays_debt } = parts;
        Self { name, kind, amount, every, restriction, priority, rollover, late_refund, repays_debt }.checked()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rollover")]
struct RolloverParts {
    cap: Credits,
    months: u32,
}

impl TryFrom<RolloverParts> for Rollover {
    type Error = PlanError;

    fn try_from(RolloverParts { cap, months }: RolloverParts) -> Result<Self, PlanError> {
        Self::new(cap, months)
    }
}
