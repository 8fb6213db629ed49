//! Credits that can be earned.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::count::{counted, positive};
use super::top_up::expiring;
use super::{ConditionName, Days, PlanError, RewardName};
use crate::credits::Credits;
use crate::grant::{Grant, GrantError, GrantKind};
use crate::work::Restriction;

/// Credits that are earned, such as for somebody who signed up on a recommendation: how many, and how often.
///
/// ```
/// use studio_credits::{Credits, plan::{ConditionName, Reward, RewardName}};
///
/// let referral = Reward::new(RewardName::new("referral")?, Credits::from_whole(100))?
///     .with_month_max(10)?
///     .pending_until(ConditionName::new("first-invoice")?);
/// assert!(referral.is_once_per_referee() && referral.is_revocable());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
#[doc(alias("referral", "bonus"))]
pub struct Reward {
    name: RewardName,
    amount: Credits,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_days: Option<Days>,
    priority: i16,
    #[serde(skip_serializing_if = "Restriction::is_none")]
    restriction: Restriction,
    once_per_referee: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    day_max: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month_max: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ever_max: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_until: Option<ConditionName>,
    revocable: bool,
}

impl Reward {
    /// The most rewards that a limit can allow; no limit is stated by none.
    pub const COUNT_MAX: u32 = 1_000_000;

    /// So much, once for each referee and for ever, without an expiry; it can be revoked.
    ///
    /// # Errors
    ///
    /// [`PlanError::NotPositive`] when the amount is zero or below.
    pub fn new(name: RewardName, amount: Credits) -> Result<Self, PlanError> {
        let reward = Self {
            name,
            amount,
            expiry_days: None,
            priority: 0,
            restriction: Restriction::default(),
            once_per_referee: true,
            day_max: None,
            month_max: None,
            ever_max: None,
            pending_until: None,
            revocable: true,
        };
        reward.checked()
    }

    /// Makes what is left expire so many days after it was given.
    #[must_use = "the reward is returned, not changed in place"]
    pub fn expiring(self, days: Days) -> Self {
        Self { expiry_days: Some(days), ..self }
    }

