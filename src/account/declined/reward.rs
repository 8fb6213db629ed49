//! What a reward refuses.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{instant, said::plan_name};
use crate::{
    account::{DecideError, Declined, Lifts},
    ids::{AccountId, GrantId},
    journal::Referral,
    plan::{PlanName, RewardName},
};

/// Why a reward is not given, promised or taken back.
///
/// Complete on purpose: whoever asks must have an answer for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum RewardDeclined {
    /// Nothing takes it back.
    #[error("reward `{reward}` is given for good")]
    ForGood {
        /// The reward.
        reward: RewardName,
    },
    /// It was given for this referee before.
    #[error("reward `{}` was given for `{}` before, as `{grant}`", referral.reward, referral.referee)]
    GivenAlready {
        /// Which, and for whom.
        referral: Referral,
        /// The grant.
        grant: GrantId,
    },
    /// It waits for nothing, so it is given and not promised.
    #[error("reward `{reward}` has no condition: give it")]
    NoCondition {
        /// The reward.
        reward: RewardName,
    },
    /// The plan in force has no such reward.
    #[error("{} has no reward `{reward}`{lifts}", plan_name(.plan.as_ref()))]
    NoReward {
        /// The reward.
        reward: RewardName,
        /// The plan in force, if there is one.
        plan: Option<PlanName>,
        /// What would lift it: the plans that have it.
        lifts: Lifts,
    },
    /// It was neither given nor promised.
    #[error("reward `{}` was neither given nor promised for `{}`", referral.reward, referral.referee)]
    NotGiven {
        /// Which, and for whom.
        referral: Referral,
    },
    /// Nobody recommends themselves.
    #[error("`{referee}` cannot be recommended by themselves")]
    OneselfReferred {
        /// The account.
        referee: AccountId,
    },
    /// It is promised, and waits for its condition.
    #[error("reward `{}` is promised for `{}` already", referral.reward, referral.referee)]
    Pending {
        /// Which, and for whom.
        referral: Referral,
    },
    /// It was taken back, and is not given again.
    #[error("reward `{}` for `{}` was taken back", referral.reward, referral.referee)]
    TakenBack {
        /// Which, and for whom.
        referral: Referral,
    },
    /// It was given as often as it may be.
    #[error(
        "reward `{reward}` was given as often as it may be{until}: the limit is {max}",
        until = until(resets_at.as_ref())
    )]
    TooOften {
        /// The reward.
        reward: RewardName,
        /// How often it may be given.
        max: u32,
        /// From when on it may be given again; `None` is never.
        resets_at: Option<DateTime<Utc>>,
    },
    /// Its condition has not come true, as far as anybody said.
    #[error("reward `{reward}` waits for `{condition}`: promise it, and give it then")]
    Waits {
        /// The reward.
        reward: RewardName,
        /// What has to happen first.
        condition: crate::plan::ConditionName,
    },
}

fn until(resets_at: Option<&DateTime<Utc>>) -> String {
    resets_at.map_or_else(String::new, |at| format!(" until {}", instant(at)))
}

impl From<RewardDeclined> for DecideError {
    fn from(declined: RewardDeclined) -> Self {
        Declined::Reward(declined).into()
    }
}
