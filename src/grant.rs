//! The terms on which credits are given. They never change; what is left of them is a lot's matter.

mod kind;

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

pub use self::kind::GrantKind;
use crate::credits::Credits;
use crate::ids::{Reference, Unit};
use crate::work::Restriction;

/// Credits given, and on what terms.
///
/// ```
/// use studio_credits::{Credits, Grant, GrantKind};
///
/// let daily = Grant::new(GrantKind::Free, Credits::from_whole(50))?.with_expiry("2026-11-25T00:00:00Z".parse()?)?;
/// assert_eq!(daily.amount().to_string(), "50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias("credit grant", "block"))]
pub struct Grant {
    kind: GrantKind,
    amount: Credits,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    priority: i16,
    #[serde(skip_serializing_if = "Restriction::is_none")]
    restriction: Restriction,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Cost>,
    late_refund: LateRefund,
    repays_debt: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Reference>,
}

/// What was paid for a grant, in money; it moves nothing here, and is kept for the caller's books.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[doc(alias = "cost basis")]
pub struct Cost {
    /// How much.
    pub amount: Credits,
    /// Of what, such as `USD`.
    pub unit: Unit,
}

/// What becomes of a refund to a lot that has expired in the meantime. The lot itself never comes back to life.
///
/// Complete on purpose: a third answer would be another promise to the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LateRefund {
    /// It expires at once, as the credits would have if they had not been spent.
    #[default]
    Expires,
    /// It becomes a grant of its own, of the same kind and restriction, that does not expire.
    Renews,
}

impl Grant {
    /// How many studios, tools and models a restriction may name in all.
    pub const RESTRICTION_MAX: usize = 64;

    /// Credits of a kind, at once and for ever, for any work.
    ///
    /// ```
    /// use studio_credits::{Credits, Grant, GrantKind};
    ///
    /// let refusal = Grant::new(GrantKind::TopUp, Credits::ZERO).unwrap_err();
    /// assert_eq!(refusal.to_string(), "a grant of 0 is none: an amount above 0 is granted");
    /// ```
    ///
    /// # Errors
    ///
    /// [`GrantError::NotPositive`] when the amount is zero or below.
    pub fn new(kind: GrantKind, amount: Credits) -> Result<Self, GrantError> {
        let repays_debt = kind.repays_debt();
        let grant = Self {
            kind,
            amount,
            unit: None,
            effective_at: None,
            expires_at: None,
            priority: 0,
            restriction: Restriction::default(),
            cost: None,
            late_refund: LateRefund::default(),
            repays_debt,
            reference: None,
        };
        grant.checked()
    }

    /// States what the amount is counted in, for the account to refuse another unit than its own.
    #[must_use = "the grant is returned, not changed in place"]
    pub fn with_unit(self, unit: Unit) -> Self {
        Self { unit: Some(unit), ..self }
    }

    /// Makes the credits usable from an instant on, in whole microseconds; from the start unless this is said.
    ///
    /// ```
    /// use studio_credits::{Credits, Grant, GrantKind};
    ///
    /// let next = Grant::new(GrantKind::Subscription, Credits::from_whole(400))?
    ///     .with_effect("2026-12-01T00:00:00Z".parse()?)?;
    /// assert_eq!(next.effective_at(), Some("2026-12-01T00:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`GrantError::ExpiresBeforeStart`] when they expire then or before, and [`GrantError::YearOutOfRange`] outside
    /// of 1970 to 9999.
    pub fn with_effect(self, effective_at: DateTime<Utc>) -> Result<Self, GrantError> {
        Self { effective_at: Some(effective_at.trunc_subsecs(6)), ..self }.checked()
    }

    /// Makes what is left expire at an instant, in whole microseconds; never unless this is said.
    ///
    /// ```
    /// use studio_credits::{Credits, Grant, GrantError, GrantKind};
    ///
    /// let reward = Grant::new(GrantKind::Reward, Credits::from_whole(10))?;
    /// let grant = reward.with_effect("2026-12-01T00:00:00Z".parse()?)?;
    /// let refusal = grant.with_expiry("2026-11-30T00:00:00Z".parse()?).unwrap_err();
    /// assert_eq!(
    ///     refusal.to_string(),
    ///     "the grant expires at 2026-11-30T00:00:00Z, and is effective from 2026-12-01T00:00:00Z only"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`GrantError::ExpiresBeforeStart`] when they are not usable before then, and [`GrantError::YearOutOfRange`]
    /// outside of 1970 to 9999.
    pub fn with_expiry(self, expires_at: DateTime<Utc>) -> Result<Self, GrantError> {
        Self { expires_at: Some(expires_at.trunc_subsecs(6)), ..self }.checked()
    }

    /// Spends it before grants of a higher number, whatever expires first; 0 unless this is said.
    #[must_use = "the grant is returned, not changed in place"]
    pub fn with_priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    /// Lets it pay for some work only.
    ///
    /// ```
    /// use studio_credits::{Credits, Grant, GrantKind, Restriction, Studio};
    ///
    /// let video = Restriction::default().to_studio(Studio::new("video")?);
    /// let offer = Grant::new(GrantKind::Promotional, Credits::from_whole(30))?.with_restriction(video)?;
    /// assert_eq!(offer.restriction().to_string(), "studio video");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`GrantError::TooManyNames`] when more than [`Grant::RESTRICTION_MAX`] studios, tools and models are named.
    pub fn with_restriction(self, restriction: Restriction) -> Result<Self, GrantError> {
        Self { restriction, ..self }.checked()
    }

