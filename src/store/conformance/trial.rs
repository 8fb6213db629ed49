//! A store on trial: what is asked of it, and what must come.

use std::{collections::BTreeMap, sync::Arc, thread, time::Duration};

use super::{
    Subject,
    author::Author,
    stop::{Stop, Verdict, difference, ensure, fail},
};
use crate::{
    ids::AccountId,
    journal::{Entry, Record, RecordName},
    store::{Commit, Committed, Fate, Freshness, Head, LedgerStore, Loaded, StoreError},
};

/// How many entries a page has when everything is read.
const PAGE: usize = 500;

/// How long whoever was told that nothing was written waits before the next attempt.
pub(super) const PAUSE: Duration = Duration::from_millis(1);

/// A store on trial.
pub(super) struct Trial<'s, S: Subject> {
    pub(super) subject: &'s S,
    pub(super) store: S::Store,
}

impl<'s, S: Subject> Trial<'s, S> {
    pub(super) fn fresh(subject: &'s S) -> Self {
        Self { subject, store: subject.fresh() }
    }

    /// The same store, opened again.
    pub(super) fn reopened(self) -> Verdict<Self> {
        let Self { subject, store } = self;
        match subject.reopen(store) {
            Some(store) => Ok(Self { subject, store }),
            None => Err(Stop::Skipped("the subject does not open a store again")),
        }
    }

    pub(super) fn load(&self, account: &AccountId, names: &[RecordName]) -> Verdict<Loaded> {
        self.load_as(account, names, Freshness::Latest)
    }

    pub(super) fn load_as(&self, account: &AccountId, names: &[RecordName], freshness: Freshness) -> Verdict<Loaded> {
        let loaded = self.subject.block_on(self.store.load(account, names, freshness));
        loaded.or_else(|error| fail(format!("a load of account `{account}` ends in an error: {}", told(&error))))
    }

    pub(super) fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.subject.block_on(self.store.commit(commit))
    }

    pub(super) fn page(&self, account: &AccountId, after: u64, max: usize) -> Verdict<Vec<Arc<Entry>>> {
        let page = self.subject.block_on(self.store.entries(account, after, max));
        page.or_else(|error| {
            fail(format!(
                "reading {max} entries of account `{account}` after entry {after} ends in an error: {}",
                told(&error)
            ))
        })
    }

    /// All entries of an account, page by page.
    pub(super) fn journal(&self, account: &AccountId) -> Verdict<Vec<Arc<Entry>>> {
        let mut journal: Vec<Arc<Entry>> = Vec::new();
        loop {
            let after = journal.last().map_or(0, |entry| entry.seq);
            let page = self.page(account, after, PAGE)?;
            if page.is_empty() {
                return Ok(journal);
            }
            follows(account, after, PAGE, &page)?;
            journal.extend(page);
        }
    }

    /// Sends a commit that must be written.
    pub(super) fn write(&self, author: &mut Author, commit: &Commit) -> Verdict {
        match self.commit(commit) {
            Ok(Committed::Applied) => author.take(commit),
            Ok(Committed::Conflict) => fail(format!(
                "a commit to account `{}` on version {}, where the head is, and without a record that is there \
                 already, answers conflict: applied is expected",
                commit.account, commit.expected
            )),
            Err(error) => {
                self.fate_is_true(author, &error)?;
                fail(format!("a commit to account `{}` ends in an error: {}", commit.account, told(&error)))
            }
        }
    }

    /// Sends a commit again for as long as errors say that it was not written. Only for where nobody else writes.
    pub(super) fn send(&self, commit: &Commit) -> Verdict<Committed> {
        let mut tries = 0_u32;
        loop {
            match self.commit(commit) {
                Ok(committed) => return Ok(committed),
                Err(error) if error.fate() == Fate::NotWritten && tries < 100 => thread::sleep(PAUSE),
                Err(error) => {
                    let account = &commit.account;
                    return fail(format!("a commit to account `{account}` ends in an error: {}", told(&error)));
                }
            }
            tries = tries.saturating_add(1);
        }
    }

    /// Sends a commit that must lose, and looks whether anything of it was written.
    pub(super) fn refuse(&self, author: &Author, commit: &Commit, why: &str) -> Verdict {
        match self.commit(commit) {
            Ok(Committed::Conflict) => self.holds(author, &format!("after a conflict: {why}")),
            Ok(Committed::Applied) => fail(format!(
                "a commit to account `{}` on version {} answers applied: conflict is expected, as {why}",
                commit.account, commit.expected
            )),
            Err(error) => fail(format!(
                "a commit to account `{}` on version {} ends in an error, {}: conflict is expected, as {why}; to lose \
                 is an answer and no error",
                commit.account,
                commit.expected,
                told(&error)
            )),
        }
    }

    /// Where an error says that nothing was written, nothing was.
    pub(super) fn fate_is_true(&self, before: &Author, error: &StoreError) -> Verdict {
        match error.fate() {
            Fate::Unknown => Ok(()),
            Fate::NotWritten | Fate::Fatal => {
                self.holds(before, &format!("after a commit that ended in an error: {}", told(error)))
            }
        }
    }

    /// Everything that is stored of an account is what its author knows: head, records and entries.
    pub(super) fn holds(&self, author: &Author, when: &str) -> Verdict {
        self.holds_so(author).map_err(|stop| stop.within(when))
    }

    fn holds_so(&self, author: &Author) -> Verdict {
        let (account, names) = (author.id(), author.names());
        is_loaded(author, &self.load(account, &names)?)?;
        let journal = self.journal(account)?;
        for (written, read) in author.entries.iter().zip(&journal) {
            ensure(written == read, || {
                format!("entry {} of account `{account}` is {}", written.seq, difference(written, read))
            })?;
        }
        ensure(author.entries.len() == journal.len(), || {
            format!("account `{account}` has {} entries: {} were written", journal.len(), author.entries.len())
        })
    }
}

