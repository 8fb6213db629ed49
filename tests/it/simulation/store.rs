//! A store as the simulator drives it: one call after the other, each done when it returns.

use std::sync::Arc;

use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::ledger::block_on;
use studio_credits::store::{Commit, Committed, Freshness, LedgerStore, Loaded, StoreError};

pub(crate) trait Store {
    fn load(&mut self, account: &AccountId, records: &[RecordName], freshness: Freshness)
    -> Result<Loaded, StoreError>;

    fn commit(&mut self, commit: &Commit) -> Result<Committed, StoreError>;

    fn entries(&mut self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError>;

    /// A load by somebody who comes when nobody else is there.
    fn inspect(&mut self, account: &AccountId, records: &[RecordName]) -> Result<Loaded, StoreError> {
        self.load(account, records, Freshness::Latest)
    }
}

/// Any store that a ledger can use, waited for at each call.
pub(crate) struct Waited<S>(pub(crate) S);

impl<S: LedgerStore> Store for Waited<S> {
    fn load(
        &mut self,
        account: &AccountId,
        records: &[RecordName],
        freshness: Freshness,
    ) -> Result<Loaded, StoreError> {
        block_on(self.0.load(account, records, freshness))
    }

    fn commit(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        block_on(self.0.commit(commit))
    }

    fn entries(&mut self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        block_on(self.0.entries(account, after, max))
    }
}
