//! A store whose every call waits, before and after it does what it is asked to.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::store::{Commit, Committed, Freshness, LedgerStore, Loaded, StoreError};

#[derive(Debug, Default)]
pub(crate) struct Slow<S>(pub(crate) S);

/// Waits once.
pub(crate) async fn wait() {
    let mut waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl<S: LedgerStore> LedgerStore for Slow<S> {
    async fn load(&self, account: &AccountId, names: &[RecordName], at: Freshness) -> Result<Loaded, StoreError> {
        wait().await;
        let loaded = self.0.load(account, names, at).await;
        wait().await;
        loaded
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        wait().await;
        let committed = self.0.commit(commit).await;
        wait().await;
        committed
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        wait().await;
        let entries = self.0.entries(account, after, max).await;
        wait().await;
        entries
    }
}
