//! The order in which lots are spent.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use crate::{ids::GrantId, journal::Lot, planted::planted};

/// A lot's place in the order of spending: what compares less is spent first.
///
/// The comparison is that of the fields, from the first to the last, and total, as names are unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    priority: i16,
    expires: Expiry,
    unrestricted: bool,
    paid: bool,
    granted_at: DateTime<Utc>,
    lot: Name,
}

/// The name of a lot. Of those that entries have given by themselves, what compares less has the lower number, which is
/// not the order of their texts: 9 comes before 10.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name(GrantId);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Expiry {
    At(DateTime<Utc>),
    Never,
}

impl Place {
    pub(super) fn of(lot: &Lot) -> Self {
        let expires = lot.grant.expires_at().map_or(Expiry::Never, Expiry::At);
        Self {
            priority: if planted!("priority-ignored") { 0 } else { lot.grant.priority() },
            expires: if planted!("expiry-not-ordered") { Expiry::Never } else { expires },
            unrestricted: lot.grant.restriction().is_none(),
            paid: lot.grant.cost().is_some(),
            granted_at: lot.granted_at,
            lot: Name(lot.id.clone()),
        }
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let (Self(ours), Self(theirs)) = (self, other);
        ours.numbered().cmp(&theirs.numbered()).then_with(|| ours.cmp(theirs))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
