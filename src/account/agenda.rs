//! What time does by itself: holds lapse, lots expire.

use chrono::{DateTime, Utc};

use crate::ids::{GrantId, HoldId};

/// Something that happens at an instant; what compares less happens first, and holds lapse before lots expire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due {
    pub(super) at: DateTime<Utc>,
    pub(super) what: Event,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    Lapse(HoldId),
    Expire(GrantId),
}

impl Due {
    pub(super) fn lapse(at: DateTime<Utc>, hold: &HoldId) -> Self {
        Self { at, what: Event::Lapse(hold.clone()) }
    }

    pub(super) fn expire(at: DateTime<Utc>, lot: &GrantId) -> Self {
        Self { at, what: Event::Expire(lot.clone()) }
    }
}
