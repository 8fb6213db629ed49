//! When an account is to be told of something.

use serde::{Deserialize, Serialize};

use super::count::positive;
use super::{Days, PlanError};
use crate::credits::Credits;

/// When an account is told that it runs low. What is not stated is not told.
///
/// ```
/// use studio_credits::{Credits, plan::{Days, Notices}};
///
/// let notices = Notices::default().with_low_balance(Credits::from_whole(100))?.with_expiring(Days::new(3)?);
/// assert_eq!(notices.low_balance(), Some(Credits::from_whole(100)));
/// # Ok::<(), studio_credits::plan::PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias("alert", "warning"))]
pub struct Notices {
    #[serde(skip_serializing_if = "Option::is_none")]
    low_balance: Option<Credits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiring_days: Option<Days>,
}

impl Notices {
    /// Tells it when less than this is available.
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when it is zero or below.
    pub fn with_low_balance(self, below: Credits) -> Result<Self, PlanError> {
        Ok(Self { low_balance: Some(positive("the low balance", below)?), ..self })
    }

    /// Tells it so many days before credits expire.
    #[must_use = "the notices are returned, not changed in place"]
    pub fn with_expiring(self, days: Days) -> Self {
        Self { expiring_days: Some(days), ..self }
    }

    /// Told when less than this is available, above zero.
    pub fn low_balance(self) -> Option<Credits> {
        self.low_balance
    }

    /// Told so many days before credits expire.
    pub fn expiring(self) -> Option<Days> {
        self.expiring_days
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Notices as they are read, before they are checked.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "notices")]
struct Parts {
    low_balance: Option<Credits>,
    expiring_days: Option<Days>,
}

impl TryFrom<Parts> for Notices {
    type Error = PlanError;

    fn try_from(Parts { low_balance, expiring_days }: Parts) -> Result<Self, PlanError> {
        let notices = Self { expiring_days, ..Self::default() };
        low_balance.map_or(Ok(notices), |below| notices.with_low_balance(below))
    }
}
