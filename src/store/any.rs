//! A store of any kind, behind a pointer.

use std::{fmt, pin::Pin, sync::Arc};

use super::{Commit, Committed, Freshness, LedgerStore, Loaded, StoreError};
use crate::{
    ids::AccountId,
    journal::{Entry, RecordName},
};

type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store of any kind: for a host that chooses its store as it starts. Copies share the store.
///
/// It costs one allocation a call.
///
/// ```
/// use std::sync::Arc;
///
/// use studio_credits::store::{AnyStore, MemoryStore};
///
/// let shared = Arc::new(MemoryStore::default());
/// let is_shared = true;
/// let store = if is_shared { AnyStore::new(shared) } else { AnyStore::new(MemoryStore::default()) };
/// # drop(store);
/// ```
#[derive(Clone)]
pub struct AnyStore(Arc<dyn Boxed>);

impl AnyStore {
    /// Puts a store behind a pointer.
    pub fn new(store: impl LedgerStore + 'static) -> Self {
        Self(Arc::new(store))
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyStore").finish_non_exhaustive()
    }
}

impl LedgerStore for AnyStore {
    async fn load(
        &self,
        account: &AccountId,
        records: &[RecordName],
        freshness: Freshness,
    ) -> Result<Loaded, StoreError> {
        self.0.load(account, records, freshness).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.0.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.0.entries(account, after, max).await
    }
}

/// The same three methods with boxed futures, so that there can be a pointer to any implementer.
trait Boxed: Send + Sync {
    fn load<'a>(&'a self, account: &'a AccountId, records: &'a [RecordName], freshness: Freshness)
    -> Reply<'a, Loaded>;

    fn commit<'a>(&'a self, commit: &'a Commit) -> Reply<'a, Committed>;

    fn entries<'a>(&'a self, account: &'a AccountId, after: u64, max: usize) -> Reply<'a, Vec<Arc<Entry>>>;
}

impl<S: LedgerStore> Boxed for S {
    fn load<'a>(
        &'a self,
        account: &'a AccountId,
        records: &'a [RecordName],
        freshness: Freshness,
    ) -> Reply<'a, Loaded> {
        Box::pin(LedgerStore::load(self, account, records, freshness))
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Reply<'a, Committed> {
        Box::pin(LedgerStore::commit(self, commit))
    }

    fn entries<'a>(&'a self, account: &'a AccountId, after: u64, max: usize) -> Reply<'a, Vec<Arc<Entry>>> {
        Box::pin(LedgerStore::entries(self, account, after, max))
    }
}
