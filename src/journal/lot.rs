//! What is left of a grant.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::credits::Credits;
use crate::grant::Grant;
use crate::ids::GrantId;

/// What is left of one grant, and what became of the rest: the five parts are always the whole amount of the grant.
///
/// A lot lives while something is available or held; used up, it becomes a [record](super::Record).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Its name, which is that of its grant.
    pub id: GrantId,
    /// On which terms it was given.
    pub grant: Arc<Grant>,
    /// When it was given.
    pub granted_at: DateTime<Utc>,
    /// Neither used nor set aside.
    pub available: Credits,
    /// Set aside by open holds.
    pub held: Credits,
    /// Used.
    pub spent: Credits,
    /// Over, unused.
    pub expired: Credits,
    /// Taken back, unused.
    pub revoked: Credits,
    /// Whether the grant was ended early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// How a grant was ended early.
///
/// Complete on purpose: they differ in what becomes of credits that come back, and in what is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// It was revoked: what comes back to it is revoked as well.
    Revoked,
    /// Its payment was charged back: what is spent of it is owed.
    ChargedBack,
    /// It ended with its plan: what comes back to it expires.
    WithPlan,
}
