//! A store in files: a folder for each account, and in it a file for each commit, named by its version.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::{collections::BTreeMap, fs, path::PathBuf, process};

use serde::{Deserialize, Serialize};
use studio_credits::AccountId;
use studio_credits::journal::{Entry, Record, RecordName};
use studio_credits::store::{Commit, Committed, Freshness, Head, LedgerStore, Loaded, StoreError};

/// Numbers the files that this process writes, so that no two share a name.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Keeps journals in files.
pub(crate) struct FolderStore {
    pub(crate) folder: PathBuf,
    /// What was read so far. Files never change, so it is never wrong, only behind.
    known: Mutex<BTreeMap<AccountId, Shelf>>,
}

/// What the files of one account add up to.
#[derive(Default)]
struct Shelf {
    version: u64,
    head: Option<Head>,
    entries: Vec<Arc<Entry>>,
    records: BTreeMap<RecordName, Record>,
}

/// One file.
#[derive(Serialize, Deserialize)]
struct Written {
    /// A text of its own: if only this does not read, all that it says is in the entries.
    snapshot: String,
    entries: Vec<Arc<Entry>>,
    records: Vec<Record>,
}

impl FolderStore {
    pub(crate) fn open(folder: PathBuf) -> Self {
        Self { folder, known: Mutex::default() }
    }

    /// In hexadecimal digits, as names differ in more than file systems tell apart.
    fn folder_of(&self, account: &AccountId) -> PathBuf {
        let digits: Vec<_> = account.as_str().bytes().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(digits.concat())
    }

    /// Reads the files that are new, whoever wrote them, and looks at what there is while nobody else in this process
    /// reads or writes.
    fn look<T>(&self, account: &AccountId, at: impl FnOnce(&Shelf) -> T) -> Result<T, StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf = known.entry(account.clone()).or_default();
        loop {
            let version = shelf.version + 1;
            let text = match fs::read(self.folder_of(account).join(version.to_string())) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(at(shelf)),
                Err(error) => return Err(StoreError::not_written(error)),
            };
            let Written { snapshot, entries, records } = serde_json::from_slice(&text).map_err(StoreError::fatal)?;
            shelf.version = version;
            shelf.entries.extend(entries);
            let unread = Head::unread(version, shelf.entries.len() as u64);
            shelf.head = Some(serde_json::from_str(&snapshot).map_or(unread, |read| Head::new(version, read)));
            shelf.records.extend(records.into_iter().map(|record| (record.name(), record)));
        }
    }

    /// Writes a file aside, and gives it its name only where there is none of that name: whoever reads it sees all of
    /// it, and of two who write one wins, be it in another process.
    fn write(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let snapshot = serde_json::to_string(&*commit.snapshot).map_err(StoreError::not_written)?;
        let written = Written { snapshot, entries: commit.entries.clone(), records: commit.records.clone() };
        let text = serde_json::to_vec(&written).map_err(StoreError::not_written)?;
        let folder = self.folder_of(&commit.account);
        let aside = folder.join(format!("aside-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed)));
        // Never over a file that is there: after a crash it may be a commit, under its second name.
        let file = fs::create_dir_all(&folder).and_then(|()| fs::File::create_new(&aside));
        file.and_then(|mut file| file.write_all(&text)).map_err(StoreError::not_written)?;
        let named = fs::hard_link(&aside, folder.join(commit.version().to_string()));
        // If this fails, something stays that nobody reads.
        let _ = fs::remove_file(&aside);
        match named {
            Ok(()) => Ok(Committed::Applied),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Committed::Conflict),
            Err(error) => Err(StoreError::unknown(error)),
        }
    }
}

impl LedgerStore for FolderStore {
    async fn load(&self, account: &AccountId, records: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        self.look(account, |shelf| {
            let found = records.iter().filter_map(|name| shelf.records.get(name).cloned());
            Loaded::latest(shelf.head.clone(), found.collect())
        })
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.look(&commit.account, |shelf| {
            let is_there = |record: &Record| record.is_new() && shelf.records.contains_key(&record.name());
            let conflicts = shelf.version != commit.expected || commit.records.iter().any(is_there);
            if conflicts { Ok(Committed::Conflict) } else { self.write(commit) }
        })?
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        self.look(account, |shelf| shelf.entries.iter().skip(after).take(max).cloned().collect())
    }
}
