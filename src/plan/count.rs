//! Numbers that mean something: days, and what is above zero.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::PlanError;
use crate::credits::Credits;

/// A number of days of 24 hours each, 1 to 36,500.
///
/// They are counted from an instant, unlike the days that an allowance comes anew on.
///
/// ```
/// use studio_credits::plan::Days;
///
/// assert_eq!(Days::new(3)?.delta().num_hours(), 72);
/// assert_eq!(Days::new(0).unwrap_err().to_string(), "0 days: 1 to 36500 are allowed");
/// # Ok::<(), studio_credits::plan::PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Days(u32);

impl Days {
    /// The most, about a century.
    pub const MAX: Self = Self(36_500);

    /// So many days.
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when there is none, or more than [`Days::MAX`].
    pub fn new(days: u32) -> Result<Self, PlanError> {
        counted("days", days.into(), Self::MAX.0.into()).map(|_| Self(days))
    }

    /// How many.
    pub fn count(self) -> u32 {
        self.0
    }

    /// The days as a span of time.
    pub fn delta(self) -> TimeDelta {
        TimeDelta::days(self.0.into())
    }
}

impl TryFrom<u32> for Days {
    type Error = PlanError;

    fn try_from(days: u32) -> Result<Self, PlanError> {
        Self::new(days)
    }
}

/// A number from 1 to a most.
pub(super) fn counted(what: &'static str, number: u64, max: u64) -> Result<u64, PlanError> {
    let min = 1;
    if (min..=max).contains(&number) { Ok(number) } else { Err(PlanError::OutOfRange { what, number, min, max }) }
}

/// An amount above zero.
pub(super) fn positive(what: &'static str, amount: Credits) -> Result<Credits, PlanError> {
    if amount > Credits::ZERO { Ok(amount) } else { Err(PlanError::NotPositive { what, amount }) }
}

/// An amount of zero or more.
pub(super) fn not_negative(what: &'static str, amount: Credits) -> Result<Credits, PlanError> {
    if amount.is_negative() { Err(PlanError::Negative { what, amount }) } else { Ok(amount) }
}
