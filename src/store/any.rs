//! A store of any kind, behind a pointer.

use std::{fmt, pin::Pin, sync::Arc};

use chrono::{DateTime, Utc};

use super::{Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, StoreError};
use crate::{
    ids::AccountId,
    journal::{Entry, Record, RecordName},
};

type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store of any kind: for a host that chooses its store as it starts. Copies share the store. [`AnyInventory`] can
/// also tell what it has.
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

/// A store of any kind that can tell what it has: [`AnyStore`] for a host that lists holds, looks for drift, forgets
/// receipts or moves accounts as well. Copies share the store.
///
/// It costs one allocation a call.
///
/// ```
/// use studio_credits::{Unit, ledger::{HoldsAsk, Ledger, block_on}, store::{AnyInventory, MemoryStore}};
///
/// let store = AnyInventory::new(MemoryStore::default()); // or a database, as the host is set up
/// let ledger: Ledger<AnyInventory> = Ledger::new(store, Unit::new("credits")?);
/// let open = block_on(ledger.holds(HoldsAsk::Open, None, 100))?;
/// assert!(open.found.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct AnyInventory(Arc<dyn BoxedInventory>);

impl AnyInventory {
    /// Puts a store behind a pointer.
    pub fn new(store: impl Inventory + 'static) -> Self {
        Self(Arc::new(store))
    }
}

macro_rules! store {
    ($($any:ident),*) => {
        $(impl fmt::Debug for $any {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($any)).finish_non_exhaustive()
            }
        }

        impl LedgerStore for $any {
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

            async fn entries(
                &self,
                account: &AccountId,
                after: u64,
                max: usize,
            ) -> Result<Vec<Arc<Entry>>, StoreError> {
                self.0.entries(account, after, max).await
            }
        })*
    };
}

store!(AnyStore, AnyInventory);

impl Inventory for AnyInventory {
    async fn accounts(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        self.0.accounts(listing, after, max).await
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        self.0.records(account, after, max).await
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        self.0.forget_receipts(before, max).await
    }
}

/// The methods of a store with boxed futures, so that there can be a pointer to any implementer.
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

/// The same of an inventory.
trait BoxedInventory: Boxed {
    fn accounts<'a>(&'a self, listing: Listing, after: Option<&'a AccountId>, max: usize) -> Reply<'a, Vec<AccountId>>;

    fn records<'a>(&'a self, account: &'a AccountId, after: Option<&'a str>, max: usize) -> Reply<'a, Vec<Record>>;

    fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Reply<'_, usize>;
}

impl<S: Inventory> BoxedInventory for S {
    fn accounts<'a>(&'a self, listing: Listing, after: Option<&'a AccountId>, max: usize) -> Reply<'a, Vec<AccountId>> {
        Box::pin(Inventory::accounts(self, listing, after, max))
    }

    fn records<'a>(&'a self, account: &'a AccountId, after: Option<&'a str>, max: usize) -> Reply<'a, Vec<Record>> {
        Box::pin(Inventory::records(self, account, after, max))
    }

    fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Reply<'_, usize> {
        Box::pin(Inventory::forget_receipts(self, before, max))
    }
}
