//! How the work ended, and what of it was delivered.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::diagnostic::excerpt;
use crate::request::NAMED_MAX;
use crate::value::{Named, Value, ValueError};

/// How the work ended.
///
/// Exhaustive on purpose: whoever settles must have an answer for each, and a new one shall break their build. Work of
/// which a part was delivered is [`Outcome::Delivered`] with fewer outputs, see [`Delivery`].
///
/// ```
/// use studio_credits::Outcome;
///
/// assert_eq!("blocked".parse(), Ok(Outcome::Blocked));
/// assert_eq!(Outcome::Blocked.to_string(), "blocked");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Outputs came: all that were asked for, or some.
    Delivered,
    /// The work broke, on the side of the studio or of its vendor.
    Failed,
    /// A policy refused the request or the result.
    Blocked,
    /// The user called the work off.
    Cancelled,
    /// The work ended well, and there was nothing to deliver.
    Empty,
    /// Nobody can say yet: a time-out, a lost call.
    Unknown,
}

impl Outcome {
    const ALL: [Self; 6] = [Self::Delivered, Self::Failed, Self::Blocked, Self::Cancelled, Self::Empty, Self::Unknown];

    fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Cancelled => "cancelled",
            Self::Empty => "empty",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Outcome {
    type Err = DeliveryError;

    fn from_str(text: &str) -> Result<Self, DeliveryError> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.name() == text)
            .ok_or_else(|| DeliveryError::UnknownOutcome { text: excerpt(text) })
    }
}

/// What came of a request: how the work ended, how many outputs there are, and what was measured on the way.
///
/// ```
/// use studio_credits::Delivery;
///
/// let delivery = Delivery::outputs(3).with_measured("duration", 5)?;
/// assert_eq!(delivery.delivered_of(4), 3);
/// # Ok::<(), studio_credits::DeliveryError>(())
/// ```
///
/// In JSON: `{"outcome": "delivered", "outputs": 3, "measured": {"duration": 5}}`, of which only `outcome` is required.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Delivery {
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    outputs: Option<u64>,
    measured: Named,
}

impl Delivery {
    /// Everything that was asked for.
    pub fn all() -> Self {
        Self::ended(Outcome::Delivered)
    }

    /// So many outputs of those that were asked for.
    pub fn outputs(outputs: u64) -> Self {
        Self::all().with_outputs(outputs)
    }

    /// Work that ended so: with all outputs when it was delivered, otherwise with none.
    pub fn ended(outcome: Outcome) -> Self {
        Self { outcome, outputs: None, measured: Named::default() }
    }

    /// States how many outputs there are, as after a cancellation half-way.
    #[must_use = "the delivery is returned, not changed in place"]
    pub fn with_outputs(self, outputs: u64) -> Self {
        Self { outputs: Some(outputs), ..self }
    }

    /// States what a setting turned out to be, such as the real duration, in place of an earlier value of that name; or
    /// a fact, where the book says that it is measured.
    ///
    /// ```
    /// use studio_credits::Delivery;
    ///
    /// let delivery = Delivery::all().with_measured("duration", 5)?;
    /// assert_eq!(delivery.measured("duration"), Some(&5.into()));
    /// # Ok::<(), studio_credits::DeliveryError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DeliveryError::Measured`] when the name cannot be one or the value exceeds a bound of [`Value`], and
    /// [`DeliveryError::TooMany`] when it is the 65th.
    pub fn with_measured(mut self, name: &str, value: impl Into<Value>) -> Result<Self, DeliveryError> {
        self.measured
            .set(name, value.into())
            .map_err(|fault| DeliveryError::Measured { name: excerpt(name), fault })?;
        self.checked()
    }

    /// How the work ended.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// How many outputs there are of those that were asked for: the number that was stated, otherwise all after
    /// [`Outcome::Delivered`] and none after anything else.
    pub fn delivered_of(&self, asked: u64) -> u64 {
        match (self.outputs, self.outcome) {
            (Some(outputs), _) => outputs,
            (None, Outcome::Delivered) => asked,
            (None, _) => 0,
        }
    }

    /// About how many bytes its measured values take where they are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.measured.bytes()
    }

    pub(crate) fn stated_outputs(&self) -> Option<u64> {
        self.outputs
    }

    /// What a setting turned out to be.
    pub fn measured(&self, name: &str) -> Option<&Value> {
        self.measured.get(name)
    }

    /// Everything that was measured, sorted by name.
    pub fn measurements(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.measured.iter()
    }

    fn checked(self) -> Result<Self, DeliveryError> {
        let count = self.measured.as_slice().len();
        if count > NAMED_MAX { Err(DeliveryError::TooMany { count }) } else { Ok(self) }
    }
}

/// Why something cannot be what came of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// A measured value has a name or a value that cannot be.
    #[error("measured `{name}`: {fault}")]
    Measured {
        /// At most 60 characters of its name.
        name: Box<str>,
        /// What is wrong with it.
        fault: ValueError,
    },
    /// There are more than 64 measured values.
    #[error("{count} measured values are too many: a delivery has at most {NAMED_MAX}")]
    TooMany {
        /// How many were given.
        count: usize,
    },
    /// No outcome is called so.
    #[error("`{text}` is no outcome: one of delivered, failed, blocked, cancelled, empty, unknown")]
    UnknownOutcome {
        /// At most 60 characters of what was given.
        text: Box<str>,
    },
}

/// A delivery as it is read, before its values are counted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a delivery")]
struct Parts {
    outcome: Outcome,
    outputs: Option<u64>,
    #[serde(default)]
    measured: Named,
}

impl TryFrom<Parts> for Delivery {
    type Error = DeliveryError;

    fn try_from(parts: Parts) -> Result<Self, DeliveryError> {
        let Parts { outcome, outputs, measured } = parts;
        Self { outcome, outputs, measured }.checked()
    }
}
