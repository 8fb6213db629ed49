//! A store that keeps JSON, and what other builds wrote into it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Serialize, de::DeserializeOwned};
use studio_credits::AccountId;
use studio_credits::journal::{Entry, Record, RecordName, Snapshot};
use studio_credits::store::{Commit, Committed, Freshness, Head, LedgerStore, Loaded, StoreError};

/// Rows of text, as in a database: of an account, its head, its entries and its records.
#[derive(Debug, Default)]
pub(crate) struct Written(Mutex<BTreeMap<AccountId, Rows>>);

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) version: u64,
    pub(crate) seq: u64,
    pub(crate) snapshot: String,
    pub(crate) entries: BTreeMap<u64, String>,
    pub(crate) records: BTreeMap<String, String>,
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// What is written in a form that nobody knows here is an error that stays.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(StoreError::fatal)
}

impl Written {
    fn rows(&self) -> MutexGuard<'_, BTreeMap<AccountId, Rows>> {
        self.0.lock().unwrap()
    }

    pub(crate) fn of(&self, account: &AccountId) -> Rows {
        self.rows().get(account).cloned().unwrap_or_default()
    }

    /// What another build does to the rows.
    pub(crate) fn edit(&self, account: &AccountId, edit: impl FnOnce(&mut Rows)) {
        edit(self.rows().get_mut(account).unwrap());
    }
}

impl LedgerStore for Written {
    async fn load(&self, account: &AccountId, names: &[RecordName], _: Freshness) -> Result<Loaded, StoreError> {
        let rows = self.rows();
        let Some(rows) = rows.get(account) else {
            return Ok(Loaded::latest(None, Vec::new()));
        };
        let head = match serde_json::from_str::<Snapshot>(&rows.snapshot) {
            Ok(snapshot) => Head::new(rows.version, Arc::new(snapshot)),
            Err(_) => Head::unread(rows.version, rows.seq),
        };
        let found = names.iter().filter_map(|name| rows.records.get(&name.to_string()));
        Ok(Loaded::latest(Some(head), found.map(|record| read::<Record>(record)).collect::<Result<_, _>>()?))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let mut all = self.rows();
        let known = all.get(&commit.account);
        let is_known =
            |record: &Record| known.is_some_and(|rows| rows.records.contains_key(&record.name().to_string()));
        if known.map_or(0, |rows| rows.version) != commit.expected
            || commit.records.iter().any(|record| record.is_new() && is_known(record))
        {
            return Ok(Committed::Conflict);
        }
        let rows = all.entry(commit.account.clone()).or_default();
        (rows.version, rows.seq, rows.snapshot) = (commit.version(), commit.snapshot.seq, text(&commit.snapshot));
        rows.entries.extend(commit.entries.iter().map(|entry| (entry.seq, text(entry))));
        rows.records.extend(commit.records.iter().map(|record| (record.name().to_string(), text(record))));
        Ok(Committed::Applied)
    }

    async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, StoreError> {
        let rows = self.rows();
        let entries = rows.get(account).into_iter().flat_map(|rows| rows.entries.range(after + 1..));
        entries.take(max).map(|(_, entry)| read(entry)).collect()
    }
}
