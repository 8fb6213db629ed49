//! What a plan tells prices.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Days, PlanError};
use crate::diagnostic::excerpt;
use crate::value::{Named, Shape, Value};

/// A fact that a plan gives to pricing: for as long as it is in force, or for some days after the purchase.
///
/// A price book decides what follows from it. The plan itself knows no prices.
///
/// ```
/// use studio_credits::plan::{Days, PlanFact};
///
/// let unlimited = PlanFact::new("unlimited", true)?.for_days(Days::new(7)?);
/// let purchased_at = "2026-11-01T09:00:00Z".parse()?;
/// assert!(unlimited.holds_at(purchased_at, "2026-11-08T08:59:59Z".parse()?));
/// assert!(!unlimited.holds_at(purchased_at, "2026-11-08T09:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct PlanFact {
    name: Box<str>,
    value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Days>,
}

impl PlanFact {
    /// A flag, a text or a number under a name.
    ///
    /// # Errors
    ///
    /// [`PlanError::Fact`] when it is a list or a record, and [`PlanError::Value`] when the name or the value cannot
    /// be.
    pub fn new(name: &str, value: impl Into<Value>) -> Result<Self, PlanError> {
        let value = value.into();
        if let Shape::List(_) | Shape::Record(_) = value.shape() {
            return Err(PlanError::Fact { name: excerpt(name) });
        }
        let named = Named::default().set(name, value.clone());
        named.map_err(|fault| PlanError::Value { kind: "fact", name: excerpt(name), fault })?;
        Ok(Self { name: name.into(), value, days: None })
    }

    /// Gives it for so many days after the purchase, and no longer.
    #[must_use = "the fact is returned, not changed in place"]
    pub fn for_days(self, days: Days) -> Self {
        Self { days: Some(days), ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is so.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// For how long after the purchase; `None` is for as long as the plan is in force.
    pub fn days(&self) -> Option<Days> {
        self.days
    }

    /// Whether it is given at an instant, to whoever purchased the plan at another.
    pub fn holds_at(&self, purchased_at: DateTime<Utc>, at: DateTime<Utc>) -> bool {
        self.days.is_none_or(|days| at.signed_duration_since(purchased_at) < days.delta())
    }
}

/// A fact as it is read, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a fact")]
struct Parts {
    name: Box<str>,
    value: Value,
    days: Option<Days>,
}

impl TryFrom<Parts> for PlanFact {
    type Error = PlanError;

    fn try_from(Parts { name, value, days }: Parts) -> Result<Self, PlanError> {
        Ok(Self { days, ..Self::new(&name, value)? })
    }
}
