//! What is to be spent: an amount, the work it is for, and the terms it is held on.

use std::sync::Arc;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::ids::Unit;
use crate::quoted::Quoted;
use crate::request::KEPT_BYTES_MAX;
use crate::work::Work;

/// An amount to spend, for which work, and on which terms. It never tells where the amount comes from.
///
/// ```
/// use studio_credits::{Credits, Model, Overage, Spend, Studio, Terms, Work};
///
/// let work = Work::new(Studio::new("video")?, Model::new("kling-3.0")?);
/// let spend = Spend::new(work, Credits::from_whole(90))?
///     .with_terms(Terms::default().with_overage(Overage::Debt { max: Credits::from_whole(10) })?);
/// assert_eq!(spend.amount().to_string(), "90");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Spend {
    work: Arc<Work>,
    amount: Credits,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_max: Option<Credits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Terms>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted: Option<Arc<Quoted>>,
}

impl Spend {
    /// So much for this work, on the terms of the plan in force, or the default [`Terms`] where there is none.
    ///
    /// ```
    /// use studio_credits::{Credits, Model, Spend, Studio, Work};
    ///
    /// let work = Work::new(Studio::new("video")?, Model::new("kling-3.0")?);
    /// let refusal = Spend::new(work, Credits::from_whole(-1)).unwrap_err();
    /// assert_eq!(refusal.to_string(), "-1 is below 0: it cannot be spent, nor be a cap");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SpendError::Negative`] when the amount is below zero. It may be zero: work that is free is held and charged
    /// like any other, so that it has a receipt and counts where work is limited.
    pub fn new(work: impl Into<Arc<Work>>, amount: Credits) -> Result<Self, SpendError> {
        Self { work: work.into(), amount, amount_max: None, unit: None, terms: None, quoted: None }.checked()
    }

    /// Caps the amount: more than that is refused. A repeat under the same key may then name another amount, as when
    /// the work was quoted anew; without a cap, the amount itself is what a repeat must name again.
    ///
    /// ```
    /// use studio_credits::{Credits, Model, Spend, Studio, Work};
    ///
    /// let work = Work::new(Studio::new("video")?, Model::new("kling-3.0")?);
    /// let spend = Spend::new(work, Credits::from_whole(90))?.with_amount_max(Credits::from_whole(100))?;
    /// assert_eq!(spend.amount_max(), Some(Credits::from_whole(100)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SpendError::Negative`] when the cap is below zero.
    pub fn with_amount_max(self, amount_max: Credits) -> Result<Self, SpendError> {
        Self { amount_max: Some(amount_max), ..self }.checked()
    }

    /// States what the amount is counted in, for the account to refuse another unit than its own.
    #[must_use = "the spend is returned, not changed in place"]
    pub fn with_unit(self, unit: Unit) -> Self {
        Self { unit: Some(unit), ..self }
    }

    /// States what holds if the work takes longer or costs more.
    #[must_use = "the spend is returned, not changed in place"]
    pub fn with_terms(self, terms: Terms) -> Self {
        Self { terms: Some(terms), ..self }
    }

    /// What the credits are spent on.
    pub fn work(&self) -> &Arc<Work> {
        &self.work
    }

    /// How much, zero or above.
    pub fn amount(&self) -> Credits {
        self.amount
    }

    /// The most that it may be.
    pub fn amount_max(&self) -> Option<Credits> {
        self.amount_max
    }

    /// What the amount is counted in; `None` is the unit of the account.
    pub fn unit(&self) -> Option<&Unit> {
        self.unit.as_ref()
    }

    /// What the amount was quoted by, if it was.
    pub fn quoted(&self) -> Option<&Arc<Quoted>> {
        self.quoted.as_ref()
    }

    /// States what the amount was quoted by.
    pub(crate) fn with_quoted(self, quoted: Arc<Quoted>) -> Result<Self, SpendError> {
        Self { quoted: Some(quoted), ..self }.checked()
    }

