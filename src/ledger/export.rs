//! Whole accounts, out of a store and into another one.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Ledger, LedgerError};
use crate::{
    account::{Account, Corrupt},
    ids::{AccountId, Unit},
    journal::{Entry, Fact, Format, Record},
    store::{Commit, Committed, Fate, Freshness, Inventory, LedgerStore, StoreError},
};

/// How many rows are read at once.
const PAGE: usize = 1_000;
/// How many entries, and how many records, are written at once: fewer than any store must take.
const PART: usize = 2_000;

/// A whole account, as it is moved from one store to another, or kept: every entry, and every record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Export {
    /// The stored form.
    pub format: Format,
    /// Whose.
    pub account: AccountId,
    /// All entries, in their order.
    pub entries: Vec<Arc<Entry>>,
    /// All records, in the order of their names.
    pub records: Vec<Record>,
}

/// Why an account was not brought into a store.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// What is to be brought in contradicts itself.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The store has such an account, and it is another one, or was brought in already.
    #[error("account `{account}` is there already")]
    Exists {
        /// Which.
        account: AccountId,
    },
    /// The store failed: repeat the call, as it goes on where it ended.
    #[error("account `{account}` was not brought in, so repeat it: {source}")]
    Unavailable {
        /// Which.
        account: AccountId,
        /// What the store says.
        source: StoreError,
    },
    /// The store failed, and it is not known whether it wrote what it was told: repeat the call; that the account
    /// [exists](Self::Exists) then means that it was brought in.
    #[error("nobody knows whether account `{account}` was brought in, so repeat it: {source}")]
    OutcomeUnknown {
        /// Which.
        account: AccountId,
        /// What the store says.
        source: StoreError,
    },
}

impl<S: Inventory> Ledger<S> {
    /// A whole account, to be kept or to be moved; none where nothing was ever written. All of it is in memory at once.
    ///
    /// To move an account, see to it that nobody writes to it meanwhile, bring it into the other store, and change the
    /// [route](crate::store::Routed) after that.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be read, and [`LedgerError::Busy`] when others wrote to the
    /// account each time that it was read.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let other = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// let export = ledger.export(&account).await?.expect("an account");
    /// other.import(&export).await?;
    /// assert_eq!(other.balance(&account, now).await?.available.to_string(), "200");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn export(&self, account: &AccountId) -> Result<Option<Export>, LedgerError> {
        for _ in 0..self.attempts.max(1) {
            let Some(before) = self.version(account).await? else { return Ok(None) };
            let mut export =
                Export { format: Format, account: account.clone(), entries: Vec::new(), records: Vec::new() };
            loop {
                let after = export.entries.last().map_or(0, |entry| entry.seq);
                let page = self.entries(account, after, PAGE).await?;
                if page.is_empty() {
                    break;
                }
                export.entries.extend(page);
            }
            loop {
                let after = export.records.last().map(|record| record.name().to_string());
                let page = self.store.records(account, after.as_deref(), PAGE).await.map_err(unavailable)?;
                if page.is_empty() {
                    break;
                }
                export.records.extend(page);
            }
            if self.version(account).await? == Some(before) {
                return Ok(Some(export));
            }
        }
        Err(LedgerError::Busy { attempts: self.attempts.max(1) })
    }

    async fn version(&self, account: &AccountId) -> Result<Option<u64>, LedgerError> {
        let loaded = self.store.load(account, &[], Freshness::Latest).await.map_err(unavailable)?;
        Ok(loaded.head.map(|head| head.version))
    }
}

