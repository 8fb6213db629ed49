//! How an account stands with its plan.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::counter::{Counted, Counter, Given};
use super::reward::Earned;
use super::subscription::Subscription;
use super::team::Seat;
use crate::grant::GrantKind;
use crate::ids::Member;
use crate::plan::{AllowanceName, AutoTopUp, RewardName, Zone};

/// How an account stands with its plan: what it subscribes to, what it was given and has used of the present windows,
/// and who its members are. Each list is sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {
    /// Whose clock its days and months go by.
    #[serde(skip_serializing_if = "is_utc")]
    pub zone: Zone,
    /// The plan that it subscribes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Arc<Subscription>>,
    /// When what was given of a kind last ended with a plan, sorted by kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<KindEnded>,
    /// What allowances have given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// What limits have counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<Counter>,
    /// Who spends from it; nobody in particular where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Seat>,
    /// What was earned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earned: Vec<Earned>,
    /// When credits are to be bought without being asked, if the plan allows that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_top_up: Option<AutoTopUp>,
}

/// When what was given of a kind last ended with a plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindEnded {
    /// The kind.
    pub kind: GrantKind,
    /// When: what was given before has ended, also what was used up by then.
    pub at: DateTime<Utc>,
}

impl Standing {
    /// What an allowance has given.
    pub fn given(&self, allowance: &AllowanceName) -> Option<&Given> {
        find(&self.given, allowance, |given| &given.allowance)
    }

    /// What a limit has counted, of the last window that anything counted in.
    pub fn counter(&self, of: &Counted) -> Option<&Counter> {
        find(&self.counters, of, |counter| &counter.of)
    }

    /// A member.
    pub fn member(&self, member: &Member) -> Option<&Seat> {
        find(&self.members, member, |seat| &seat.member)
    }

    /// How often a reward was given.
    pub fn earned(&self, reward: &RewardName) -> Option<&Earned> {
        find(&self.earned, reward, |earned| &earned.reward)
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

fn find<'a, T, N: Ord>(list: &'a [T], name: &N, of: impl Fn(&T) -> &N) -> Option<&'a T> {
    list.binary_search_by(|item| of(item).cmp(name)).ok().and_then(|at| list.get(at))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is how serde hands over a field")]
fn is_utc(zone: &Zone) -> bool {
    *zone == Zone::UTC
}
