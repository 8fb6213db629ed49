//! Watches commands, answers and entries, never the state, and says which invariant does not hold.

mod books;
mod limits;
mod plans;
mod rewards;
mod rules;
mod stored;
mod subscriptions;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::Key;
use studio_credits::account::Declined;
use studio_credits::journal::{Command, Entry, Event, Fact, Receipt, Record, Status};
use studio_credits::plan::PlanBook;

use self::books::Books;
use super::ledger::Answer;
use super::model::means_the_same;

#[derive(Default)]
pub(crate) struct Auditor {
    books: Books,
    receipts: BTreeMap<Key, Receipt>,
    seq: u64,
    mark: DateTime<Utc>,
    status: Status,
}

pub(crate) type Sound = Result<(), String>;

pub(crate) fn holds(sound: bool, broken: impl FnOnce() -> String) -> Sound {
    if sound { Ok(()) } else { Err(broken()) }
}

impl Auditor {
    /// Who watches an account under the plans of a book.
    pub(crate) fn under(book: Arc<PlanBook>) -> Self {
        let mut auditor = Self::default();
        auditor.books.plans.book = Some(book);
        auditor
    }

    /// Looks at an answer, and at the entries and the stored account before and after it.
    pub(crate) fn see(
        &mut self,
        (key, command): (&Key, &Command),
        answer: &Answer,
        entries: &[Entry],
        (before, after): (&str, &str),
    ) -> Sound {
        let first = self.receipts.get(key);
        let quiet = || holds(before == after && entries.is_empty(), || "something changed".to_owned());
        match answer {
            Answer::Repeat(receipt) => {
                holds(first == Some(receipt), || "the receipt is another than the first".to_owned())?;
                holds(means_the_same(&receipt.command, command), || "another intent is answered".to_owned())?;
                quiet()
            }
            Answer::Declined(declined) => {
                let reused = matches!(**declined, Declined::KeyReused { .. });
                holds(reused == first.is_some(), || "a key is refused that was not used, or is not".to_owned())?;
                if let (Declined::KeyReused { difference, .. }, Some(first)) = (&**declined, first) {
                    holds(!means_the_same(&first.command, command), || {
                        format!("{} is said to differ", difference.field)
                    })?;
                }
                quiet()
            }
            Answer::Done(_, records) => {
                holds(first.is_none(), || "a key is done twice".to_owned())?;
                let Some(Record::Receipt(receipt)) = records.first() else { return Err("no receipt".to_owned()) };
                let own: Vec<_> = entries.iter().filter(|entry| entry.key.is_some()).collect();
                let told = receipt.entries.iter().map(AsRef::as_ref);
                let is_it = receipt.key == *key && receipt.command == *command && told.eq(own.iter().copied());
                holds(is_it && !own.is_empty(), || "the receipt is not what was done".to_owned())?;
                holds(own.iter().all(|entry| entry.key.as_ref() == Some(key)), || "of another key".to_owned())?;
                if let Command::Hold(spend) | Command::Charge(spend) = command {
                    let asked = spend.quoted().map(|quoted| quoted.basis());
                    let is_kept = |record: &Record| match (record, &own[0].fact) {
                        (Record::Charge(charge), Fact::Charged { charge: id, .. }) if charge.id == *id => {
                            charge.basis.as_ref() == asked
                        }
                        (_, Fact::Held { basis, .. }) => basis.as_ref() == asked,
                        _ => true,
                    };
                    holds(records.iter().all(is_kept), || "what it was quoted by is not kept".to_owned())?;
                }
                self.books.limits.purchases(command)?;
                self.receipts.insert(key.clone(), receipt.clone());
                let before = self.books.available();
                self.follow(entries, records)?;
                self.books.given_by(self.mark)?;
                let soon = |event: &&Event| !matches!(event, Event::ExpiringSoon { .. });
                let told: Vec<_> = receipt.events.iter().filter(soon).cloned().collect();
                let expected = plans::events(&self.books.plans, entries, (before, self.mark));
                holds(told == expected, || format!("it tells of {told:?}, and not of {expected:?}"))
            }
        }
    }

    /// Looks at entries that are written at once, and at the records beside them.
    pub(crate) fn follow<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>, records: &[Record]) -> Sound {
        for entry in entries {
            self.entry(entry).map_err(|broken| format!("entry {}: {broken}", entry.seq))?;
        }
        self.books.after(self.mark, records)
    }

    /// Nothing that the plan in force gives is still to be given after a command.
    pub(crate) fn all_given(&self) -> Sound {
        self.books.given_by(self.mark)
    }

    fn entry(&mut self, entry: &Entry) -> Sound {
        holds(entry.seq == self.seq + 1, || format!("it follows {}", self.seq))?;
        let back = matches!(&entry.fact, Fact::MarkRepaired { from, .. } if *from == self.mark);
        holds(entry.at >= self.mark || back, || format!("it is before {}", self.mark))?;
        let micros = DateTime::from_timestamp_micros(entry.at.timestamp_micros());
        holds(micros == Some(entry.at), || "it is at no whole microsecond".to_owned())?;
        let by_time = match &entry.fact {
            Fact::Opened { .. } | Fact::Lapsed { .. } => true,
            // What a plan does by itself, or at once with the command that changes it.
            Fact::Allowed { .. }
            | Fact::RolledOver { .. }
            | Fact::Expired { .. }
            | Fact::Repaid { .. }
            | Fact::PlanChanged { .. }
            | Fact::SubscriptionEnded { .. } => entry.key.is_none(),
            _ => false,
        };
        holds(by_time == entry.key.is_none(), || "time has no key, and commands have one".to_owned())?;
        holds(self.status != Status::Closed, || "the account is closed".to_owned())?;
        let new_work = matches!(entry.fact, Fact::Held { .. } | Fact::Charged { .. });
        holds(self.status == Status::Open || !new_work, || "the account is frozen".to_owned())?;
        match entry.fact {
            Fact::Frozen { .. } => self.status = Status::Frozen,
            Fact::Thawed { .. } => self.status = Status::Open,
            Fact::Closed { .. } => self.status = Status::Closed,
            _ => {}
        }
        (self.seq, self.mark) = (entry.seq, entry.at);
        self.books.enter(entry)
    }

    /// What is wrong with the account that has seen all this, as it is stored at last.
    pub(crate) fn last(&self, seq: u64, mark: DateTime<Utc>) -> Sound {
        holds(seq == self.seq && mark == self.mark, || "the account has another length or mark".to_owned())
    }
}
