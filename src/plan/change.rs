//! What becomes of credits when a plan is paid back, ends or gives way to a higher one.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::count::not_negative;
use super::{CycleWindow, Days, PlanError};
use crate::credits::Credits;
use crate::grant::GrantKind;

/// Until when a purchase can be paid back, and how much may have been used by then.
///
/// ```
/// use chrono::TimeDelta;
/// use studio_credits::{Credits, plan::{Days, RefundTerms}};
///
/// let terms = RefundTerms::new(Days::new(3)?, Credits::from_whole(300))?;
/// assert!(terms.allow(TimeDelta::days(2), Credits::from_whole(294)));
/// assert!(!terms.allow(TimeDelta::days(2), "367.5".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RefundParts")]
#[doc(alias = "money back")]
pub struct RefundTerms {
    days: Days,
    used_max: Credits,
}

impl RefundTerms {
    /// Within so many days of the purchase, with at most so much used since.
    ///
    /// # Errors
    ///
    /// [`PlanError::Negative`] when the amount is below zero.
    pub fn new(days: Days, used_max: Credits) -> Result<Self, PlanError> {
        Ok(Self { days, used_max: not_negative("the amount used", used_max)? })
    }

    /// For how long after the purchase.
    pub fn days(self) -> Days {
        self.days
    }

    /// How much may have been used since, zero or above.
    pub fn used_max(self) -> Credits {
        self.used_max
    }

    /// Whether a purchase can be paid back, so long after it, with so much used; the end of the last day is too late.
    pub fn allow(self, since_purchase: TimeDelta, used: Credits) -> bool {
        since_purchase < self.days.delta() && used <= self.used_max
    }
}

/// What becomes of the credits of one kind when a plan ends.
///
/// Complete on purpose: a third answer would be another promise to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AtEnd {
    /// What is left of them is gone.
    Expire,
    /// They stay, on the terms that they were granted on, for the work that the plan then in force opens.
    Keep,
}

impl AtEnd {
    pub(crate) const TEXTS: [(&'static str, Self); 2] = [("expire", Self::Expire), ("keep", Self::Keep)];

    /// What holds of a kind where a plan says nothing: what belongs to the subscription goes with it, and what was
    /// given or bought beside it stays.
    pub(super) fn of(kind: &GrantKind) -> Self {
        if *kind == GrantKind::Subscription { Self::Expire } else { Self::Keep }
    }
}

/// What becomes of credits and time when a plan gives way to a higher one at once.
///
/// Complete on purpose: these are all answers to what the old plan is still worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upgrade {
    /// A new cycle begins with the credits of the new plan; those of the old one are treated as at its end.
    #[default]
    FreshCycle,
    /// What is left of credits and time goes over into the new plan.
    CarryOver,
}

impl Upgrade {
    pub(crate) const TEXTS: [(&'static str, Self); 2] =
        [("fresh-cycle", Self::FreshCycle), ("carry-over", Self::CarryOver)];
}

/// How much of a window's credits a plan gives that begins within the window.
///
/// Complete on purpose: either the day counts or it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[doc(alias = "pro rata")]
pub enum Proration {
    /// All of them, however little of it is left: whoever upgrades in the last moment of a month has the credits of
    /// that month, and those of the next one a moment later if it is paid for.
    #[default]
    None,
    /// As large a part as is left of the window.
    ByTime,
}

impl Proration {
    /// The part of an amount that is given of a window by a plan that begins within it at an instant: down to a
    /// billionth, and all of it from the start.
    ///
    /// ```
    /// use studio_credits::{Credits, plan::{Cycle, Proration, Zone}};
    ///
    /// let november = Cycle::monthly("2026-11-01T00:00:00Z".parse()?, Zone::UTC)?.window(0)?;
    /// let (missing, at) = (Credits::from_whole(5_000), "2026-11-19T00:00:00Z".parse()?);
    /// assert_eq!(Proration::ByTime.part(missing, november, at).to_string(), "2000"); // 12 of 30 days are left
    /// assert_eq!(Proration::None.part(missing, november, at).to_string(), "5000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn part(self, amount: Credits, window: CycleWindow, at: DateTime<Utc>) -> Credits {
        match self {
            Self::None => amount,
            Self::ByTime => {
                let micros = |from: DateTime<Utc>| window.closes_at.signed_duration_since(from).num_microseconds();
                let (whole, left) = (micros(window.opens_at).unwrap_or(0), micros(at).unwrap_or(0));
                amount.share(left.clamp(0, whole), whole)
            }
        }
    }

    pub(crate) const TEXTS: [(&'static str, Self); 2] = [("none", Self::None), ("by-time", Self::ByTime)];
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "refund terms")]
struct RefundParts {
    days: Days,
    used_max: Credits,
}

impl TryFrom<RefundParts> for RefundTerms {
    type Error = PlanError;

    fn try_from(RefundParts { days, used_max }: RefundParts) -> Result<Self, PlanError> {
        Self::new(days, used_max)
    }
}
