//! A store in memory.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Bound,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{Commit, Committed, Freshness, Head, Inventory, LedgerStore, Listing, Loaded, StoreError};
use crate::{
    ids::AccountId,
    journal::{Entry, Record, RecordName, Snapshot},
};

/// A store in memory, for tests, for trying things out, and as the measure of what a store does.
///
/// Everything is gone with it. Put it into an [`Arc`] to share it.
#[derive(Default)]
pub struct MemoryStore(Mutex<BTreeMap<AccountId, Shelf>>);

/// All that is kept of one account.
struct Shelf {
    version: u64,
    snapshot: Arc<Snapshot>,
    entries: Vec<Arc<Entry>>,
    /// Boxed, as they are large, and a tree moves what it holds.
    records: BTreeMap<RecordName, Box<Record>>,
}

impl MemoryStore {
    /// Nothing is ever left half done while the lock is held, so that a panic elsewhere spoils nothing.
    fn shelves(&self) -> MutexGuard<'_, BTreeMap<AccountId, Shelf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LedgerStore for MemoryStore {
    async fn load(&self, account: &AccountId, records: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        let shelves = self.shelves();
        let Some(shelf) = shelves.get(account) else {
            return Ok(Loaded::latest(None, Vec::new()));
        };
        let found =
            records.iter().filter_map(|name| shelf.records.get(name).map(|record| Record::clone(record))).collect();
        Ok(Loaded::latest(Some(Head::new(shelf.version, shelf.snapshot.clone())), found))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let mut shelves = self.shelves();
        let shelf = shelves.get_mut(&commit.account);
        if shelf.as_ref().map_or(0, |shelf| shelf.version) != commit.expected {
            return Ok(Committed::Conflict);
        }
        let rows = commit.records.iter().map(|record| (record.name(), Box::new(record.clone())));
        let Some(shelf) = shelf else {
            let Commit { snapshot, entries, .. } = commit;
            let (version, snapshot, entries) = (commit.version(), snapshot.clone(), entries.clone());
            let shelf = Shelf { version, snapshot, entries, records: rows.collect() };
            shelves.insert(commit.account.clone(), shelf);
            return Ok(Committed::Applied);
        };
        if commit.records.iter().any(|record| record.is_new() && shelf.records.contains_key(&record.name())) {
            return Ok(Committed::Conflict);
        }
        shelf.version = commit.version();
        shelf.snapshot = commit.snapshot.clone();
        shelf.entries.extend(commit.entries.iter().cloned());
        shelf.records.extend(rows);
        Ok(Committed::Applied)
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let shelves = self.shelves();
        let entries = shelves.get(account).map_or(&[][..], |shelf| &shelf.entries);
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(entries.iter().skip(after).take(max).cloned().collect())
    }
}

impl Inventory for MemoryStore {
    async fn accounts(
        &self,
        listing: Listing,
        after: Option<&AccountId>,
        max: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        let shelves = self.shelves();
        let listed = |shelf: &Shelf| {
            let mut holds = shelf.snapshot.holds.iter();
            match listing {
                Listing::All => true,
                Listing::Holding => holds.next().is_some(),
                Listing::Due(at) => holds.any(|hold| hold.lapses_at <= at),
            }
        };
        let range = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let found = shelves.range::<AccountId, _>(range).filter(|(_, shelf)| listed(shelf));
        Ok(found.take(max).map(|(account, _)| account.clone()).collect())
    }

    async fn records(&self, account: &AccountId, after: Option<&str>, max: usize) -> Result<Vec<Record>, StoreError> {
        let shelves = self.shelves();
        let records = shelves.get(account).into_iter().flat_map(|shelf| &shelf.records);
        let mut named: Vec<_> = records.map(|(name, record)| (name.to_string(), record)).collect();
        named.retain(|(name, _)| after.is_none_or(|after| name.as_str() > after));
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(named.into_iter().take(max).map(|(_, record)| Record::clone(record)).collect())
    }

    async fn forget_receipts(&self, before: DateTime<Utc>, max: usize) -> Result<usize, StoreError> {
        let (mut shelves, mut forgotten) = (self.shelves(), 0_usize);
        for shelf in shelves.values_mut() {
            shelf.records.retain(|_, record| {
                let is_kept = forgotten >= max || record.done_at().is_none_or(|done_at| done_at >= before);
                forgotten = forgotten.saturating_add(usize::from(!is_kept));
                is_kept
            });
        }
        Ok(forgotten)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("accounts", &self.shelves().len()).finish()
    }
}
