//! One account, driven as a ledger drives it, with its journal and its records at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::account::{Account, Changes, DecideError, Decision, Declined, Records};
use studio_credits::journal::{Command, Entry, Receipt, Record, RecordName, Snapshot};
use studio_credits::plan::PlanBook;
use studio_credits::{AccountId, Key, Unit};

/// How often the whole journal is folded anew, in commits.
const FOLD_EVERY: usize = 16;

#[derive(Clone)]
pub(crate) struct Ledger {
    pub(crate) account: Account,
    pub(crate) journal: Vec<Entry>,
    pub(crate) records: BTreeMap<RecordName, Record>,
    commits: usize,
    /// How often the snapshot is read back, in commits.
    restore_every: usize,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// It was done; so many entries of the journal are new, and these records.
    Done(usize, Vec<Record>),
    Repeat(Receipt),
    Declined(Box<Declined>),
}

impl Ledger {
    pub(crate) fn new() -> Self {
        let (id, unit) = (AccountId::new("user-7").unwrap(), Unit::new("credits").unwrap());
        let (journal, records) = (Vec::new(), BTreeMap::new());
        Self { account: Account::new(id, unit), journal, records, commits: 0, restore_every: 1 }
    }

    /// One that sells plans.
    pub(crate) fn under(book: Arc<PlanBook>) -> Self {
        let new = Self::new();
        Self { account: new.account.under(book), ..new }
    }

    /// One for accounts that are too large to be stored at each commit.
    pub(crate) fn large() -> Self {
        Self { restore_every: 512, ..Self::new() }
    }

    /// The same to try something new on, without its journal and its receipts.
    pub(crate) fn aside(&self) -> Self {
        let kept = self.records.iter().filter(|(name, _)| !matches!(name, RecordName::Receipt(_)));
        let records = kept.map(|(name, record)| (name.clone(), record.clone())).collect();
        Self { account: self.account.clone(), journal: Vec::new(), records, commits: 0, restore_every: 512 }
    }

    /// Decides on a command and writes what it causes; says what is wrong where anything contradicts itself.
    pub(crate) fn run(&mut self, key: &Key, command: &Command, now: DateTime<Utc>) -> Result<Answer, String> {
        let found = self.look_up(key, command)?;
        match self.account.decide(&found, key, command, now) {
            Ok(Decision::Repeat(receipt)) => Ok(Answer::Repeat(receipt)),
            Ok(Decision::Write(changes)) => self.write(changes),
            Err(DecideError::Declined(declined)) => Ok(Answer::Declined(declined)),
            Err(error) => Err(error.to_string()),
        }
    }

    fn look_up(&self, key: &Key, command: &Command) -> Result<Records, String> {
        let mut found = Records::default();
        for _ in 0..4 {
            let names = self.account.needs(&found, key, command);
            if names.is_empty() {
                return Ok(found);
            }
            for name in names {
                let record = self.records.get(&name).cloned();
                found.set(name, record);
            }
        }
        Err("more is needed each time".to_owned())
    }

    fn write(&mut self, changes: Changes) -> Result<Answer, String> {
        for entry in &changes.entries {
            self.account.apply(entry).map_err(|corrupt| corrupt.to_string())?;
        }
        let count = changes.entries.len();
        self.journal.extend(changes.entries.iter().map(|entry| Entry::clone(entry)));
        let records: Vec<_> = changes.into_records().collect();
        for record in &records {
            let stored = serde_json::to_string(record).unwrap();
            let read: Record = serde_json::from_str(&stored).map_err(|error| error.to_string())?;
            if read != *record {
                return Err(format!("{} is read otherwise than it was written", record.name()));
            }
            let before = self.records.insert(record.name(), read);
            if record.is_new() && before.is_some() {
                return Err(format!("{} is written twice", record.name()));
            }
        }
        self.commits += 1;
        if self.commits.is_multiple_of(self.restore_every) {
            self.restore()?;
        }
        if self.commits.is_multiple_of(FOLD_EVERY * self.restore_every) {
            self.fold()?;
        }
        Ok(Answer::Done(count, records))
    }

    /// A snapshot, stored and read, is the account.
    fn restore(&self) -> Result<(), String> {
        let read: Snapshot = serde_json::from_str(&self.stored()).map_err(|error| error.to_string())?;
        let restored = Account::from_snapshot(read).map_err(|corrupt| corrupt.to_string())?;
        if restored == self.account { Ok(()) } else { Err("the snapshot is of another account".to_owned()) }
    }

    /// All entries, stored and read, add up to the account.
    pub(crate) fn fold(&self) -> Result<(), String> {
        let stored = serde_json::to_string(&self.journal).unwrap();
        let read: Vec<Entry> = serde_json::from_str(&stored).map_err(|error| error.to_string())?;
        let (id, unit) = (self.account.id().clone(), self.account.unit().clone());
        let folded = Account::from_entries(id, unit, &read).map_err(|corrupt| corrupt.to_string())?;
        if folded == self.account { Ok(()) } else { Err("the entries add up to another account".to_owned()) }
    }

    /// The account as it is stored.
    pub(crate) fn stored(&self) -> String {
        serde_json::to_string(&self.account.snapshot()).unwrap()
    }
}
