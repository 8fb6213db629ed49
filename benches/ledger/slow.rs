//! A store that takes its time for a commit, and none for a load.

use std::{sync::Arc, time::Duration};

use studio_credits::{
    AccountId,
    journal::{Entry, RecordName},
    store::{Commit, Committed, Freshness, LedgerStore, Loaded, MemoryStore, StoreError},
};

pub(crate) struct SlowStore {
    inner: MemoryStore,
    commit: Duration,
}

impl SlowStore {
    pub(crate) fn new(commit: Duration) -> Self {
        Self { inner: MemoryStore::default(), commit }
    }
}

impl LedgerStore for SlowStore {
    async fn load(
        &self,
        account: &AccountId,
        records: &[RecordName],
        freshness: Freshness,
    ) -> Result<Loaded, StoreError> {
        self.inner.load(account, records, freshness).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        tokio::time::sleep(self.commit).await;
        self.inner.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.inner.entries(account, after, max).await
    }
}
