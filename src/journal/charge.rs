//! What became of a hold.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::format::Format;
use super::posting::Part;
use crate::basis::Basis;
use crate::credits::Credits;
use crate::ids::HoldId;
use crate::outcome::Outcome;
use crate::spend::Terms;
use crate::work::Work;

/// What became of a hold, and what a refund refers to.
///
/// At any time `settled = refunded + forgiven + owed + what is left of its parts`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[doc(alias = "capture")]
pub struct Charge {
    /// The stored form.
    pub format: Format,
    /// Its name, which is that of the hold.
    pub id: HoldId,
    /// What it is for.
    pub work: Arc<Work>,
    /// What was held.
    pub held: Credits,
    /// The terms that the hold was made on.
    pub terms: Terms,
    /// What the amount was based on, where it was quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Arc<Basis>>,
    /// When it was held for.
    pub held_at: DateTime<Utc>,
    /// The entry that held for it.
    pub held_seq: u64,
    /// How the hold was resolved.
    pub state: ChargeState,
    /// When.
    pub resolved_at: DateTime<Utc>,
    /// How the work ended, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What was charged: spent or owed.
    pub settled: Credits,
    /// How much of that was given back.
    pub refunded: Credits,
    /// How much of that is still owed.
    pub owed: Credits,
    /// How much of that is no longer owed, because somebody said so.
    pub forgiven: Credits,
    /// Of which lots it was paid, in order, and how much of each is still spent.
    pub parts: Vec<Part>,
}

/// How a hold was resolved.
///
/// Complete on purpose: a hold that is none of these is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChargeState {
    /// The work ended, and was charged.
    Settled,
    /// The hold was called off.
    Released,
    /// The hold passed its deadline; it can still be settled late.
    Lapsed,
}

impl ChargeState {
    /// The state as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Released => "released",
            Self::Lapsed => "lapsed",
        }
    }
}
