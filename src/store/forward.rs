//! A pointer to a store is a store.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, StoreError};
use crate::{
    ids::AccountId,
    journal::{Entry, Record, RecordName},
};

macro_rules! forward {
    ($($pointer:ty),*) => {
        $(impl<S: LedgerStore + ?Sized> LedgerStore for $pointer {
            async fn load(
                &self,
                account: &AccountId,
                records: &[RecordName],
                freshness: Freshness,
            ) -> Result<Loaded, StoreError> {
                S::load(self, account, records, freshness).await
            }

            async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
                S::commit(self, commit).await
            }

            async fn entries(
                &self,
                account: &AccountId,
                after: u64,
                max: usize,
            ) -> Result<Vec<Arc<Entry>>, StoreError> {
                S::entries(self, account, after, max).await
            }
        }

        impl<S: Inventory + ?Sized> Inventory for $pointer {
            async fn accounts(
                &self,
                listing: Listing,
                after: Option<&AccountId>,
                max: usize,
            ) -> Result<Vec<AccountId>, StoreError> {
                S::accounts(self, listing, after, max).await
            }

            async fn records(
                &self,
                account: &AccountId,
                after: Option<&str>,
                max: usize,
            ) -> Result<Vec<Record>, StoreError> {
                S::records(self, account, after, max).await
            }

            async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
                S::forget_receipts(self, before, max).await
            }
        })*
    };
}

forward!(&S, Arc<S>, Box<S>);
