//! One account as the store has it: what each commit adds, and that nothing else ever changes.

use std::sync::Arc;

use studio_credits::account::Account;
use studio_credits::journal::{Entry, Fact, Receipt, Record, RecordName, Snapshot};
use studio_credits::plan::PlanBook;
use studio_credits::store::{Commit, Committed, Fate, StoreError};
use studio_credits::{AccountId, Key, Unit};

use super::history::History;
use crate::account::auditor::{Auditor as Books, Sound, holds};
use crate::simulation::store::Store;
use crate::simulation::tally::receipt_of;

/// How often all entries are read again and folded anew, in commits.
const FOLD_EVERY: u64 = 128;

#[derive(Default)]
pub(super) struct Journal {
    version: u64,
    books: Books,
    history: History,
    /// The entries folded one by one.
    folded: Option<Account>,
}

impl Journal {
    /// Of an account under the plans of a book, or under none.
    pub(super) fn under(book: Option<&Arc<PlanBook>>) -> Self {
        let history = History { book: book.cloned(), ..History::default() };
        let books = book.cloned().map_or_else(Books::default, Books::under);
        Self { books, history, ..Self::default() }
    }

    pub(super) fn seq(&self) -> u64 {
        self.history.seq()
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    pub(super) fn receipt(&self, key: &Key) -> Option<&Receipt> {
        self.history.receipts.get(key).map(|(_, receipt)| receipt)
    }

    /// Looks at what a commit has left, and says whether it is written.
    pub(super) fn committed(
        &mut self,
        commit: &Commit,
        said: &Result<Committed, StoreError>,
        store: &mut impl Store,
    ) -> Result<bool, String> {
        let (account, seq) = (&commit.account, self.history.seq());
        let names: Vec<_> = commit.records.iter().map(Record::name).collect();
        let loaded = store.inspect(account, &names).map_err(|error| error.to_string())?;
        let version = loaded.head.as_ref().map_or(0, |head| head.version);
        if version == self.version {
            let applied = matches!(said, Ok(Committed::Applied));
            holds(!applied, || format!("commit {} is acknowledged, and gone", commit.version()))?;
            let count = loaded.head.map_or(0, |head| head.seq);
            holds(count == seq, || format!("{count} entries are there after a commit that was refused"))?;
            return Ok(false);
        }
        let denied = match said {
            Ok(committed) => *committed == Committed::Conflict,
            Err(error) => error.fate() != Fate::Unknown,
        };
        holds(!denied, || format!("commit {} is written, and the store says that it is not", commit.version()))?;
        let follows = version == self.version + 1 && commit.expected == self.version;
        holds(follows, || format!("version {version} follows {}, by {}", self.version, commit.version()))?;
        let entries = store.entries(account, seq, usize::MAX).map_err(|error| error.to_string())?;
        holds(entries == commit.entries, || format!("other entries than those of version {version} are stored"))?;
        let found = |record: &Record| loaded.records.iter().any(|stored| stored == record);
        let lost = commit.records.iter().find(|record| !found(record)).map(Record::name);
        holds(lost.is_none(), || format!("record {lost:?} of version {version} is not stored"))?;
        let head = loaded.head.ok_or("there is no head")?;
        let snapshot = head.snapshot.ok_or("the snapshot does not read")?;
        holds(head.seq == snapshot.seq, || format!("{} entries, {} in the snapshot", head.seq, snapshot.seq))?;
        self.version = version;
        self.grow(&entries, &commit.records, &snapshot)?;
        if version.is_multiple_of(FOLD_EVERY) {
            self.fold(account, &snapshot, store)?;
        }
        Ok(true)
    }

    /// Enters what is new, each command with its receipt, and holds the snapshot against it.
    fn grow(&mut self, entries: &[Arc<Entry>], records: &[Record], snapshot: &Snapshot) -> Sound {
        // Of several commands, one may use up a lot that the next one gives something back to. The row of a lot that is
        // alive is of no use to anybody.
        let alive = |record: &Record| match record {
            Record::Lot(lot) => snapshot.lots.iter().any(|alive| alive.id == lot.id),
            _ => false,
        };
        let count = records.iter().filter(|record| matches!(record, Record::Receipt(_))).count();
        let rows: Vec<_> = records.iter().filter(|record| count <= 1 || !alive(record)).cloned().collect();
        self.books.follow(entries.iter().map(AsRef::as_ref), &rows)?;
        self.books.all_given()?;
        entries.iter().try_for_each(|entry| self.history.enter(entry))?;
        let own = entries.iter().filter(|entry| entry.key.is_some()).count();
        let mut receipts: Vec<_> = records.iter().filter_map(receipt_of).collect();
        receipts.sort_by_key(|receipt| receipt.entries.first().map(|entry| entry.seq));
        let (mut told, mut before) = (0, entries.first().map_or(0, |entry| entry.seq - 1));
        for receipt in receipts {
            let its = entries.iter().filter(|entry| entry.key.as_ref() == Some(&receipt.key));
            let same = its.eq(receipt.entries.iter()) && !receipt.entries.is_empty();
            holds(same, || format!("the receipt of {} is not what was done", receipt.key))?;
            told += receipt.entries.len();
            before = self.history.receipt(receipt, before)?;
        }
        holds(own == told, || "something was done without a receipt".to_owned())?;
        for record in records {
            match record {
                Record::Reference { reference, key, .. } => {
                    let known = self.history.references.get(reference).map(|(_, key)| key);
                    holds(known == Some(key), || format!("{reference} is not of {key}"))?;
                }
                Record::Referred(referred) => self.history.referred(referred)?,
                Record::Receipt(_) | Record::Charge(_) | Record::Lot(_) => {}
            }
        }
        if !entries.is_empty() {
            self.apply(entries)?;
        }
        let folded = self.folded.as_ref().map(Account::snapshot);
        holds(folded.as_ref() == Some(snapshot) || self.seq() == 0, || {
            "the entries add up to another snapshot".to_owned()
        })?;
        if self.seq() == 0 { Ok(()) } else { self.books.alike(snapshot) }
    }

    fn apply(&mut self, entries: &[Arc<Entry>]) -> Sound {
        if let (None, Fact::Opened { unit }) = (&self.folded, &entries[0].fact) {
            self.folded = Some(Account::new(entries[0].account.clone(), unit.clone()));
        }
        let folded = self.folded.as_mut().ok_or("the account was not opened")?;
        entries.iter().try_for_each(|entry| folded.apply(entry)).map_err(|corrupt| corrupt.to_string())
    }

    /// All entries, read again, are those that were written, and add up to the snapshot.
    fn fold(&self, account: &AccountId, snapshot: &Snapshot, store: &mut impl Store) -> Sound {
        let entries = store.entries(account, 0, usize::MAX).map_err(|error| error.to_string())?;
        holds(entries == self.history.entries, || "the entries have changed".to_owned())?;
        let unit = self.folded.as_ref().map_or_else(unit, |folded| folded.unit().clone());
        let entries = entries.iter().map(AsRef::as_ref);
        let folded = Account::from_entries(account.clone(), unit, entries).map_err(|corrupt| corrupt.to_string())?;
        let same = folded.snapshot() == *snapshot;
        holds(same || self.seq() == 0, || "the entries add up to another snapshot than that of the head".to_owned())
    }

    /// Nothing but what was seen is in the store, and all of that is.
    pub(super) fn end(&mut self, account: &AccountId, store: &mut impl Store) -> Sound {
        let names: Vec<_> = self.history.receipts.keys().cloned().map(RecordName::Receipt).collect();
        let loaded = store.inspect(account, &names).map_err(|error| error.to_string())?;
        let Some(head) = loaded.head else {
            return holds(self.version == 0, || format!("{account} is gone"));
        };
        holds(head.version == self.version, || format!("{account} is at version {}", head.version))?;
        let snapshot = head.snapshot.ok_or("the snapshot does not read")?;
        for record in &loaded.records {
            let Record::Receipt(receipt) = record else { return Err("a record of another name".to_owned()) };
            let same = self.receipt(&receipt.key) == Some(receipt);
            holds(same, || format!("the receipt of {} has changed", receipt.key))?;
        }
        let (found, known) = (loaded.records.len(), names.len());
        holds(found == known, || format!("{found} receipts of {known} are there at the end"))?;
        if self.seq() > 0 {
            self.books.alike(&snapshot)?;
        }
        self.fold(account, &snapshot, store)
    }
}

fn unit() -> Unit {
    Unit::new("credits").unwrap()
}