    /// What holds if the work takes longer or costs more; `None` is what the plan in force says.
    pub fn terms(&self) -> Option<Terms> {
        self.terms
    }

    /// Whether both mean the same: quoted or with a cap, whatever the amount is, as it may have been quoted anew.
    pub(crate) fn means(&self, other: &Self) -> bool {
        let Self { work, amount, amount_max, unit, terms, quoted } = self;
        let same_quoted = match (quoted, &other.quoted) {
            (Some(quoted), Some(other)) => quoted.means(other),
            (None, None) => amount_max.is_some() || *amount == other.amount,
            _ => false,
        };
        same_quoted && (work, amount_max, unit, terms) == (&other.work, &other.amount_max, &other.unit, &other.terms)
    }

    fn checked(self) -> Result<Self, SpendError> {
        let bytes = self.quoted.as_ref().map_or(0, |quoted| quoted.bytes());
        if bytes > KEPT_BYTES_MAX {
            return Err(SpendError::RequestTooLarge { bytes });
        }
        let amounts = [Some(self.amount), self.amount_max];
        match amounts.into_iter().flatten().find(|amount| amount.is_negative()) {
            Some(amount) => Err(SpendError::Negative { amount }),
            None => Ok(self),
        }
    }
}

/// What holds if the work takes longer or costs more than was held. Fixed when the hold is made.
///
/// The defaults are safe for whoever pays: never more than was held, for an hour, and work that ends later is charged
/// only from what is available then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "TermsParts")]
pub struct Terms {
    overage: Overage,
    late_settle: LateSettle,
    #[serde(rename = "life_seconds")]
    life: Life,
}

impl Terms {
    /// States what is charged of work that cost more than was held.
    ///
    /// ```
    /// use studio_credits::{Credits, Overage, Terms};
    ///
    /// let terms = Terms::default().with_overage(Overage::Debt { max: Credits::from_whole(20) })?;
    /// assert!(terms.with_overage(Overage::Debt { max: Credits::ZERO }).is_err());
    /// # Ok::<(), studio_credits::SpendError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SpendError::NotPositive`] when a debt of up to zero or below is named.
    pub fn with_overage(self, overage: Overage) -> Result<Self, SpendError> {
        match overage {
            Overage::Debt { max } if max <= Credits::ZERO => Err(SpendError::NotPositive { amount: max }),
            _ => Ok(Self { overage, ..self }),
        }
    }

    /// States what is charged of work that ends after the hold lapsed.
    #[must_use = "the terms are returned, not changed in place"]
    pub fn with_late_settle(self, late_settle: LateSettle) -> Self {
        Self { late_settle, ..self }
    }

    /// States how long the hold lasts unless it is extended.
    #[must_use = "the terms are returned, not changed in place"]
    pub fn with_life(self, life: Life) -> Self {
        Self { life, ..self }
    }

    /// What is charged of work that cost more than was held.
    pub fn overage(self) -> Overage {
        self.overage
    }

    /// What is charged of work that ends after the hold lapsed.
    pub fn late_settle(self) -> LateSettle {
        self.late_settle
    }

    /// How long the hold lasts unless it is extended.
    pub fn life(self) -> Life {
        self.life
    }
}

/// What is charged of work that cost more than was held. In no case does it fail, or take what another hold set aside.
///
/// Complete on purpose: these are all answers to who pays what was not held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Overage {
    /// What was held, and no more; the host absorbs the rest, and the receipt says how much.
    #[default]
    Cap,
    /// What was held, then what is available; the host absorbs the rest.
    Absorb,
    /// What was held, then what is available, then a debt until the account owes `max` in all; the host absorbs the
    /// rest.
    Debt {
        /// The most that the account may owe in all for this hold to add to it.
        max: Credits,
    },
}

