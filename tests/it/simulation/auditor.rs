//! Watches what is asked, what is answered and what each commit leaves in the store, and says which promise is broken.
//!
//! It never sees how an answer was found. What it knows of an account, it has worked out from the entries.

mod events;
mod history;
mod journal;
mod limit_refusal;
mod plan_refusal;
mod plans;
mod purchase;
mod refusal;
mod scene;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use studio_credits::journal::Command;
use studio_credits::ledger::{Answer, LedgerError};
use studio_credits::plan::PlanBook;
use studio_credits::store::{Commit, Committed, StoreError};
use studio_credits::{AccountId, Key};

use self::history::History;
use self::journal::Journal;
use super::ask::Asked;
use super::store::Store;
use crate::account::auditor::{Sound, holds};

/// One thing that was asked of an account, by somebody, once.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) account: AccountId,
    pub(crate) key: Key,
    pub(crate) asked: Asked,
    /// The instant of whoever asks.
    pub(crate) now: DateTime<Utc>,
    /// What the store said of the time.
    pub(crate) instants: Vec<DateTime<Utc>>,
    /// How many entries the account had when it was asked.
    pub(crate) since: u64,
    fate: Fate,
    /// Whether a commit of this very request is in the store.
    landed: bool,
    /// Whether a commit of it ended so that nobody knows.
    doubtful: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Fate {
    Open,
    Done,
    /// It was said that nothing was done, and why.
    Nothing(String),
    Unknown,
    Forgotten,
}

#[derive(Default)]
pub(crate) struct Auditor {
    /// The plans that are sold, if any are.
    book: Option<Arc<PlanBook>>,
    journals: BTreeMap<AccountId, Journal>,
    /// The first receipt that anybody was answered with for a key, as it is stored.
    answers: BTreeMap<(AccountId, Key), String>,
    pub(crate) requests: Vec<Request>,
}

impl Request {
    /// Whether it is done at an instant that it was told, or at the mark of the account where that was ahead.
    fn is_in_time(&self, history: &History) -> bool {
        let Some((_, receipt)) = history.receipts.get(&self.key) else { return false };
        let repairs = matches!(receipt.command, Command::RepairMark { .. });
        let told = if self.instants.is_empty() { std::slice::from_ref(&self.now) } else { &self.instants };
        receipt.entries.iter().all(|entry| {
            let mark = history.mark(entry.seq - 1);
            told.iter().any(|now| entry.at == if repairs { *now } else { mark.max(*now) })
        })
    }
}

impl Auditor {
    /// Of accounts under the plans of a book.
    pub(crate) fn under(book: Arc<PlanBook>) -> Self {
        Self { book: Some(book), ..Self::default() }
    }

    /// Somebody asks; the number of the request is what it is spoken of by.
    pub(crate) fn asked(&mut self, account: &AccountId, key: &Key, asked: &Asked, now: DateTime<Utc>) -> usize {
        let since = self.journals.get(account).map_or(0, Journal::seq);
        let (account, key, asked) = (account.clone(), key.clone(), asked.clone());
        let (instants, fate) = (Vec::new(), Fate::Open);
        self.requests.push(Request { account, key, asked, now, instants, since, fate, landed: false, doubtful: false });
        self.requests.len() - 1
    }

    /// The store told what time it is.
    pub(crate) fn told(&mut self, requests: &[usize], now: DateTime<Utc>) {
        for request in requests {
            self.requests[*request].instants.push(now);
        }
    }

    /// Whoever asked does not wait any more.
    pub(crate) fn forgotten(&mut self, requests: &[usize]) {
        for request in requests {
            self.requests[*request].fate = Fate::Forgotten;
        }
    }

    /// A commit was sent, and nobody was told what became of it.
    pub(crate) fn doubted(&mut self, requests: &[usize], commit: &Commit) {
        for request in requests {
            let request = &mut self.requests[*request];
            request.doubtful |= writes(commit, &request.key);
        }
    }

