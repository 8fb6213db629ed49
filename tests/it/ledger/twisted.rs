//! A store that answers what a test wants it to, and counts its calls.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use studio_credits::AccountId;
use studio_credits::journal::{Entry, RecordName};
use studio_credits::store::{Commit, Committed, Freshness, LedgerStore, Loaded, StoreError};

use super::shelves::Shelves;

type Loads = dyn Fn(u64, Loaded) -> Result<Loaded, StoreError> + Send + Sync;
type Commits = dyn Fn(u64, &Shelves, &Commit) -> Result<Committed, StoreError> + Send + Sync;
type Pages = dyn Fn(u64, Vec<Arc<Entry>>) -> Result<Vec<Arc<Entry>>, StoreError> + Send + Sync;

/// What is given to each is the number of the call, from 1, and what an honest store would answer.
#[derive(Default)]
pub(crate) struct Twisted {
    pub(crate) shelves: Shelves,
    loads: Option<Box<Loads>>,
    commits: Option<Box<Commits>>,
    pages: Option<Box<Pages>>,
    calls: [AtomicU64; 3],
}

/// How often the store was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) loads: u64,
    pub(crate) commits: u64,
    pub(crate) pages: u64,
}

impl Twisted {
    pub(crate) fn over(shelves: Shelves) -> Self {
        Self { shelves, ..Self::default() }
    }

    #[must_use]
    pub(crate) fn load(self, it: impl Fn(u64, Loaded) -> Result<Loaded, StoreError> + Send + Sync + 'static) -> Self {
        Self { loads: Some(Box::new(it)), ..self }
    }

    #[must_use]
    pub(crate) fn commit(
        self,
        it: impl Fn(u64, &Shelves, &Commit) -> Result<Committed, StoreError> + Send + Sync + 'static,
    ) -> Self {
        Self { commits: Some(Box::new(it)), ..self }
    }

    #[must_use]
    pub(crate) fn page(
        self,
        it: impl Fn(u64, Vec<Arc<Entry>>) -> Result<Vec<Arc<Entry>>, StoreError> + Send + Sync + 'static,
    ) -> Self {
        Self { pages: Some(Box::new(it)), ..self }
    }

    pub(crate) fn calls(&self) -> Calls {
        let [loads, commits, pages] = self.calls.each_ref().map(|calls| calls.load(Ordering::Relaxed));
        Calls { loads, commits, pages }
    }

    fn next(&self, kind: usize) -> u64 {
        self.calls[kind].fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl LedgerStore for Twisted {
    async fn load(&self, account: &AccountId, names: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        let (call, loaded) = (self.next(0), self.shelves.read(account, names));
        self.loads.as_ref().map_or(Ok(loaded.clone()), |loads| loads(call, loaded))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let call = self.next(1);
        let commits = self.commits.as_ref();
        commits.map_or_else(|| Ok(self.shelves.write(commit)), |commits| commits(call, &self.shelves, commit))
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let (call, page) = (self.next(2), self.shelves.page(account, after, max));
        self.pages.as_ref().map_or(Ok(page.clone()), |pages| pages(call, page))
    }
}

impl fmt::Debug for Twisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twisted").field("calls", &self.calls()).finish_non_exhaustive()
    }
}
