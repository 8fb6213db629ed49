//! Several stores as one, each with accounts of its own.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};

use super::{Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, StoreError};
use crate::{
    ids::AccountId,
    journal::{Entry, Record, RecordName},
};

/// Several stores as one: each account is in one of them, as nothing ever concerns two accounts at once. Stores of
/// different kinds are put together as [`AnyStore`](super::AnyStore), or as [`AnyInventory`](super::AnyInventory).
///
/// The route says which store an account is in, as its place in the list. It must say the same for ever, or until the
/// account has been moved: an account that is looked for where it is not begins anew. So do not route by the number of
/// stores that there happen to be: route to many more parts than that, and state where each part is.
///
/// ```
/// use studio_credits::{AccountId, Unit, ledger::Ledger, store::{MemoryStore, Routed}};
///
/// // Sixteen parts by the last digit of the name in hexadecimal, on two servers.
/// let place = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];
/// let part = |account: &AccountId| account.as_str().chars().next_back().and_then(|last| last.to_digit(16));
/// let store = Routed::new(vec![MemoryStore::default(), MemoryStore::default()], move |account| {
///     part(account).map_or(0, |part| place[part as usize])
/// });
/// let ledger = Ledger::new(store, Unit::new("credits")?);
/// # drop(ledger);
/// # Ok::<(), studio_credits::IdError>(())
/// ```
pub struct Routed<S> {
    stores: Vec<S>,
    route: Box<dyn Fn(&AccountId) -> usize + Send + Sync>,
}

impl<S> Routed<S> {
    /// These stores, and in which of them an account is: 0 is the first.
    pub fn new(stores: Vec<S>, route: impl Fn(&AccountId) -> usize + Send + Sync + 'static) -> Self {
        Self { stores, route: Box::new(route) }
    }

    /// The stores, in their order.
    pub fn stores(&self) -> &[S] {
        &self.stores
    }

    fn store(&self, account: &AccountId) -> Result<&S, StoreError> {
        let (place, stores) = ((self.route)(account), self.stores.len());
        let nowhere = || StoreError::fatal(format!("account `{account}` is routed to store {place} of {stores}"));
        self.stores.get(place).ok_or_else(nowhere)
    }
}

impl<S: LedgerStore> LedgerStore for Routed<S> {
    async fn load(
        &self,
        account: &AccountId,
        records: &[RecordName],
        freshness: Freshness,
    ) -> Result<Loaded, StoreError> {
        self.store(account)?.load(account, records, freshness).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.store(&commit.account)?.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store(account)?.entries(account, after, max).await
    }
}

impl<S: Inventory> Inventory for Routed<S> {
    async fn accounts(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let mut all = Vec::new();
        for (place, store) in self.stores.iter().enumerate() {
            let (mut found, mut after) = (Vec::new(), after.cloned());
            // What was left behind where an account was before it was moved is no account.
            while found.len() < max {
                let page = store.accounts(listing, after.as_ref(), max).await?;
                let is_last = page.len() < max;
                after = page.last().cloned();
                found.extend(page.into_iter().filter(|account| (self.route)(account) == place));
                if is_last {
                    break;
                }
            }
            all.extend(found);
        }
        all.sort();
        all.truncate(max);
        Ok(all)
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        self.store(account)?.records(account, after, max).await
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        let mut forgotten = 0_usize;
        for store in &self.stores {
            let left = max.saturating_sub(forgotten);
            forgotten = forgotten.saturating_add(store.forget_receipts(before, left).await?);
        }
        Ok(forgotten)
    }
}

impl<S: fmt::Debug> fmt::Debug for Routed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routed").field("stores", &self.stores).finish_non_exhaustive()
    }
}
