//! A store in memory that shows all that it has.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use studio_credits::journal::{Entry, Record, RecordName, Snapshot};
use studio_credits::store::{Commit, Committed, Freshness, Head, LedgerStore, Loaded, StoreError};
use studio_credits::{AccountId, Key};

#[derive(Debug, Default)]
pub(crate) struct Shelves(Mutex<BTreeMap<AccountId, Shelf>>);

/// All that is kept of one account, but for the version.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) entries: Vec<Arc<Entry>>,
    pub(crate) records: BTreeMap<RecordName, Record>,
}

#[derive(Clone, Debug)]
struct Shelf {
    version: u64,
    kept: Kept,
}

impl Shelves {
    fn shelves(&self) -> MutexGuard<'_, BTreeMap<AccountId, Shelf>> {
        self.0.lock().unwrap()
    }

    /// All that is kept, without the versions: a commit that only keeps a lost one from arriving moves one on.
    pub(crate) fn kept(&self) -> BTreeMap<AccountId, Kept> {
        self.shelves().iter().map(|(id, shelf)| (id.clone(), shelf.kept.clone())).collect()
    }

    pub(crate) fn version(&self, account: &AccountId) -> u64 {
        self.shelves().get(account).map_or(0, |shelf| shelf.version)
    }

    pub(crate) fn seq(&self, account: &AccountId) -> u64 {
        self.shelves().get(account).map_or(0, |shelf| shelf.kept.snapshot.seq)
    }

    pub(crate) fn receipt(&self, account: &AccountId, key: &Key) -> Option<Record> {
        self.shelves().get(account)?.kept.records.get(&RecordName::Receipt(key.clone())).cloned()
    }

    pub(crate) fn read(&self, account: &AccountId, names: &[RecordName]) -> Loaded {
        let shelves = self.shelves();
        let Some(Shelf { version, kept }) = shelves.get(account) else {
            return Loaded::latest(None, Vec::new());
        };
        let found = names.iter().filter_map(|name| kept.records.get(name).cloned()).collect();
        Loaded::latest(Some(Head::new(*version, kept.snapshot.clone())), found)
    }

    pub(crate) fn page(&self, account: &AccountId, after: u64, max: usize) -> Vec<Arc<Entry>> {
        let shelves = self.shelves();
        let entries = shelves.get(account).map_or(&[][..], |shelf| &shelf.kept.entries);
        entries.iter().filter(|entry| entry.seq > after).take(max).cloned().collect()
    }

    pub(crate) fn write(&self, commit: &Commit) -> Committed {
        let mut shelves = self.shelves();
        let known = shelves.get(&commit.account);
        let is_known = |record: &Record| known.is_some_and(|shelf| shelf.kept.records.contains_key(&record.name()));
        if known.map_or(0, |shelf| shelf.version) != commit.expected
            || commit.records.iter().any(|record| record.is_new() && is_known(record))
        {
            return Committed::Conflict;
        }
        let new = || Kept { snapshot: commit.snapshot.clone(), entries: Vec::new(), records: BTreeMap::new() };
        let shelf = shelves.entry(commit.account.clone()).or_insert_with(|| Shelf { version: 0, kept: new() });
        shelf.version = commit.version();
        shelf.kept.snapshot = commit.snapshot.clone();
        shelf.kept.entries.extend(commit.entries.iter().cloned());
        shelf.kept.records.extend(commit.records.iter().map(|record| (record.name(), record.clone())));
        Committed::Applied
    }
}

impl LedgerStore for Shelves {
    async fn load(&self, account: &AccountId, names: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        Ok(self.read(account, names))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        Ok(self.write(commit))
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        Ok(self.page(account, after, max))
    }
}