    /// Spends it before grants of a higher number, whatever expires first; 0 unless this is said.
    #[must_use = "the reward is returned, not changed in place"]
    pub fn with_priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }

    /// Lets it pay for some work only.
    ///
    /// ```
    /// use studio_credits::{Credits, Restriction, Studio, plan::{Reward, RewardName}};
    ///
    /// let welcome = Reward::new(RewardName::new("welcome")?, Credits::from_whole(30))?
    ///     .with_restriction(Restriction::default().to_studio(Studio::new("image")?))?;
    /// assert_eq!(welcome.restriction().to_string(), "studio image");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::Grant`] when more than [`Grant::RESTRICTION_MAX`] studios, tools and models are named.
    pub fn with_restriction(self, restriction: Restriction) -> Result<Self, PlanError> {
        Self { restriction, ..self }.checked()
    }

    /// Gives it for the same referee again, as for a reward that has none.
    #[must_use = "the reward is returned, not changed in place"]
    pub fn repeatable(self) -> Self {
        Self { once_per_referee: false, ..self }
    }

    /// Gives it to one account at most so often a day.
    ///
    /// ```
    /// use studio_credits::{Credits, plan::{Reward, RewardName}};
    ///
    /// let share = Reward::new(RewardName::new("share")?, Credits::from_whole(5))?.repeatable().with_day_max(3)?;
    /// assert_eq!(share.day_max(), Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when it is never, or more often than [`Reward::COUNT_MAX`].
    pub fn with_day_max(self, rewards: u32) -> Result<Self, PlanError> {
        Self { day_max: Some(rewards), ..self }.checked()
    }

    /// Gives it to one account at most so often a month.
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when it is never, or more often than [`Reward::COUNT_MAX`].
    pub fn with_month_max(self, rewards: u32) -> Result<Self, PlanError> {
        Self { month_max: Some(rewards), ..self }.checked()
    }

    /// Gives it to one account at most so often in all.
    ///
    /// ```
    /// use studio_credits::{Credits, plan::{Reward, RewardName}};
    ///
    /// let referral = Reward::new(RewardName::new("referral")?, Credits::from_whole(100))?.with_ever_max(50)?;
    /// assert_eq!(referral.ever_max(), Some(50));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PlanError::OutOfRange`] when it is never, or more often than [`Reward::COUNT_MAX`].
    pub fn with_ever_max(self, rewards: u32) -> Result<Self, PlanError> {
        Self { ever_max: Some(rewards), ..self }.checked()
    }

    /// Gives it when something has happened, such as the referee's first invoice, and not before.
    #[must_use = "the reward is returned, not changed in place"]
    pub fn pending_until(self, condition: ConditionName) -> Self {
        Self { pending_until: Some(condition), ..self }
    }

    /// Gives it for good: nothing takes it back.
    #[must_use = "the reward is returned, not changed in place"]
    pub fn irrevocable(self) -> Self {
        Self { revocable: false, ..self }
    }

    /// What it is for.
    pub fn name(&self) -> &RewardName {
        &self.name
    }

    /// How much it gives, above zero.
    pub fn amount(&self) -> Credits {
        self.amount
    }

    /// After how many days what is left expires; `None` is never.
    pub fn expiry_days(&self) -> Option<Days> {
        self.expiry_days
    }

    /// Its place in the order of spending: the lowest first.
    pub fn priority(&self) -> i16 {
        self.priority
    }

    /// Which work it may pay for.
    pub fn restriction(&self) -> &Restriction {
        &self.restriction
    }

    /// Whether an account is rewarded for one referee once only. Whether several are rewarded for the same one is the
    /// host's to say, as an account knows no other.
    pub fn is_once_per_referee(&self) -> bool {
        self.once_per_referee
    }

    /// How often one account is given it a day.
    pub fn day_max(&self) -> Option<u32> {
        self.day_max
    }

    /// How often one account is given it a month.
    pub fn month_max(&self) -> Option<u32> {
        self.month_max
    }

    /// How often one account is given it in all.
    pub fn ever_max(&self) -> Option<u32> {
        self.ever_max
    }

    /// What has to happen first; `None` is nothing.
    pub fn condition(&self) -> Option<&ConditionName> {
        self.pending_until.as_ref()
    }

    /// Whether it can be taken back, such as when the referee's payment was charged back.
    pub fn is_revocable(&self) -> bool {
        self.revocable
    }

    /// What is granted to whoever earns it at an instant.
    ///
    /// ```
    /// use studio_credits::{Credits, plan::{Days, Reward, RewardName}};
    ///
    /// let welcome = Reward::new(RewardName::new("welcome")?, Credits::from_whole(30))?.expiring(Days::new(7)?);
    /// let grant = welcome.grant_at("2026-11-25T12:00:00Z".parse()?)?;
    /// assert_eq!(grant.expires_at(), Some("2026-12-02T12:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`GrantError::YearOutOfRange`] when it would expire after the year 9999.
    pub fn grant_at(&self, earned_at: DateTime<Utc>) -> Result<Grant, GrantError> {
        expiring(self.grant()?, self.expiry_days, earned_at)
    }

    fn grant(&self) -> Result<Grant, GrantError> {
        let grant = Grant::new(GrantKind::Reward, self.amount)?;
        grant.with_priority(self.priority).with_restriction(self.restriction.clone())
    }

    fn checked(self) -> Result<Self, PlanError> {
        positive("the amount", self.amount)?;
        for rewards in [self.day_max, self.month_max, self.ever_max].into_iter().flatten() {
            counted("rewards", rewards.into(), Self::COUNT_MAX.into())?;
        }
        self.grant()?;
        Ok(self)
    }
}

/// A reward as it is read, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a reward")]
struct Parts {
    name: RewardName,
    amount: Credits,
    expiry_days: Option<Days>,
    priority: i16,
    #[serde(default)]
    restriction: Restriction,
    once_per_referee: bool,
    day_max: Option<u32>,
    month_max: Option<u32>,
    ever_max: Option<u32>,
    pending_until: Option<ConditionName>,
    revocable: bool,
}

impl TryFrom<Parts> for Reward {
    type Error = PlanError;

    fn try_from(parts: Parts) -> Result<Self, PlanError> {
        let reward = Self {
            name: parts.name,
            amount: parts.amount,
            expiry_days: parts.expiry_days,
            priority: parts.priority,
            restriction: parts.restriction,
            once_per_referee: parts.once_per_referee,
            day_max: parts.day_max,
            month_max: parts.month_max,
            ever_max: parts.ever_max,
            pending_until: parts.pending_until,
            revocable: parts.revocable,
        };
        reward.checked()
    }
}
