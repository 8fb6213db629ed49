//! An account with its records at hand: a store that keeps everything in memory, and checks what it is given.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use studio_credits::account::{Account, DecideError, Decision, Records};
use studio_credits::journal::{Command, Entry, Event, Receipt, Record, RecordName};
use studio_credits::plan::PlanBook;
use studio_credits::{AccountId, Key, Unit};

pub(crate) struct Desk {
    pub(crate) account: Account,
    pub(crate) entries: Vec<Entry>,
    pub(crate) records: BTreeMap<RecordName, Record>,
    /// The plans that are sold, where some are.
    book: Option<Arc<PlanBook>>,
}

#[derive(Debug)]
pub(crate) enum Done {
    Wrote(Vec<Entry>, Vec<Event>),
    Repeated(Receipt),
}

impl Desk {
    pub(crate) fn new() -> Self {
        let (id, unit) = (AccountId::new("user-7").unwrap(), Unit::new("credits").unwrap());
        Self { account: Account::new(id, unit), entries: Vec::new(), records: BTreeMap::new(), book: None }
    }

    /// Sells the plans of a book from now on.
    pub(crate) fn sell(&mut self, book: Arc<PlanBook>) {
        self.book = Some(book);
        self.account = self.under(self.account.clone());
    }

    /// The account where the same plans are sold: of that, nothing is kept in it.
    fn under(&self, account: Account) -> Account {
        self.book.iter().fold(account, |account, book| account.under(book.clone()))
    }

    /// Whether something was done under a key.
    pub(crate) fn knows(&self, key: &Key) -> bool {
        self.records.contains_key(&RecordName::Receipt(key.clone()))
    }

    /// The records that a command needs, as a store looks them up.
    pub(crate) fn look_up(&self, key: &Key, command: &Command) -> Records {
        self.account.gather(key, command, |name| self.records.get(name).cloned())
    }

    /// Does what is asked for, as an account would that is rebuilt; a refusal changes nothing.
    pub(crate) fn ask(&mut self, key: &Key, command: &Command, now: DateTime<Utc>) -> Result<Done, DecideError> {
        let before = (self.account.clone(), self.records.clone());
        let rebuilt = self.under(Account::from_snapshot(self.account.snapshot()).unwrap());
        let records = self.look_up(key, command);
        let decided = self.account.decide(&records, key, command, now);
        assert_eq!(decided, rebuilt.decide(&records, key, command, now), "the same input gives the same answer");
        let done = self.decide(key, command, now);
        let changed = (&before.0, &before.1) != (&self.account, &self.records);
        assert_eq!(changed, matches!(done, Ok(Done::Wrote(..))), "{command:?}: {done:?}");
        done
    }

    /// The same without looking back, for what is asked for a great many times.
    pub(crate) fn decide(&mut self, key: &Key, command: &Command, now: DateTime<Utc>) -> Result<Done, DecideError> {
        let records = self.look_up(key, command);
        let changes = match self.account.decide(&records, key, command, now)? {
            Decision::Repeat(receipt) => return Ok(Done::Repeated(receipt)),
            Decision::Write(changes) => changes,
        };
        assert_eq!(&changes.receipt.command, command);
        for entry in &changes.entries {
            self.account.apply(entry).unwrap();
        }
        let entries: Vec<Entry> = changes.entries.iter().map(|entry| Entry::clone(entry)).collect();
        self.entries.extend(entries.iter().cloned());
        let events = changes.receipt.events.clone();
        for record in changes.into_records() {
            let was = self.records.insert(record.name(), record.clone());
            assert!(was.is_none() || !record.is_new(), "`{}` is written once", record.name());
        }
        Ok(Done::Wrote(entries, events))
    }

    /// Holds what is stored against what is at hand: the entries alone, and the snapshot alone, are the same account.
    pub(crate) fn check(&self) {
        let (id, unit) = (self.account.id().clone(), self.account.unit().clone());
        assert_eq!(Account::from_entries(id, unit, &self.entries).as_ref(), Ok(&self.account));
        assert_eq!(Account::from_snapshot(self.account.snapshot()).as_ref(), Ok(&self.account));
        reads_back(&self.account.snapshot());
        self.entries.iter().for_each(reads_back);
        self.records.values().for_each(reads_back);
    }
}

fn reads_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(stored: &T) {
    let json = serde_json::to_string(stored).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), stored, "{json}");
}
