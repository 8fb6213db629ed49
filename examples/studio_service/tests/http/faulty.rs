//! A store in memory that fails where a test wants it to.

use std::{
    future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use studio_credits::{
    AccountId,
    journal::{Entry, Record, RecordName},
    store::{Commit, Committed, Freshness, Inventory, LedgerStore, Listing, Loaded, MemoryStore, StoreError},
};
use studio_service::{Setup, Store, Studio};

#[derive(Default)]
pub(crate) struct Faulty {
    store: MemoryStore,
    /// Whether nothing can be written now.
    pub(crate) is_read_only: AtomicBool,
    /// Whether nothing can be read now.
    pub(crate) is_away: AtomicBool,
    /// Whether a load has no answer, for ever.
    pub(crate) is_silent: AtomicBool,
    /// Whether accounts cannot be listed.
    pub(crate) is_unlisted: AtomicBool,
    /// An account that does not read.
    pub(crate) unread: Mutex<Option<&'static str>>,
}

pub(crate) fn set(fault: &AtomicBool, to: bool) {
    fault.store(to, Ordering::SeqCst);
}

fn unless(fault: &AtomicBool, what: &str) -> Result<(), StoreError> {
    if fault.load(Ordering::SeqCst) { Err(StoreError::not_written(what)) } else { Ok(()) }
}

impl LedgerStore for Faulty {
    async fn load(&self, account: &AccountId, names: &[RecordName], fresh: Freshness) -> Result<Loaded, StoreError> {
        if self.is_silent.load(Ordering::SeqCst) {
            future::pending::<()>().await;
        }
        unless(&self.is_away, "no connection")?;
        if *self.unread.lock().unwrap() == Some(account.as_str()) {
            return Err(StoreError::fatal("the head does not read"));
        }
        self.store.load(account, names, fresh).await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        unless(&self.is_read_only, "the disk is full")?;
        self.store.commit(commit).await
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        self.store.entries(account, after, max).await
    }
}

impl Inventory for Faulty {
    async fn accounts(&self, of: Listing, after: Option<&AccountId>, max: usize) -> Result<Vec<AccountId>, StoreError> {
        unless(&self.is_unlisted, "all accounts would be read for this")?;
        self.store.accounts(of, after, max).await
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        self.store.records(account, after, max).await
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        self.store.forget_receipts(before, max).await
    }
}

/// A studio over a store, at noon of one day, with jobs that take so long.
pub(crate) fn studio(store: &Arc<Faulty>, job_time: Duration) -> Arc<Studio> {
    let clock = || "2026-11-29T12:00:00Z".parse().unwrap();
    Studio::new(Store::new(store.clone()), Setup { job_time, clock }).unwrap()
}
