//! Names of plans and of what they promise.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use crate::ids::{IdError, check, id};

id! {
    /// Names a plan, such as `standard`.
    ///
    /// ```
    /// let plan = studio_credits::plan::PlanName::new("standard")?;
    /// assert_eq!(plan.as_str(), "standard");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    PlanName, "plan"
}

id! {
    /// Names an edition of a plan, such as `2026-11`: the plan as it was sold for a time.
    ///
    /// ```
    /// let edition = studio_credits::plan::EditionName::new("2026-11")?;
    /// assert_eq!(edition.as_str(), "2026-11");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    EditionName, "edition"
}

id! {
    /// Names an allowance within its plan, such as `daily`.
    ///
    /// An allowance of the same name in another plan is the same promise, so that whoever changes plans is not given
    /// the credits of one window twice. In all plans of a book it is daily, or in all of them monthly.
    ///
    /// ```
    /// let allowance = studio_credits::plan::AllowanceName::new("daily")?;
    /// assert_eq!(allowance.as_str(), "daily");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    AllowanceName, "allowance"
}

id! {
    /// Names a pack of credits that can be bought, such as `small`.
    ///
    /// ```
    /// let pack = studio_credits::plan::TopUpName::new("small")?;
    /// assert_eq!(pack.as_str(), "small");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[doc(alias = "pack")]
    TopUpName, "top-up"
}

id! {
    /// Names what a reward is for, such as `referral`.
    ///
    /// ```
    /// let reward = studio_credits::plan::RewardName::new("referral")?;
    /// assert_eq!(reward.as_str(), "referral");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    RewardName, "reward"
}

id! {
    /// Names what has to happen before a reward is given, such as `first-invoice`: the caller knows when it does.
    ///
    /// ```
    /// let condition = studio_credits::plan::ConditionName::new("first-invoice")?;
    /// assert_eq!(condition.as_str(), "first-invoice");
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    ConditionName, "condition"
}