/// Whether a page is what can follow an entry.
pub(super) fn follows(account: &AccountId, after: u64, max: usize, page: &[Arc<Entry>]) -> Verdict {
    ensure(page.len() <= max, || {
        format!("a page of account `{account}` has {} entries: {max} were asked for at most", page.len())
    })?;
    let mut before = after;
    for entry in page {
        ensure(before.checked_add(1) == Some(entry.seq), || {
            format!("a page of account `{account}` after entry {after} has entry {} next to {before}", entry.seq)
        })?;
        before = entry.seq;
    }
    Ok(())
}

/// One load, for all of its records, has what an author knows.
pub(super) fn is_loaded(author: &Author, loaded: &Loaded) -> Verdict {
    same_head(author, loaded.head.as_ref())?;
    same_records(author.id(), &author.records, &loaded.records)
}

fn same_head(author: &Author, head: Option<&Head>) -> Verdict {
    let account = author.id();
    let Some(head) = head else {
        return ensure(author.version == 0, || {
            format!("account `{account}` has no head: version {} was written", author.version)
        });
    };
    ensure(author.version > 0, || {
        format!("account `{account}` has a head, of version {}, and nothing was written", head.version)
    })?;
    ensure(head.version == author.version, || {
        format!("the head of account `{account}` is at version {}: {} is expected", head.version, author.version)
    })?;
    let seq = author.account.seq();
    ensure(head.seq == seq, || {
        format!("the head of account `{account}` counts {} entries: {seq} were written", head.seq)
    })?;
    let written = author.account.snapshot();
    match head.snapshot.as_deref() {
        None => fail(format!("the snapshot of account `{account}` does not read, and this build has written it")),
        Some(read) => ensure(*read == written, || {
            format!("the snapshot of account `{account}` is {}", difference(&written, read))
        }),
    }
}

/// Whether these are the records that were written, in any order.
pub(super) fn same_records(account: &AccountId, written: &BTreeMap<RecordName, Record>, read: &[Record]) -> Verdict {
    let mut left = written.clone();
    for record in read {
        let name = record.name();
        let Some(written) = left.remove(&name) else {
            let twice = written.contains_key(&name);
            let what = if twice { "twice" } else { "which was not asked for, or not written" };
            return fail(format!("a load of account `{account}` has record `{name}`, {what}"));
        };
        ensure(written == *record, || {
            format!("record `{name}` of account `{account}` is {}", difference(&written, record))
        })?;
    }
    match left.first_key_value() {
        None => Ok(()),
        Some((name, _)) => fail(format!("record `{name}` of account `{account}` was written, and is not found")),
    }
}

/// An error with its fate.
pub(super) fn told(error: &StoreError) -> String {
    let fate = match error.fate() {
        Fate::NotWritten => "not written",
        Fate::Unknown => "unknown",
        Fate::Fatal => "fatal",
    };
    format!("`{error}`, fate {fate}")
}
