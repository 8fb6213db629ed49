//! Whole accounts, out of a store and into another one.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Ledger, LedgerError};
use crate::{
    account::{Account, Corrupt},
    ids::AccountId,
    journal::{Entry, Fact, Format, Record},
    store::{Commit, Committed, Fate, Freshness, Inventory, LedgerStore, StoreError},
};

/// How many rows are read at once.
const PAGE: usize = 1_000;

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
    /// The store has such an account. Nothing was written.
    #[error("account `{account}` is there already")]
    Exists {
        /// Which.
        account: AccountId,
    },
    /// The store failed. Nothing was written.
    #[error("account `{account}` was not brought in: {source}")]
    Unavailable {
        /// Which.
        account: AccountId,
        /// What the store says.
        source: StoreError,
    },
    /// The store failed, and it is not known whether it wrote the account.
    #[error("nobody knows whether account `{account}` was brought in, so look for it: {source}")]
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
    /// Brings a whole account in, in one commit, if the store has none of that name. Its entries are checked first:
    /// each must follow from those before it.
    ///
    /// # Errors
    ///
    /// [`ImportError`], which tells whether anything was written.
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
        let Export { account: id, entries, records, .. } = export;
        let unit = match entries.first().map(|entry| &entry.fact) {
            Some(Fact::Opened { unit }) => unit,
            _ => &self.unit,
        };
        let account = Account::from_entries(id.clone(), unit.clone(), entries.iter().map(AsRef::as_ref))?;
        let snapshot = Arc::new(account.snapshot());
        let commit = Commit::new(id.clone(), 0, entries.clone(), snapshot, records.clone());
        let account = id.clone();
        match self.store.commit(&commit).await {
            Ok(Committed::Applied) => Ok(()),
            Ok(Committed::Conflict) => Err(ImportError::Exists { account }),
            Err(source) if source.fate() == Fate::Unknown => Err(ImportError::OutcomeUnknown { account, source }),
            Err(source) => Err(ImportError::Unavailable { account, source }),
        }
    }
}

fn unavailable(source: StoreError) -> LedgerError {
    LedgerError::Unavailable { source }
}
