//! What was earned.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::counter::Window;
use super::format::Format;
use crate::ids::{AccountId, GrantId};
use crate::plan::{Reward, RewardName};

/// How often an account was given a reward.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earned {
    /// Which reward.
    pub reward: RewardName,
    /// How often in all.
    pub ever: u32,
    /// How often in the last day on which it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<EarnedIn>,
    /// How often in the last month in which it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<EarnedIn>,
}

/// How often an account was given a reward within a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarnedIn {
    /// The window.
    pub window: Window,
    /// How often.
    pub count: u32,
}

/// A reward for one referee.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    /// Which reward.
    pub reward: RewardName,
    /// Who was recommended.
    pub referee: AccountId,
}

/// What became of a reward for one referee.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referred {
    /// The stored form.
    pub format: Format,
    /// Which reward, and for whom.
    pub referral: Referral,
    /// The reward as it was promised.
    pub terms: Arc<Reward>,
    /// What became of it.
    pub state: ReferredState,
}

/// What became of a reward.
///
/// Complete on purpose: from each, what may follow is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ReferredState {
    /// Its condition has not come true yet.
    Pending,
    /// It was given.
    Given {
        /// The grant.
        grant: GrantId,
    },
    /// It was taken back, or will not be given.
    Revoked,
}

/// As a row is named, told apart whatever the names have in them.
impl fmt::Display for Referral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reward = self.reward.as_str();
        write!(f, "{}/{reward}/{}", reward.len(), self.referee)
    }
}
