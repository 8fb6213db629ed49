//! What is written at once.

use std::sync::Arc;

use crate::{
    ids::AccountId,
    journal::{Entry, Record, Snapshot},
};

/// All that is written at once, on top of one version of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit {
    /// Whose.
    pub account: AccountId,
    /// The version that the head must be at; 0 where the account must not be there yet.
    pub expected: u64,
    /// New entries, in their order, after those that there are. There may be none: such a commit only moves the
    /// version on, so that an earlier one that was lost cannot arrive any more.
    pub entries: Vec<Arc<Entry>>,
    /// What all entries add up to, in place of the snapshot before.
    pub snapshot: Arc<Snapshot>,
    /// Records, each in place of the one before of the same name. No two have the same name.
    pub records: Vec<Record>,
}

impl Commit {
    /// A commit of these parts.
    pub fn new(
        account: AccountId,
        expected: u64,
        entries: Vec<Arc<Entry>>,
        snapshot: Arc<Snapshot>,
        records: Vec<Record>,
    ) -> Self {
        Self { account, expected, entries, snapshot, records }
    }

    /// The version of the head after it.
    pub fn version(&self) -> u64 {
        self.expected.saturating_add(1)
    }
}

/// What became of a commit that a store has an answer for.
///
/// Complete on purpose: losing is an answer, and not an error.
#[must_use = "a commit that lost has written nothing"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is written, and the head is one version on.
    Applied,
    /// The head is at another version, or a record that was to be new is there. Nothing is written.
    Conflict,
}
