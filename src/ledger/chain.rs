//! A hash in each entry over all before it, and the check of a journal.
//!
//! The hash of an entry is SHA-256 over the 32 bytes of the hash before it (zeros where the entry before has none) and
//! the entry as JSON without its own hash: the form that it is stored in.
//!
//! It shows that an entry was changed, dropped, moved or put in between, by whoever could not or did not write all
//! entries after it anew. Against somebody who can, keep [`Account::hash`] of your accounts somewhere else, now and
//! then.

use std::{fmt, ops::RangeInclusive, sync::Arc};

use sha2::{Digest, Sha256};

use super::{Ledger, LedgerError};
use crate::{
    account::{Account, Changes, Corrupt},
    ids::AccountId,
    journal::{Entry, EntryHash, Fact},
    store::{Freshness, LedgerStore},
};

/// How many entries are read at once.
const PAGE: usize = 1_000;

/// What the check of a journal found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// How many entries are sound, from the first on.
    pub entries: u64,
    /// Stretches of entries that were written without a hash: nothing ties them.
    pub unchained: Vec<RangeInclusive<u64>>,
    /// The first thing that is not sound.
    pub fault: Option<ChainFault>,
}

/// What is not sound in a journal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq}: {what}")]
#[non_exhaustive]
pub struct ChainFault {
    /// The first bad entry; one more than there are where the last ones are missing.
    pub seq: u64,
    /// What is wrong with it.
    pub what: String,
}

/// A journal that is checked entry by entry.
///
/// ```
/// use studio_credits::{AccountId, ledger::Chain};
///
/// let mut chain = Chain::new(AccountId::new("user-7")?);
/// for entry in [] {
///     chain.check(entry);
/// }
/// assert!(chain.finish(None).fault.is_none());
/// # Ok::<(), studio_credits::IdError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chain {
    id: AccountId,
    account: Option<Account>,
    found: Verification,
}

impl Chain {
    /// The journal of an account, before its first entry.
    pub fn new(id: AccountId) -> Self {
        let found = Verification { entries: 0, unchained: Vec::new(), fault: None };
        Self { id, account: None, found }
    }

    /// Checks the next entry: that it follows from those before it, and that its hash, if it has one, is theirs and
    /// its own. After the first fault nothing is checked any more.
    pub fn check(&mut self, entry: &Entry) {
        if self.found.fault.is_some() {
            return;
        }
        let seq = self.found.entries.saturating_add(1);
        match self.next(entry) {
            Ok(()) => self.found.entries = seq,
            Err(what) => self.found.fault = Some(ChainFault { seq, what }),
        }
    }

    /// What was found, once all entries are checked; `head` is what the store says that they add up to.
    pub fn finish(mut self, head: Option<&Account>) -> Verification {
        let seq = self.found.entries.saturating_add(1);
        let differs = match (head, &self.account) {
            (Some(head), None) => head.seq() > 0,
            (Some(head), Some(account)) => head != account,
            (None, _) => false,
        };
        if differs && self.found.fault.is_none() {
            let counted = head.map_or(0, Account::seq);
            let what = if counted == self.found.entries {
                "the entries up to here do not add up to the snapshot".to_owned()
            } else {
                format!("the snapshot counts {counted} entries")
            };
            self.found.fault = Some(ChainFault { seq, what });
        }
        self.found
    }

    fn next(&mut self, entry: &Entry) -> Result<(), String> {
        let (account, prev) = match (&mut self.account, &entry.fact) {
            (Some(account), _) => {
                let prev = account.hash();
                (account, prev)
            }
            (None, Fact::Opened { unit }) => (self.account.insert(Account::new(self.id.clone(), unit.clone())), None),
            (None, _) => return Err("the account was not opened".to_owned()),
        };
        match entry.hash {
            Some(hash) if hash != hashed(prev, entry)? => {
                return Err("its hash is not that of the entries up to here".to_owned());
            }
            Some(_) => {}
            None => match self.found.unchained.last_mut() {
                Some(last) if last.end().checked_add(1) == Some(entry.seq) => *last = *last.start()..=entry.seq,
                _ => self.found.unchained.push(entry.seq..=entry.seq),
            },
        }
        account.apply(entry).map_err(|corrupt| corrupt.what)
    }
}

impl<S: LedgerStore> Ledger<S> {
    /// Checks the whole journal of an account: that every entry follows from those before it, that the hashes are
    /// theirs, and that they add up to the snapshot. It reads all entries.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::{Ledger, block_on}};
    /// # use studio_credits::store::MemoryStore;
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?).with_hash_chain();
    /// let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// block_on(ledger.grant(&account, &Key::new("sign-up")?, grant, now))?;
    ///
    /// let found = block_on(ledger.verify(&account))?;
    /// assert_eq!((found.entries, found.fault), (2, None)); // opened, and granted
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be read, or something in it does not read. What is wrong with
    /// the journal otherwise is no error, but the answer.
    pub async fn verify(&self, account: &AccountId) -> Result<Verification, LedgerError> {
        let (head, corrupt) = match self.look(account, Vec::new(), Freshness::Latest).await {
            Ok(known) => (Some(known.account), None),
            Err(LedgerError::Corrupt(corrupt)) => (None, Some(corrupt)),
            Err(error) => return Err(error),
        };
        let mut chain = Chain::new(account.clone());
        let mut after = 0;
        loop {
            let page = self.entries(account, after, PAGE).await?;
            // What was written since the head was read is for the next time.
            let counted = head.as_ref().map_or(u64::MAX, Account::seq);
            let known = page.iter().filter(|entry| entry.seq <= counted);
            known.for_each(|entry| chain.check(entry));
            after = after.saturating_add(u64::try_from(page.len()).unwrap_or(u64::MAX));
            if page.is_empty() || after >= counted {
                let found = chain.finish(head.as_ref());
                let seq = found.entries.saturating_add(1);
                // Where every entry is sound, it is the head that is not.
                let of_head = corrupt.map(|corrupt| ChainFault { seq, what: corrupt.what });
                return Ok(Verification { fault: found.fault.or(of_head), ..found });
            }
        }
    }
}

/// What a command writes, each entry tied to the one before it.
pub(super) fn chained_to(account: &Account, changes: Changes) -> Result<Changes, Corrupt> {
    let mut prev = account.hash();
    let mut changes = changes;
    let own = changes.entries.len().saturating_sub(changes.receipt.entries.len());
    for entry in &mut changes.entries {
        let corrupt = |what| Corrupt { account: account.id().clone(), seq: entry.seq, what };
        let hash = hashed(prev, entry).map_err(corrupt)?;
        Arc::make_mut(entry).hash = Some(hash);
        prev = Some(hash);
    }
    changes.receipt.entries = changes.entries.iter().skip(own).cloned().collect();
    Ok(changes)
}

fn hashed(prev: Option<EntryHash>, entry: &Entry) -> Result<EntryHash, String> {
    let bare = Entry { hash: None, ..entry.clone() };
    let mut hash = Sha256::new();
    hash.update(prev.map_or([0; 32], |prev| *prev.as_bytes()));
    hash.update(serde_json::to_vec(&bare).map_err(|error| error.to_string())?);
    Ok(EntryHash(hash.finalize().into()))
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries sound", self.entries)?;
        for stretch in &self.unchained {
            write!(f, "; {} to {} without a hash", stretch.start(), stretch.end())?;
        }
        match &self.fault {
            Some(fault) => write!(f, "; {fault}"),
            None => Ok(()),
        }
    }
}
