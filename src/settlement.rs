//! What is due for work that has ended.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::outcome::{Delivery, Outcome};
use crate::quoted::LineItem;
use crate::request::{GenerationRequest, KEPT_BYTES_MAX};

/// What is due for held work that has ended, and how it ended.
///
/// ```
/// use studio_credits::{Outcome, Settlement};
///
/// let half = Settlement::items([(Outcome::Delivered, 2), (Outcome::Blocked, 1), (Outcome::Failed, 1)])?;
/// assert_eq!(half.outcome(), Outcome::Delivered);
/// # Ok::<(), studio_credits::SettlementError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Settlement {
    outcome: Outcome,
    due: Portion,
}

/// How much is due of what was held.
///
/// Complete on purpose: a settlement names an amount, or a part of the one that was held.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Portion {
    /// All that was held.
    Whole,
    /// An amount, which may be above what was held.
    Exactly(Credits),
    /// The delivered part of a batch: for each outcome how many items had it. Cut to a whole billionth of a credit, in
    /// favour of whoever pays.
    Items(Vec<(Outcome, u64)>),
    /// What was delivered, and what it costs by the quote of the hold.
    Priced {
        /// What was delivered.
        delivery: Arc<Delivery>,
        /// What it costs, which may be above what was held.
        amount: Credits,
        /// What that is made of.
        lines: Vec<LineItem>,
    },
}

impl Settlement {
    /// All that was held, for work that was delivered.
    pub fn whole() -> Self {
        Self { outcome: Outcome::Delivered, due: Portion::Whole }
    }

    /// An amount, for work that was delivered; it may be zero, and it may be above what was held.
    ///
    /// ```
    /// use studio_credits::{Credits, Settlement};
    ///
    /// assert!(Settlement::exactly(Credits::ZERO).is_ok());
    /// let refusal = Settlement::exactly(Credits::from_whole(-1)).unwrap_err();
    /// assert_eq!(refusal.to_string(), "-1 cannot be due: an amount of 0 or more can");
    /// ```
    ///
    /// # Errors
    ///
    /// [`SettlementError::Negative`] when it is below zero.
    pub fn exactly(amount: Credits) -> Result<Self, SettlementError> {
        Self { outcome: Outcome::Delivered, due: Portion::Exactly(amount) }.checked()
    }

    /// The delivered part of a batch: for each outcome, how many items ended so.
    ///
    /// ```
    /// use studio_credits::{Outcome, Settlement};
    ///
    /// let two_of_three = Settlement::items([(Outcome::Delivered, 2), (Outcome::Blocked, 1)])?;
    /// assert_eq!(two_of_three.outcome(), Outcome::Delivered);
    /// # Ok::<(), studio_credits::SettlementError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SettlementError::Items`] when these are no items or more than a request can ask for, or an outcome comes
    /// twice, and [`SettlementError::Unknown`] when that of some is unknown.
    pub fn items(items: impl IntoIterator<Item = (Outcome, u64)>) -> Result<Self, SettlementError> {
        // There are six outcomes: of seven items, one comes twice, and the rest need not be read.
        let items: Vec<_> = items.into_iter().filter(|(_, count)| *count > 0).take(7).collect();
        let delivered = items.iter().any(|(outcome, _)| *outcome == Outcome::Delivered);
        let first = items.first().map_or(Outcome::Empty, |(outcome, _)| *outcome);
        let outcome = if delivered { Outcome::Delivered } else { first };
        Self { outcome, due: Portion::Items(items) }.checked()
    }

    /// What was delivered, with what it costs and what that is made of.
    ///
    /// # Errors
    ///
    /// [`SettlementError::Negative`] when that is below zero, and [`SettlementError::Unknown`] when nobody knows how
    /// the work ended.
    pub(crate) fn priced(
        delivery: Arc<Delivery>,
        amount: Credits,
        lines: Vec<LineItem>,
    ) -> Result<Self, SettlementError> {
        let outcome = delivery.outcome();
        Self { outcome, due: Portion::Priced { delivery, amount, lines } }.checked()
    }

