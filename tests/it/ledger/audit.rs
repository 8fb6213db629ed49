//! The auditor of accounts, at a store: it sees what was asked, what was answered, and what is kept before and after.

use std::collections::BTreeMap;

use studio_credits::account::Account;
use studio_credits::journal::{Command, Entry, Receipt, Record};
use studio_credits::ledger::LedgerError;
use studio_credits::{AccountId, Key};

use super::script::{Ask, Call};
use super::shelves::{Kept, Shelves};
use crate::account::auditor::Auditor;
use crate::account::ledger::Answer;

#[derive(Default)]
pub(crate) struct Audit {
    auditors: BTreeMap<AccountId, Auditor>,
    kept: BTreeMap<AccountId, Kept>,
}

fn stored(kept: Option<&Kept>) -> String {
    kept.map_or(String::new(), |kept| serde_json::to_string(&kept.snapshot).unwrap())
}

impl Audit {
    /// Looks at an answer, and at what the store has since.
    pub(crate) fn see(&mut self, call: &Call, answer: &Result<Receipt, LedgerError>, shelves: &Shelves) {
        let now = shelves.kept();
        let others = |kept: &BTreeMap<AccountId, Kept>| {
            let others = kept.iter().filter(|(id, _)| **id != call.account);
            others.map(|(id, kept)| (id.clone(), kept.clone())).collect::<Vec<_>>()
        };
        assert_eq!(others(&self.kept), others(&now), "`{}` is of one account, and changes another", call.text);
        let (before, after) = (self.kept.get(&call.account), now.get(&call.account));
        let length = before.map_or(0, |kept| kept.entries.len());
        let entries = after.map_or(&[][..], |kept| &kept.entries[length..]);
        let entries: Vec<_> = entries.iter().map(|entry| Entry::clone(entry)).collect();
        let seen = match answer {
            Ok(receipt) if entries.is_empty() => Some((receipt.command.clone(), Answer::Repeat(receipt.clone()))),
            Ok(receipt) => {
                let records = written(&call.key, before, after.unwrap());
                assert_eq!(records.first(), Some(&Record::Receipt(receipt.clone())), "`{}`", call.text);
                Some((receipt.command.clone(), Answer::Done(entries.len(), records)))
            }
            Err(LedgerError::Declined(declined)) => match &call.ask {
                Ask::Order(_, Some(command)) => Some((Command::clone(command), Answer::Declined(declined.clone()))),
                _ => None,
            },
            Err(_) => None,
        };
        let states = (stored(before), stored(after));
        assert!(answer.is_ok() || states.0 == states.1, "`{}` is refused, and changes something", call.text);
        if let Some((command, answer)) = seen {
            let auditor = self.auditors.entry(call.account.clone()).or_default();
            let sound = auditor.see((&call.key, &command), &answer, &entries, (&states.0, &states.1));
            assert_eq!(sound, Ok(()), "`{}`", call.text);
        }
        self.kept = now;
    }

    /// All entries add up to the snapshot, and each key has one receipt, which is of its entries.
    pub(crate) fn end(&self) {
        for (id, kept) in &self.kept {
            let entries: Vec<_> = kept.entries.iter().map(|entry| Entry::clone(entry)).collect();
            let folded = Account::from_entries(id.clone(), kept.snapshot.unit.clone(), &entries).unwrap();
            assert_eq!(folded.snapshot(), *kept.snapshot);
            assert_eq!(self.auditors[id].last(folded.seq(), folded.mark()), Ok(()));
            let told = kept.records.values().filter_map(|record| match record {
                Record::Receipt(receipt) => Some(receipt.entries.iter().map(|entry| entry.seq)),
                _ => None,
            });
            let mut told: Vec<_> = told.flatten().collect();
            told.sort_unstable();
            let own = entries.iter().filter(|entry| entry.key.is_some()).map(|entry| entry.seq);
            assert!(told.iter().copied().eq(own), "{id}: receipts tell of {told:?}");
        }
    }
}

/// The records that a command wrote, its receipt first.
fn written(key: &Key, before: Option<&Kept>, after: &Kept) -> Vec<Record> {
    let known = |record: &Record| before.and_then(|kept| kept.records.get(&record.name())) == Some(record);
    let mut records: Vec<_> = after.records.values().filter(|record| !known(record)).cloned().collect();
    records.sort_by_key(|record| !matches!(record, Record::Receipt(receipt) if receipt.key == *key));
    records
}