    /// States what was paid for it; what was given for nothing is spent before it.
    #[must_use = "the grant is returned, not changed in place"]
    pub fn with_cost(self, amount: Credits, unit: Unit) -> Self {
        Self { cost: Some(Cost { amount, unit }), ..self }
    }

    /// States what becomes of refunds after it expired.
    #[must_use = "the grant is returned, not changed in place"]
    pub fn with_late_refund(self, late_refund: LateRefund) -> Self {
        Self { late_refund, ..self }
    }

    /// States that it repays the debt of the account before anything else is spent of it.
    #[must_use = "the grant is returned, not changed in place"]
    pub fn repaying_debt(self) -> Self {
        Self { repays_debt: true, ..self }
    }

    /// States that it is left whole while the account has a debt.
    #[must_use = "the grant is returned, not changed in place"]
    pub fn sparing_debt(self) -> Self {
        Self { repays_debt: false, ..self }
    }

    /// Names what it is granted for, which the account then grants for once only, whatever the key.
    #[must_use = "the grant is returned, not changed in place"]
    pub fn with_reference(self, reference: Reference) -> Self {
        Self { reference: Some(reference), ..self }
    }

    /// Why it is given.
    pub fn kind(&self) -> &GrantKind {
        &self.kind
    }

    /// How much is given, above zero.
    pub fn amount(&self) -> Credits {
        self.amount
    }

    /// What the amount is counted in; `None` is the unit of the account.
    pub fn unit(&self) -> Option<&Unit> {
        self.unit.as_ref()
    }

    /// From when on it is usable; `None` is from the start.
    pub fn effective_at(&self) -> Option<DateTime<Utc>> {
        self.effective_at
    }

    /// When what is left expires: at that instant it is no longer usable. `None` is never.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// Its place in the order of spending: the lowest first.
    pub fn priority(&self) -> i16 {
        self.priority
    }

    /// Which work it may pay for.
    pub fn restriction(&self) -> &Restriction {
        &self.restriction
    }

    /// What was paid for it; `None` when it was given.
    pub fn cost(&self) -> Option<&Cost> {
        self.cost.as_ref()
    }

    /// What becomes of refunds after it expired.
    pub fn late_refund(&self) -> LateRefund {
        self.late_refund
    }

    /// Whether it repays the debt of the account first: subscriptions and top-ups do unless it is said otherwise.
    pub fn repays_debt(&self) -> bool {
        self.repays_debt
    }

    /// What it is granted for, once only.
    pub fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }

    /// The same terms for credits that come back after the expiry: usable at once and for ever. What was paid is told
    /// of the first grant alone.
    pub(crate) fn renewed(&self, amount: Credits) -> Self {
        let terms = Self { amount, effective_at: None, expires_at: None, cost: None, ..self.clone() };
        Self { reference: None, repays_debt: false, ..terms }
    }

    fn checked(self) -> Result<Self, GrantError> {
        if self.amount <= Credits::ZERO {
            return Err(GrantError::NotPositive { amount: self.amount });
        }
        let names = self.restriction.names();
        if names > Self::RESTRICTION_MAX {
            return Err(GrantError::TooManyNames { names });
        }
        let years = [self.effective_at, self.expires_at].into_iter().flatten().map(|at| at.year());
        if let Some(year) = years.into_iter().find(|year| !(1970..=9999).contains(year)) {
            return Err(GrantError::YearOutOfRange { year });
        }
        match (self.effective_at, self.expires_at) {
            (Some(effective_at), Some(expires_at)) if expires_at <= effective_at => {
                Err(GrantError::ExpiresBeforeStart { effective_at, expires_at })
            }
            _ => Ok(self),
        }
    }
}

/// Why something cannot be granted on any account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// It would be over before it starts.
    #[error(
        "the grant expires at {expires}, and is effective from {effective} only",
        expires = instant(expires_at),
        effective = instant(effective_at)
    )]
    ExpiresBeforeStart {
        /// From when on it was to be usable.
        effective_at: DateTime<Utc>,
        /// When it was to expire.
        expires_at: DateTime<Utc>,
    },
    /// The amount is zero or below.
    #[error("a grant of {amount} is none: an amount above 0 is granted")]
    NotPositive {
        /// The amount that was given.
        amount: Credits,
    },
    /// The restriction is too long.
    #[error(
        "the restriction names {names} studios, tools and models: at most {max} are allowed",
        max = Grant::RESTRICTION_MAX
    )]
    TooManyNames {
        /// How many were named.
        names: usize,
    },
    /// An instant is of no year that can be stored.
    #[error("year {year} is out of range: 1970 to 9999 are allowed")]
    YearOutOfRange {
        /// The year.
        year: i32,
    },
}

fn instant(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// A grant as it is read, before its fields are held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a grant")]
struct Parts {
    kind: GrantKind,
    amount: Credits,
    unit: Option<Unit>,
    effective_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    priority: i16,
    #[serde(default)]
    restriction: Restriction,
    cost: Option<Cost>,
    late_refund: LateRefund,
    repays_debt: bool,
    reference: Option<Reference>,
}

impl TryFrom<Parts> for Grant {
    type Error = GrantError;

    fn try_from(parts: Parts) -> Result<Self, GrantError> {
        let grant = Self {
            kind: parts.kind,
            amount: parts.amount,
            unit: parts.unit,
            effective_at: parts.effective_at.map(|at| at.trunc_subsecs(6)),
            expires_at: parts.expires_at.map(|at| at.trunc_subsecs(6)),
            priority: parts.priority,
            restriction: parts.restriction,
            cost: parts.cost,
            late_refund: parts.late_refund,
            repays_debt: parts.repays_debt,
            reference: parts.reference,
        };
        grant.checked()
    }
}