    /// States how the work ended, where it was not simply delivered.
    ///
    /// ```
    /// use studio_credits::{Credits, Outcome, Settlement};
    ///
    /// let half_way = Settlement::exactly(Credits::from_whole(20))?.with_outcome(Outcome::Cancelled)?;
    /// assert!(half_way.with_outcome(Outcome::Unknown).is_err());
    /// # Ok::<(), studio_credits::SettlementError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SettlementError::Unknown`] when that is unknown.
    pub fn with_outcome(self, outcome: Outcome) -> Result<Self, SettlementError> {
        Self { outcome, ..self }.checked()
    }

    /// How the work ended.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// How much is due of what was held.
    pub fn due(&self) -> &Portion {
        &self.due
    }

    /// What is due of so much held; `None` where that is out of range.
    pub(crate) fn due_of(&self, held: Credits) -> Option<Credits> {
        match &self.due {
            Portion::Whole => Some(held),
            Portion::Exactly(amount) | Portion::Priced { amount, .. } => Some(*amount),
            Portion::Items(items) => {
                let delivered = items.iter().find(|(outcome, _)| *outcome == Outcome::Delivered).map_or(0, |it| it.1);
                let share = held.nanos().checked_mul(delivered.into())?.checked_div(sum(items)?.into())?;
                Credits::from_nanos(share)
            }
        }
    }

    /// Whether both mean the same: of what was delivered, whatever it costs.
    pub(crate) fn means(&self, other: &Self) -> bool {
        match (&self.due, &other.due) {
            (Portion::Priced { delivery, .. }, Portion::Priced { delivery: other, .. }) => delivery == other,
            _ => self == other,
        }
    }

    fn checked(self) -> Result<Self, SettlementError> {
        let items: &[_] = if let Portion::Items(items) = &self.due { items } else { &[] };
        if self.outcome == Outcome::Unknown || items.iter().any(|(outcome, _)| *outcome == Outcome::Unknown) {
            return Err(SettlementError::Unknown);
        }
        match &self.due {
            Portion::Priced { delivery, .. } if delivery.bytes() > KEPT_BYTES_MAX => {
                Err(SettlementError::TooLarge { bytes: delivery.bytes() })
            }
            Portion::Exactly(amount) | Portion::Priced { amount, .. } if amount.is_negative() => {
                Err(SettlementError::Negative { amount: *amount })
            }
            Portion::Items(items) => {
                let twice = items
                    .iter()
                    .enumerate()
                    .any(|(at, (outcome, _))| items.iter().take(at).any(|(earlier, _)| earlier == outcome));
                let count = sum(items).unwrap_or(u64::MAX);
                let fits = (1..=GenerationRequest::COUNT_MAX).contains(&count);
                if twice || !fits { Err(SettlementError::Items { count }) } else { Ok(self) }
            }
            _ => Ok(self),
        }
    }
}

fn sum(items: &[(Outcome, u64)]) -> Option<u64> {
    items.iter().try_fold(0_u64, |sum, (_, count)| sum.checked_add(*count))
}

/// Why work cannot be settled so, whatever was held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettlementError {
    /// The items are none or too many, or an outcome comes twice.
    #[error("{count} items: 1 to {max} are settled, each outcome named once", max = GenerationRequest::COUNT_MAX)]
    Items {
        /// How many there were.
        count: u64,
    },
    /// The amount is below zero.
    #[error("{amount} cannot be due: an amount of 0 or more can")]
    Negative {
        /// The amount that was given.
        amount: Credits,
    },
    /// What was measured is too much to be kept.
    #[error("measured values of about {bytes} bytes are too much to be kept: at most {KEPT_BYTES_MAX} are")]
    TooLarge {
        /// What they take.
        bytes: usize,
    },
    /// Nobody knows yet how the work ended.
    #[error("work with an unknown outcome is not settled: mark its hold as unknown instead")]
    Unknown,
}

/// A settlement as it is read, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a settlement")]
struct Parts {
    outcome: Outcome,
    due: Portion,
}

impl TryFrom<Parts> for Settlement {
    type Error = SettlementError;

    fn try_from(Parts { outcome, due }: Parts) -> Result<Self, SettlementError> {
        Self { outcome, due }.checked()
    }
}
