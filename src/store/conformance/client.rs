//! Who asks an account for something, as a ledger does: load, decide, commit, and again if that lost.

use std::{collections::BTreeMap, sync::Arc, thread};

use super::{
    Subject,
    author::{noon, unit},
    stop::{Verdict, ensure, fail},
    trial::{PAUSE, Trial, told},
};
use crate::{
    account::{Account, DecideError, Decision, Declined, Records},
    ids::{AccountId, Key},
    journal::{Command, Entry, Receipt, Record, RecordName, Snapshot},
    store::{Commit, Committed, Fate, Loaded},
};

/// How often a store may say that it wrote nothing before a client gives up.
const FAILURES_MAX: u32 = 1_000;

/// Asks one account for things, under keys that nobody else uses.
pub(super) struct Client<'t, 's, S: Subject> {
    trial: &'t Trial<'s, S>,
    account: AccountId,
    /// The version that the account has reached, and what told so.
    reached: (u64, &'static str),
}

/// What a client was told.
#[derive(Debug)]
pub(super) enum Told {
    Done(Receipt),
    Repeated(Receipt),
    Declined(Box<Declined>),
}

impl<'t, 's, S: Subject> Client<'t, 's, S> {
    pub(super) fn of(trial: &'t Trial<'s, S>, account: &AccountId) -> Self {
        Self { trial, account: account.clone(), reached: (0, "") }
    }

    /// Gets a command done, or a refusal.
    pub(super) fn ask(&mut self, key: &Key, command: &Command) -> Verdict<Told> {
        // An attempt that may have been written, or may still be.
        let mut in_doubt = false;
        // The last error that said that nothing was written.
        let mut unwritten = None;
        let mut failures = 0_u32;
        loop {
            let (account, version, records) = self.read(key, command)?;
            let (commit, receipt) = match account.decide(&records, key, command, noon(0)?) {
                Ok(Decision::Write(changes)) => {
                    let receipt = changes.receipt.clone();
                    (self.commit_of(account, version, changes.entries.clone(), changes.into_records())?, Ok(receipt))
                }
                Ok(Decision::Repeat(receipt)) if in_doubt => return Ok(Told::Done(receipt)),
                Ok(Decision::Repeat(receipt)) => {
                    return match unwritten {
                        None => Ok(Told::Repeated(receipt)),
                        Some(error) => fail(format!(
                            "a commit with `receipt/{key}` ended in an error that says that nothing was written, \
                             {error}, and the receipt is there"
                        )),
                    };
                }
                Err(DecideError::Declined(declined)) if !in_doubt => return Ok(Told::Declined(declined)),
                // What is in doubt must not arrive after the refusal.
                Err(DecideError::Declined(declined)) => {
                    (self.commit_of(account, version, Vec::new(), [])?, Err(declined))
                }
                Err(error) => return Err(error.into()),
            };
            match self.trial.commit(&commit) {
                Ok(Committed::Applied) => {
                    self.reached = (commit.version(), "a commit was applied");
                    return Ok(receipt.map_or_else(Told::Declined, Told::Done));
                }
                // Somebody else wrote: there is no other reason, as the records were looked up at this version.
                Ok(Committed::Conflict) => {
                    self.reached = (commit.version(), "a commit met a conflict on the one before");
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    match error.fate() {
                        Fate::NotWritten if failures < FAILURES_MAX => unwritten = Some(told(&error)),
                        Fate::Unknown if failures < FAILURES_MAX => in_doubt = true,
                        _ => {
                            let account = &self.account;
                            return fail(format!("a commit to account `{account}` ends in an error: {}", told(&error)));
                        }
                    }
                    thread::sleep(PAUSE);
                }
            }
        }
    }

    fn commit_of(
        &self,
        mut account: Account,
        version: u64,
        entries: Vec<Arc<Entry>>,
        records: impl IntoIterator<Item = Record>,
    ) -> Verdict<Commit> {
        for entry in &entries {
            account.apply(entry)?;
        }
        let snapshot = account.snapshot().into();
        Ok(Commit::new(self.account.clone(), version, entries, snapshot, records.into_iter().collect()))
    }

    /// The account with its version and all records that a command needs, from one load.
    fn read(&mut self, key: &Key, command: &Command) -> Verdict<(Account, u64, Records)> {
        let mut names = vec![RecordName::Receipt(key.clone())];
        loop {
            let loaded = self.trial.load(&self.account, &names)?;
            let version = loaded.head.as_ref().map_or(0, |head| head.version);
            let (reached, why) = self.reached;
            ensure(version >= reached, || {
                format!(
                    "account `{}` is loaded at version {version}, and is at version {reached} at least, as {why}",
                    self.account
                )
            })?;
            if version > reached {
                self.reached = (version, "a load answered with it");
            }
            let (account, records) = (account_of(&self.account, &loaded)?, records_of(&names, &loaded));
            let more = account.needs(&records, key, command);
            if more.is_empty() {
                return Ok((account, version, records));
            }
            names.extend(more);
        }
    }
}

/// The account that a head sums up.
pub(super) fn account_of(id: &AccountId, loaded: &Loaded) -> Verdict<Account> {
    match loaded.head.as_ref().map(|head| head.snapshot.as_deref()) {
        None => Ok(Account::new(id.clone(), unit()?)),
        Some(Some(snapshot)) => Ok(Account::from_snapshot(Snapshot::clone(snapshot))?),
        Some(None) => fail(format!("the snapshot of account `{id}` does not read, and this build has written it")),
    }
}

/// What there is under each of the names.
fn records_of(names: &[RecordName], loaded: &Loaded) -> Records {
    let found: BTreeMap<_, _> = loaded.records.iter().map(|record| (record.name(), record)).collect();
    let mut records = Records::default();
    for name in names {
        records.set(name.clone(), found.get(name).map(|record| (*record).clone()));
    }
    records
}
