//! A store that takes its time and fails now and then, and counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::store::{Commit, Committed, Freshness, LedgerStore, Loaded, MemoryStore, StoreError};

use super::stage::turn;
use crate::oracle::chance::Chance;

#[derive(Default)]
pub(crate) struct Slow {
    pub(crate) inner: MemoryStore,
    chance: Option<Mutex<Chance>>,
    /// How likely a commit is to fail, in percent.
    fails: u64,
    /// Commits that were not sent yet, and whose caller was told that nobody knows.
    late: Mutex<Vec<Commit>>,
    /// The commit that is lost on the way, by its number, in a store that is otherwise sound.
    loses: Option<u64>,
    pub(crate) loads: AtomicU64,
    pub(crate) commits: AtomicU64,
}

impl Slow {
    pub(crate) fn failing(seed: u64, fails: u64) -> Self {
        Self { chance: Some(Mutex::new(Chance::new(seed, 0))), fails, ..Self::default() }
    }

    pub(crate) fn losing(commit: u64) -> Self {
        Self { loses: Some(commit), ..Self::default() }
    }

    fn roll(&self, end: u64) -> u64 {
        self.chance.as_ref().map_or(end - 1, |chance| chance.lock().unwrap().below(end))
    }

    /// Lets what was lost arrive.
    pub(crate) async fn arrive(&self) {
        let late = std::mem::take(&mut *self.late.lock().unwrap());
        for commit in late {
            let _ = self.inner.commit(&commit).await.unwrap();
        }
    }
}

impl LedgerStore for Slow {
    async fn load(
        &self,
        account: &AccountId,
        records: &[RecordName],
        freshness: Freshness,
    ) -> Result<Loaded, StoreError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        turn().await;
        let loaded = self.inner.load(account, records, freshness).await;
        turn().await;
        loaded
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let number = self.commits.fetch_add(1, Ordering::SeqCst);
        turn().await;
        if self.loses == Some(number) {
            self.late.lock().unwrap().push(commit.clone());
            turn().await;
            return Err(StoreError::unknown("the connection was reset"));
        }
        if self.roll(4) == 0 {
            self.arrive().await;
        }
        if self.roll(100) < self.fails {
            match self.roll(4) {
                0 => self.late.lock().unwrap().push(commit.clone()),
                1 => return Err(StoreError::not_written("no connection")),
                2 => {}
                _ => drop(self.inner.commit(commit).await?),
            }
            turn().await;
            return Err(StoreError::unknown("the connection was reset"));
        }
        let committed = self.inner.commit(commit).await;
        turn().await;
        committed
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        turn().await;
        self.inner.entries(account, after, max).await
    }
}
