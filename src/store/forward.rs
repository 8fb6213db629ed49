//! A pointer to a store is a store.

use std::sync::Arc;

use super::{Commit, Committed, Freshness, LedgerStore, Loaded, StoreError};
use crate::{
    ids::AccountId,
    journal::{Entry, RecordName},
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
        })*
    };
}

forward!(&S, Arc<S>, Box<S>);
