//! What is set aside for work under way.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::posting::Part;
use crate::basis::Basis;
use crate::credits::Credits;
use crate::ids::HoldId;
use crate::spend::Terms;
use crate::work::Work;

/// Credits set aside for work under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[doc(alias("reserve", "authorization"))]
pub struct Hold {
    /// Its name, which is the key that it was made under.
    pub id: HoldId,
    /// What it is for.
    pub work: Arc<Work>,
    /// How many.
    pub amount: Credits,
    /// On which terms.
    pub terms: Terms,
    /// What the amount was based on, where it was quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Arc<Basis>>,
    /// Of which lots, in the order in which they were taken.
    pub parts: Vec<Part>,
    /// When it was made.
    pub held_at: DateTime<Utc>,
    /// The entry that made it.
    pub held_seq: u64,
    /// When it is over, unless it is resolved before: at that instant its credits are free.
    pub lapses_at: DateTime<Utc>,
    /// Whether the work has ended in a way that nobody knows.
    pub unknown: bool,
}