impl<S: LedgerStore> Ledger<S> {
    /// Brings a whole account in, if the store has none of that name. Its entries are checked first: each must follow
    /// from those before it.
    ///
    /// Up to 2,000 entries and as many records are one commit, and so there whole or not at all. A longer account
    /// takes several: if one of them fails, the same call goes on where it ended, and until it is done nobody else may
    /// use the account there.
    ///
    /// # Errors
    ///
    /// [`ImportError`], which tells what to do.
    ///
    /// ```
    /// # use studio_credits::{Unit, ledger::{Export, ImportError, Ledger}, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// let export: Export = serde_json::from_str(
    ///     r#"{ "format": 1, "account": "user-7", "entries": [], "records": [] }"#,
    /// )?;
    /// ledger.import(&export).await?;
    /// let again = ledger.import(&export).await.unwrap_err();
    /// assert_eq!(again.to_string(), "account `user-7` is there already");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn import(&self, export: &Export) -> Result<(), ImportError> {
        let (id, commits) = (&export.account, export.commits(&self.unit)?);
        // What was lost of an earlier call may arrive meanwhile, a part at a time, and is gone on after.
        for _ in 0..=commits.len() {
            if self.go_on(id, &commits).await? == Committed::Applied {
                return Ok(());
            }
        }
        Err(ImportError::Exists { account: id.clone() })
    }

    /// Brings in the parts that are not there yet; a conflict where something was written meanwhile.
    async fn go_on(&self, id: &AccountId, parts: &[Commit]) -> Result<Committed, ImportError> {
        let failed = |source| ImportError::of(id, source);
        let exists = || ImportError::Exists { account: id.clone() };
        let there = self.store.load(id, &[], Freshness::Latest).await.map_err(failed)?;
        let done = there.head.map_or(Some(0), |head| usize::try_from(head.version).ok());
        let done = done.filter(|done| *done < parts.len()).and_then(|done| parts.split_at_checked(done));
        let (done, left) = done.ok_or_else(exists)?;
        // What was begun is gone on with, if it is this account that was begun with, and nobody has used it since.
        if !self.ends_with(id, done).await.map_err(failed)? {
            return Err(exists());
        }
        for commit in left {
            if self.store.commit(commit).await.map_err(failed)? == Committed::Conflict {
                return Ok(Committed::Conflict);
            }
        }
        Ok(Committed::Applied)
    }

    /// Whether what is there of an account ends as some parts of it do. The last part may have no entries, and then it
    /// is its records that tell.
    async fn ends_with(&self, id: &AccountId, parts: &[Commit]) -> Result<bool, StoreError> {
        let Some(part) = parts.last() else { return Ok(true) };
        let last = parts.iter().rev().find_map(|part| part.entries.last());
        let after = last.map_or(0, |last| last.seq.saturating_sub(1));
        if !self.store.entries(id, after, 2).await?.iter().eq(last) {
            return Ok(false);
        }
        let Some(record) = part.records.last() else { return Ok(true) };
        let found = self.store.load(id, &[record.name()], Freshness::Latest).await?;
        Ok(found.records.iter().eq([record]))
    }
}

impl Export {
    /// What brings it into a store where nothing is of it, one after the other.
    fn commits(&self, unit: &Unit) -> Result<Vec<Commit>, Corrupt> {
        let unit = match self.entries.first().map(|entry| &entry.fact) {
            Some(Fact::Opened { unit }) => unit,
            _ => unit,
        };
        let mut account = Account::new(self.account.clone(), unit.clone());
        let (mut entries, mut records) = (self.entries.chunks(PART), self.records.chunks(PART));
        let mut commits = Vec::new();
        for expected in 0.. {
            let (entries, records) = (entries.next(), records.next());
            if expected > 0 && entries.is_none() && records.is_none() {
                break;
            }
            let (entries, records) = (entries.unwrap_or_default(), records.unwrap_or_default());
            entries.iter().try_for_each(|entry| account.apply(entry))?;
            let snapshot = account.snapshot().into();
            commits.push(Commit::new(self.account.clone(), expected, entries.to_vec(), snapshot, records.to_vec()));
        }
        Ok(commits)
    }
}

impl ImportError {
    fn of(account: &AccountId, source: StoreError) -> Self {
        let account = account.clone();
        match source.fate() {
            Fate::Unknown => Self::OutcomeUnknown { account, source },
            Fate::NotWritten | Fate::Fatal => Self::Unavailable { account, source },
        }
    }
}

fn unavailable(source: StoreError) -> LedgerError {
    LedgerError::Unavailable { source }
}