    /// The store has dealt with a commit: looks at what it left. Says whether it is written.
    pub(crate) fn committed(
        &mut self,
        requests: &[usize],
        commit: &Commit,
        said: &Result<Committed, StoreError>,
        store: &mut impl Store,
    ) -> Result<bool, String> {
        let new = || Journal::under(self.book.as_ref());
        let journal = self.journals.entry(commit.account.clone()).or_insert_with(new);
        if !journal.committed(commit, said, store)? {
            return Ok(false);
        }
        let journal = &self.journals[&commit.account];
        for key in commit.records.iter().filter_map(super::tally::key_of) {
            let its: Vec<_> = requests.iter().copied().filter(|request| self.requests[*request].key == *key).collect();
            holds(!its.is_empty(), || format!("a receipt of {key} is written, which nobody asked for"))?;
            for request in &its {
                self.requests[*request].landed = true;
            }
            let means = |request: &&usize| {
                let receipt = journal.receipt(key);
                receipt.is_some_and(|receipt| self.requests[**request].asked.means(&receipt.command))
            };
            holds(its.iter().any(|request| means(&request)), || format!("another command is done under {key}"))?;
            let in_time = its.iter().any(|request| self.requests[*request].is_in_time(journal.history()));
            holds(in_time, || format!("{key} is done at another instant than that of whoever asks"))?;
            self.not_denied(&its)?;
        }
        Ok(true)
    }

    /// Of requests under one key that travelled together, not all are said to have come to nothing if it is written.
    fn not_denied(&self, its: &[usize]) -> Sound {
        let denied = its.iter().filter_map(|request| match &self.requests[*request].fate {
            Fate::Nothing(why) => Some(why),
            _ => None,
        });
        let (denied, key) = (denied.collect::<Vec<_>>(), its.first().map(|request| &self.requests[*request].key));
        holds(denied.len() < its.len() || its.is_empty(), || {
            format!("{key:?} is done, and was answered with: {}", denied[0])
        })
    }

    /// Somebody is answered; `together` are all requests that travelled with it.
    pub(crate) fn answered(&mut self, place: usize, together: &[usize], answer: &Answer) -> Sound {
        let request = &self.requests[place];
        let new = || Journal::under(self.book.as_ref());
        let journal = self.journals.entry(request.account.clone()).or_insert_with(new);
        let key = &request.key;
        let stored = journal.receipt(key);
        let fate = match answer {
            Ok(receipt) => {
                holds(stored == Some(receipt), || format!("{key} is answered with a receipt that is not stored"))?;
                holds(request.asked.means(&receipt.command), || format!("{key} is answered for another command"))?;
                let bytes = serde_json::to_string(receipt).map_err(|error| error.to_string())?;
                let place = (request.account.clone(), key.clone());
                let first = self.answers.entry(place).or_insert_with(|| bytes.clone());
                holds(*first == bytes, || format!("{key} is answered with {bytes}, and was with {first}"))?;
                Fate::Done
            }
            Err(LedgerError::Declined(declined)) => {
                let right = refusal::is_right(journal.history(), request, declined);
                holds(right, || format!("{key} is refused, and it is not so: {declined:?}"))?;
                Fate::Nothing(declined.to_string())
            }
            Err(LedgerError::Price(error)) => {
                let right = refusal::has_no_price(journal.history(), request, error);
                holds(right, || format!("{key} is said to have no price: {error}"))?;
                Fate::Nothing(error.to_string())
            }
            Err(LedgerError::OutcomeUnknown { key: of, .. }) => {
                holds(of == key, || format!("{key} is answered with the doubt about {of}"))?;
                holds(request.doubtful, || format!("{key} is answered with a doubt that nobody has"))?;
                Fate::Unknown
            }
            Err(error @ (LedgerError::Busy { .. } | LedgerError::Unavailable { .. })) => {
                Fate::Nothing(error.to_string())
            }
            Err(error) => return Err(format!("{key} is answered with: {error}")),
        };
        self.requests[place].fate = fate;
        let (key, account) = (&self.requests[place].key, &self.requests[place].account);
        let its = together.iter().copied().filter(|other| {
            let other = &self.requests[*other];
            other.key == *key && other.account == *account
        });
        let its: Vec<_> = its.collect();
        if self.requests[place].landed { self.not_denied(&its) } else { Ok(()) }
    }

    /// All has been answered, and nothing is under way any more.
    pub(crate) fn end(&mut self, store: &mut impl Store) -> Sound {
        self.journals.iter_mut().try_for_each(|(account, journal)| journal.end(account, store))
    }

    /// How many entries an account has.
    pub(crate) fn seq(&self, account: &AccountId) -> u64 {
        self.journals.get(account).map_or(0, Journal::seq)
    }
}

fn writes(commit: &Commit, key: &Key) -> bool {
    commit.records.iter().filter_map(super::tally::key_of).any(|of| of == key)
}
