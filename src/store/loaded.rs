//! What is read at once.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::journal::{Record, Snapshot};

/// The head of an account and some of its records, as of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded {
    /// The head; none where nothing was ever written.
    pub head: Option<Head>,
    /// Those of the records asked for that there are, in any order.
    pub records: Vec<Record>,
    /// Whether the moment is known to be the latest.
    pub freshness: Freshness,
    /// The store's own clock, where the store is to say what time it is; it then rules over the caller's.
    pub now: Option<DateTime<Utc>>,
}

impl Loaded {
    /// The latest that there is: no commit that anybody was told of is missing.
    pub fn latest(head: Option<Head>, records: Vec<Record>) -> Self {
        Self { head, records, freshness: Freshness::Latest, now: None }
    }

    /// Says that there may be something later, as after a read from a replica.
    #[must_use = "what was loaded is returned, not changed in place"]
    pub fn with_freshness(self, freshness: Freshness) -> Self {
        Self { freshness, ..self }
    }

    /// Says what time it is.
    #[must_use = "what was loaded is returned, not changed in place"]
    pub fn with_now(self, now: DateTime<Utc>) -> Self {
        Self { now: Some(now), ..self }
    }
}

/// The head of an account: how often it was written to, and what it adds up to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// How many commits there were: 1 after the first.
    pub version: u64,
    /// How many entries there are.
    pub seq: u64,
    /// The snapshot of the last commit; none where it does not read, and then the entries are folded anew.
    pub snapshot: Option<Arc<Snapshot>>,
}

impl Head {
    /// A head with its snapshot.
    pub fn new(version: u64, snapshot: Arc<Snapshot>) -> Self {
        Self { version, seq: snapshot.seq, snapshot: Some(snapshot) }
    }

    /// A head whose snapshot does not read, over so many entries.
    pub fn unread(version: u64, seq: u64) -> Self {
        Self { version, seq, snapshot: None }
    }
}

/// How recent a moment must be, or is known to be.
///
/// Complete on purpose: there is nothing between the latest and what may be older.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// A moment that may have passed.
    Any,
    /// Not before the last commit that anybody was told of.
    #[default]
    Latest,
}
