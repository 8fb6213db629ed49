//! The store of the simulator: it does what a store must, unless it is told to make one mistake.

use std::collections::BTreeMap;
use std::sync::Arc;

use studio_credits::AccountId;
use studio_credits::journal::{Entry, Record, RecordName, Snapshot};
use studio_credits::store::{Commit, Committed, Freshness, Head, Loaded, StoreError};

use super::store::Store;

/// What whoever writes a store could get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// The version is not compared.
    NoCompare,
    /// Of entries that are written at once, the last is left out.
    HalfEntries,
    /// Now and then, what was acknowledged is gone.
    LosesCommits,
    /// It says that somebody else was faster, after it has written.
    ConflictAfterWriting,
    /// It says that nothing was written, after it has.
    NotWrittenAfterWriting,
    /// Records are read before the head, and may be there already when they are written.
    TornLoad,
    /// The latest that it has is not the latest that there is.
    OldForLatest,
    /// A commit without entries and records is left out.
    NoFences,
    /// The snapshot stays as it was first.
    SnapshotStays,
    /// A record stays as it was first.
    RecordsStay,
    /// The names of records are those of all accounts.
    NoAccounts,
    /// A page begins one entry too late.
    PageTooLate,
    /// Entries that are read are those of the first version.
    FirstEntriesOnly,
}

pub(crate) const MISTAKES: &[Mistake] = &[
    Mistake::NoCompare,
    Mistake::HalfEntries,
    Mistake::LosesCommits,
    Mistake::ConflictAfterWriting,
    Mistake::NotWrittenAfterWriting,
    Mistake::TornLoad,
    Mistake::OldForLatest,
    Mistake::NoFences,
    Mistake::SnapshotStays,
    Mistake::RecordsStay,
    Mistake::NoAccounts,
    Mistake::PageTooLate,
    Mistake::FirstEntriesOnly,
];

#[derive(Default)]
pub(crate) struct Shelves {
    shelves: BTreeMap<AccountId, Shelf>,
    mistake: Option<Mistake>,
    commits: u64,
}

struct Shelf {
    version: u64,
    snapshot: Arc<Snapshot>,
    entries: Vec<Arc<Entry>>,
    records: BTreeMap<RecordName, Record>,
    /// As it was one version ago, for whoever reads too early.
    before: Option<(u64, Arc<Snapshot>, BTreeMap<RecordName, Record>)>,
    first: usize,
}

impl Shelves {
    pub(crate) fn new(mistake: Option<Mistake>) -> Self {
        Self { mistake, ..Self::default() }
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// Whether a record of that name is there already.
    fn has(&self, account: &AccountId, name: &RecordName) -> bool {
        let mut shelves = self.shelves.iter().filter(|(id, _)| *id == account || self.makes(Mistake::NoAccounts));
        shelves.any(|(_, shelf)| shelf.records.contains_key(name))
    }

    fn write(&mut self, commit: &Commit) {
        let torn = self.makes(Mistake::TornLoad) || self.makes(Mistake::OldForLatest);
        let (half, keeps) = (self.makes(Mistake::HalfEntries), self.makes(Mistake::RecordsStay));
        let keeps_snapshot = self.makes(Mistake::SnapshotStays);
        let shelf = self.shelves.entry(commit.account.clone()).or_insert_with(|| Shelf {
            version: 0,
            snapshot: commit.snapshot.clone(),
            entries: Vec::new(),
            records: BTreeMap::new(),
            before: None,
            first: commit.entries.len(),
        });
        if torn && shelf.version > 0 {
            shelf.before = Some((shelf.version, shelf.snapshot.clone(), shelf.records.clone()));
        }
        shelf.version += 1;
        if !keeps_snapshot {
            shelf.snapshot = commit.snapshot.clone();
        }
        let written = if half && commit.entries.len() > 1 { commit.entries.len() - 1 } else { commit.entries.len() };
        shelf.entries.extend(commit.entries.iter().take(written).cloned());
        for record in &commit.records {
            let name = record.name();
            if !(keeps && shelf.records.contains_key(&name)) {
                shelf.records.insert(name, record.clone());
            }
        }
    }
}

impl Store for Shelves {
    fn load(&mut self, account: &AccountId, names: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        let before = self.shelves.get(account).and_then(|shelf| shelf.before.as_ref());
        let older = before.filter(|(old, ..)| self.makes(Mistake::TornLoad) || (self.commits + old).is_multiple_of(3));
        let Some((old, snapshot, records)) = older else {
            return self.inspect(account, names);
        };
        let found = names.iter().filter_map(|name| records.get(name).cloned()).collect();
        if self.makes(Mistake::OldForLatest) {
            return Ok(Loaded::latest(Some(Head::new(*old, snapshot.clone())), found));
        }
        let loaded = self.inspect(account, &[])?;
        Ok(Loaded::latest(loaded.head, found))
    }

    fn inspect(&mut self, account: &AccountId, names: &[RecordName]) -> Result<Loaded, StoreError> {
        let of_all = self.makes(Mistake::NoAccounts);
        let shelves = self.shelves.iter().filter(|(id, _)| *id == account || of_all);
        let look = |name| shelves.clone().find_map(|(_, shelf)| shelf.records.get(name).cloned());
        let found: Vec<_> = names.iter().filter_map(look).collect();
        let shelf = self.shelves.get(account);
        Ok(Loaded::latest(shelf.map(|shelf| Head::new(shelf.version, shelf.snapshot.clone())), found))
    }

    fn commit(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        self.commits += 1;
        let version = self.shelves.get(&commit.account).map_or(0, |shelf| shelf.version);
        if version != commit.expected && !self.makes(Mistake::NoCompare) {
            return Ok(Committed::Conflict);
        }
        let is_there = |record: &&Record| record.is_new() && self.has(&commit.account, &record.name());
        if commit.records.iter().any(|record| is_there(&record)) && !self.makes(Mistake::TornLoad) {
            return Ok(Committed::Conflict);
        }
        match self.mistake {
            Some(Mistake::LosesCommits) if self.commits.is_multiple_of(37) => return Ok(Committed::Applied),
            Some(Mistake::NoFences) if commit.entries.is_empty() => return Ok(Committed::Applied),
            _ => self.write(commit),
        }
        match self.mistake {
            Some(Mistake::ConflictAfterWriting) if self.commits.is_multiple_of(19) => Ok(Committed::Conflict),
            Some(Mistake::NotWrittenAfterWriting) if self.commits.is_multiple_of(19) => {
                Err(StoreError::not_written("the connection was reset"))
            }
            _ => Ok(Committed::Applied),
        }
    }

    fn entries(&mut self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let Some(shelf) = self.shelves.get(account) else { return Ok(Vec::new()) };
        let late = u64::from(self.makes(Mistake::PageTooLate) && after > 0);
        let known = if self.makes(Mistake::FirstEntriesOnly) { shelf.first } else { shelf.entries.len() };
        let after = usize::try_from(after + late).unwrap();
        Ok(shelf.entries.iter().take(known).skip(after).take(max).cloned().collect())
    }
}
