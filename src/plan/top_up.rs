//! Credits that can be bought.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::count::positive;
use super::{Days, PlanError, TopUpName};
use crate::credits::Credits;
use crate::grant::{Cost, Grant, GrantError, GrantKind};
use crate::work::Restriction;

/// A pack of credits that can be bought, and at which price.
///
/// ```
/// use studio_credits::{Cost, Credits, Unit, plan::{TopUp, TopUpName}};
///
/// let price = Cost { amount: "4.99".parse()?, unit: Unit::new("USD")? };
/// let pack = TopUp::new(TopUpName::new("small")?, Credits::from_whole(1_000), price)?;
/// let grant = pack.grant_at("2026-11-25T12:00:00Z".parse()?)?;
/// assert_eq!((grant.amount().to_string().as_str(), grant.expires_at()), ("1000", None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias("pack", "bundle"))]
pub struct TopUp {
    name: TopUpName,
    amount: Credits,
    price: Cost,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_days: Option<Days>,
    on_sale: OnSale,
    priority: i16,
    #[serde(skip_serializing_if = "Restriction::is_none")]
    restriction: Restriction,
}

/// While a top-up can be bought. What was bought is not touched by it.
///
/// Complete on purpose: a fourth answer would be another promise to the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnSale {
    /// Whoever is on the plan can buy it.
    #[default]
    Always,
    /// It can be bought while a subscription is active.
    WhileSubscribed,
    /// Nobody can buy it any more.
    Never,
}

impl OnSale {
    pub(crate) const TEXTS: [(&'static str, Self); 3] =
        [("always", Self::Always), ("while-subscribed", Self::WhileSubscribed), ("never", Self::Never)];
}

impl TopUp {
    /// So many credits for a price. They do not expire, and anybody on the plan can buy them.
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when the amount or the price is zero or below.
    pub fn new(name: TopUpName, amount: Credits, price: Cost) -> Result<Self, PlanError> {
        let (on_sale, restriction) = (OnSale::default(), Restriction::default());
        Self { name, amount, price, expiry_days: None, on_sale, priority: 0, restriction }.checked()
    }

    /// Makes what is left expire so many days after it was bought.
    #[must_use = "the top-up is returned, not changed in place"]
    pub fn expiring(self, days: Days) -> Self {
        Self { expiry_days: Some(days), ..self }
    }

    /// States while it can be bought.
    #[must_use = "the top-up is returned, not changed in place"]
    pub fn on_sale_while(self, on_sale: OnSale) -> Self {
        Self { on_sale, ..self }
    }

    /// Spends it before grants of a higher number, whatever expires first; 0 unless this is said.
    #[must_use = "the top-up is returned, not changed in place"]
    pub fn with_priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    /// Lets it pay for some work only.
    ///
    /// ```
    /// use studio_credits::{Cost, Credits, Restriction, Studio, Unit, plan::{TopUp, TopUpName}};
    ///
    /// let price = Cost { amount: "4.99".parse()?, unit: Unit::new("USD")? };
    /// let pack = TopUp::new(TopUpName::new("clips")?, Credits::from_whole(1_000), price)?
    ///     .with_restriction(Restriction::default().to_studio(Studio::new("video")?))?;
    /// assert_eq!(pack.restriction().to_string(), "studio video");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::Grant`] when more than [`Grant::RESTRICTION_MAX`] studios, tools and models are named.
    pub fn with_restriction(self, restriction: Restriction) -> Result<Self, PlanError> {
        Self { restriction, ..self }.checked()
    }

    /// What it is called.
    pub fn name(&self) -> &TopUpName {
        &self.name
    }

    /// How much it gives, above zero.
    pub fn amount(&self) -> Credits {
        self.amount
    }

    /// What is paid for it, above zero.
    pub fn price(&self) -> &Cost {
        &self.price
    }

    /// After how many days what is left expires; `None` is never.
    pub fn expiry_days(&self) -> Option<Days> {
        self.expiry_days
    }

    /// While it can be bought.
    pub fn on_sale(&self) -> OnSale {
        self.on_sale
    }

    /// Its place in the order of spending: the lowest first.
    pub fn priority(&self) -> i16 {
        self.priority
    }

    /// Which work it may pay for.
    pub fn restriction(&self) -> &Restriction {
        &self.restriction
    }

    /// What is granted to whoever buys it at an instant.
    ///
    /// # Errors
    ///
    /// [`GrantError::YearOutOfRange`] when it would expire after the year 9999.
    pub fn grant_at(&self, bought_at: DateTime<Utc>) -> Result<Grant, GrantError> {
        let Cost { amount, unit } = &self.price;
        expiring(self.grant()?.with_cost(*amount, unit.clone()), self.expiry_days, bought_at)
    }

    fn grant(&self) -> Result<Grant, GrantError> {
        let grant = Grant::new(GrantKind::TopUp, self.amount)?;
        grant.with_priority(self.priority).with_restriction(self.restriction.clone())
    }

    fn checked(self) -> Result<Self, PlanError> {
        positive("the amount", self.amount)?;
        positive("the price", self.price.amount)?;
        self.grant()?;
        Ok(self)
    }
}

/// The grant, with its expiry some days after an instant.
pub(super) fn expiring(grant: Grant, days: Option<Days>, from: DateTime<Utc>) -> Result<Grant, GrantError> {
    let Some(days) = days else { return Ok(grant) };
    grant.with_expiry(from.checked_add_signed(days.delta()).unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// Buying without being asked: allowed, and with these values unless others are chosen.
///
/// What is left is what is available: a hold that sets credits aside can be what leaves too little, and what it returns
/// later takes no purchase back. The account only tells that it is due
/// ([`Event::AutoTopUpDue`](crate::journal::Event::AutoTopUpDue)); to buy it is the host's.
///
/// ```
/// use studio_credits::{Credits, plan::AutoTopUp};
///
/// let auto = AutoTopUp::new(Credits::from_whole(1_000), Credits::from_whole(5_000))?;
/// assert_eq!(auto.below().to_string(), "1000");
/// # Ok::<(), studio_credits::plan::PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "AutoParts")]
pub struct AutoTopUp {
    below: Credits,
    amount: Credits,
}

impl AutoTopUp {
    /// So much is bought when less than a threshold is left.
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when one of them is zero or below.
    pub fn new(below: Credits, amount: Credits) -> Result<Self, PlanError> {
        Ok(Self { below: positive("the threshold", below)?, amount: positive("the amount", amount)? })
    }

    /// The threshold, above zero: it is bought when less than this is left.
    pub fn below(self) -> Credits {
        self.below
    }

    /// How much is bought, above zero.
    pub fn amount(self) -> Credits {
        self.amount
    }
}

/// A top-up as it is read, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a top-up")]
struct Parts {
    name: TopUpName,
    amount: Credits,
    price: Cost,
    expiry_days: Option<Days>,
    on_sale: OnSale,
    priority: i16,
    #[serde(default)]
    restriction: Restriction,
}

impl TryFrom<Parts> for TopUp {
    type Error = PlanError;

    fn try_from(parts: Parts) -> Result<Self, PlanError> {
        let Parts { name, amount, price, expiry_days, on_sale, priority, restriction } = parts;
        Self { name, amount, price, expiry_days, on_sale, priority, restriction }.checked()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an auto top-up")]
struct AutoParts {
    below: Credits,
    amount: Credits,
}

impl TryFrom<AutoParts> for AutoTopUp {
    type Error = PlanError;

    fn try_from(AutoParts { below, amount }: AutoParts) -> Result<Self, PlanError> {
        Self::new(below, amount)
    }
}
