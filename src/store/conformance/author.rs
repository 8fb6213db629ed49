//! Who writes to one account, and knows what must be there.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};

use super::stop::{Verdict, fail};
use crate::{
    account::{Account, Decision},
    credits::Credits,
    grant::{Grant, GrantKind},
    ids::{AccountId, Key, Model, Studio, Unit},
    journal::{Command, Entry, Record, RecordName},
    spend::Spend,
    store::Commit,
    work::Work,
};

/// Noon of 24 November 2026, and a little: in microseconds, of which none may be lost.
const NOON: i64 = 1_795_521_600_123_457;

/// Writes to one account, and knows what must be there.
#[derive(Clone)]
pub(super) struct Author {
    pub(super) account: Account,
    pub(super) version: u64,
    pub(super) entries: Vec<Arc<Entry>>,
    pub(super) records: BTreeMap<RecordName, Record>,
    /// The instant of what is decided next.
    pub(super) now: DateTime<Utc>,
}

impl Author {
    /// One for an account that nobody has written to.
    pub(super) fn new(account: &str) -> Verdict<Self> {
        Ok(Self {
            account: Account::new(AccountId::new(account)?, unit()?),
            version: 0,
            entries: Vec::new(),
            records: BTreeMap::new(),
            now: noon(0)?,
        })
    }

    pub(super) fn id(&self) -> &AccountId {
        self.account.id()
    }

    /// What one command writes.
    pub(super) fn draft(&self, key: &str, command: Command) -> Verdict<Commit> {
        self.draft_all([(key.to_owned(), command)])
    }

    /// What several commands write in one commit, each decided on top of those before.
    pub(super) fn draft_all(&self, commands: impl IntoIterator<Item = (String, Command)>) -> Verdict<Commit> {
        let mut account = self.account.clone();
        let (mut entries, mut records) = (Vec::new(), BTreeMap::new());
        for (key, command) in commands {
            let key = Key::new(&key)?;
            let look_up = |name: &RecordName| records.get(name).or_else(|| self.records.get(name)).cloned();
            let found = account.gather(&key, &command, look_up);
            let Decision::Write(changes) = account.decide(&found, &key, &command, self.now)? else {
                return fail(format!("the case cannot go on: key `{key}` was used before"));
            };
            for entry in &changes.entries {
                account.apply(entry)?;
            }
            entries.extend(changes.entries.iter().cloned());
            records.extend(changes.into_records().map(|record| (record.name(), record)));
        }
        let (id, snapshot) = (self.id().clone(), Arc::new(account.snapshot()));
        Ok(Commit::new(id, self.version, entries, snapshot, records.into_values().collect()))
    }

    /// A commit that only moves the version on.
    pub(super) fn fence(&self) -> Commit {
        Commit::new(self.id().clone(), self.version, Vec::new(), Arc::new(self.account.snapshot()), Vec::new())
    }

    /// Knows of a commit that is written.
    pub(super) fn take(&mut self, commit: &Commit) -> Verdict {
        for entry in &commit.entries {
            self.account.apply(entry)?;
        }
        self.version = commit.version();
        self.entries.extend(commit.entries.iter().cloned());
        self.records.extend(commit.records.iter().map(|record| (record.name(), record.clone())));
        Ok(())
    }

    /// The names of all records that there are.
    pub(super) fn names(&self) -> Vec<RecordName> {
        self.records.keys().cloned().collect()
    }
}

pub(super) fn unit() -> Verdict<Unit> {
    Ok(Unit::new("credits")?)
}

/// So many seconds after noon.
pub(super) fn noon(seconds: i64) -> Verdict<DateTime<Utc>> {
    let instant =
        DateTime::from_timestamp_micros(NOON).and_then(|noon| noon.checked_add_signed(TimeDelta::seconds(seconds)));
    instant.map_or_else(|| fail("the case cannot go on: there is no such instant"), Ok)
}

/// A grant that nothing else is said of.
pub(super) fn give(whole: i32) -> Verdict<Command> {
    Ok(Command::Grant(Grant::new(GrantKind::Reward, Credits::from_whole(whole))?.into()))
}

/// So much for an image.
pub(super) fn spend(whole: i32) -> Verdict<Spend> {
    spend_of(Credits::from_whole(whole))
}

/// So much for an image.
pub(super) fn spend_of(amount: Credits) -> Verdict<Spend> {
    Ok(Spend::new(Work::new(Studio::new("image")?, Model::new("flux")?), amount)?)
}
