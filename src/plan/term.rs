//! How long one payment is for.

use serde::{Deserialize, Serialize};

use super::PlanError;
use super::count::counted;

/// How many months one payment for a plan is for, 1 to 36. Credits come by the month under each.
///
/// ```
/// use studio_credits::plan::Term;
///
/// assert_eq!(Term::QUARTER.months(), 3);
/// assert_eq!(Term::new(0).unwrap_err().to_string(), "0 months: 1 to 36 are allowed");
/// # Ok::<(), studio_credits::plan::PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32")]
#[doc(alias("billing period", "billing interval"))]
pub struct Term(u32);

impl Term {
    /// One month.
    pub const MONTH: Self = Self(1);
    /// Three months.
    pub const QUARTER: Self = Self(3);
    /// Twelve months.
    pub const YEAR: Self = Self(12);
    /// The longest, three years.
    pub const MAX: Self = Self(36);

    /// So many months.
    ///
    /// ```
    /// use studio_credits::plan::Term;
    ///
    /// assert_eq!(Term::new(12)?, Term::YEAR);
    /// # Ok::<(), studio_credits::plan::PlanError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when there is none, or more than [`Term::MAX`].
    pub fn new(months: u32) -> Result<Self, PlanError> {
        counted("months", months.into(), Self::MAX.0.into()).map(|_| Self(months))
    }

    /// How many months.
    pub fn months(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Term {
    type Error = PlanError;

    fn try_from(months: u32) -> Result<Self, PlanError> {
        Self::new(months)
    }
}