/// What is charged of work that ends after its hold lapsed, when what was held has long been available again.
///
/// Complete on purpose: these are all answers to who pays for late work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LateSettle {
    /// What is available now, up to what was held; what is above that, or missing, goes by the [`Overage`], in which
    /// [`Overage::Cap`] absorbs it.
    #[default]
    Charge,
    /// Nothing: the host absorbs it.
    Absorb,
}

/// How long a hold lasts, in whole seconds: 1 second to 31 days.
///
/// ```
/// use studio_credits::Life;
///
/// let life = Life::seconds(900)?;
/// assert_eq!(life.delta().num_minutes(), 15);
/// assert_eq!(Life::seconds(0).unwrap_err().to_string(), "a life of 0 s is none: 1 to 2678400 s are allowed");
/// # Ok::<(), studio_credits::SpendError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Life(u32);

impl Life {
    /// The longest life, 31 days.
    pub const MAX: Self = Self(2_678_400);

    /// So many seconds.
    ///
    /// ```
    /// # use studio_credits::Life;
    /// const QUARTER: Life = match Life::seconds(900) {
    ///     Ok(life) => life,
    ///     Err(_) => Life::MAX,
    /// };
    /// assert_eq!(QUARTER.delta().num_minutes(), 15);
    /// ```
    ///
    /// # Errors
    ///
    /// [`SpendError::Life`] when it is none, or more than 31 days.
    pub const fn seconds(seconds: u32) -> Result<Self, SpendError> {
        if seconds == 0 || seconds > Self::MAX.0 { Err(SpendError::Life { seconds }) } else { Ok(Self(seconds)) }
    }

    /// The life as a span of time.
    pub fn delta(self) -> TimeDelta {
        TimeDelta::seconds(self.0.into())
    }
}

/// An hour.
impl Default for Life {
    fn default() -> Self {
        Self(3_600)
    }
}

impl TryFrom<u32> for Life {
    type Error = SpendError;

    fn try_from(seconds: u32) -> Result<Self, SpendError> {
        Self::seconds(seconds)
    }
}

/// Why something cannot be spent on any account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpendError {
    /// The life of a hold is none, or longer than 31 days.
    #[error("a life of {seconds} s is none: 1 to {max} s are allowed", max = Life::MAX.0)]
    Life {
        /// What was given.
        seconds: u32,
    },
    /// What is to be spent, or the most that it may be, is below zero.
    #[error("{amount} is below 0: it cannot be spent, nor be a cap")]
    Negative {
        /// The amount that was given.
        amount: Credits,
    },
    /// The settings and facts that something was quoted with, defaults included, are too much to be kept.
    #[error("settings and facts of about {bytes} bytes are too much to be kept: at most {KEPT_BYTES_MAX} are")]
    RequestTooLarge {
        /// What they take.
        bytes: usize,
    },
    /// A largest debt is zero or below.
    #[error("{amount} is no debt: the most that may be owed is above 0")]
    NotPositive {
        /// The amount that was given.
        amount: Credits,
    },
}

/// Terms as they are read, before their overage is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "terms")]
struct TermsParts {
    overage: Overage,
    late_settle: LateSettle,
    life_seconds: Life,
}

impl TryFrom<TermsParts> for Terms {
    type Error = SpendError;

    fn try_from(parts: TermsParts) -> Result<Self, SpendError> {
        let TermsParts { overage, late_settle, life_seconds } = parts;
        Self { overage, late_settle, life: life_seconds }.with_overage(overage)
    }
}

/// A spend as it is read, before its amounts are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a spend")]
struct Parts {
    work: Arc<Work>,
    amount: Credits,
    amount_max: Option<Credits>,
    unit: Option<Unit>,
    terms: Option<Terms>,
    quoted: Option<Arc<Quoted>>,
}

impl TryFrom<Parts> for Spend {
    type Error = SpendError;

    fn try_from(Parts { work, amount, amount_max, unit, terms, quoted }: Parts) -> Result<Self, SpendError> {
        Self { work, amount, amount_max, unit, terms, quoted }.checked()
    }
}
