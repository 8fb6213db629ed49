//! Looking at accounts, without changing anything.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    Ledger, LedgerError,
    operation::{Known, Operation},
};
use crate::{
    account::{Account, Balance},
    ids::{AccountId, HoldId, Key},
    journal::{Charge, Entry, Receipt, Record, RecordName},
    store::{Freshness, LedgerStore},
};

impl<S: LedgerStore> Ledger<S> {
    /// The account as it is, to look at: its lots, its holds, its balance at any instant.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be read, and [`LedgerError::Corrupt`] when what it has
    /// contradicts itself.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// assert_eq!(ledger.account(&account).await?.lots().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn account(&self, account: &AccountId) -> Result<Account, LedgerError> {
        Ok(self.look(account, Vec::new(), Freshness::Latest).await?.account)
    }

    /// What an account has at an instant, which is that of the store's clock where the store has one.
    ///
    /// # Errors
    ///
    /// As for [`Ledger::account`], and [`LedgerError::Declined`] when the instant is none that an account can have.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// assert_eq!(ledger.balance(&account, now).await?.available.to_string(), "200");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn balance(&self, account: &AccountId, now: DateTime<Utc>) -> Result<Balance, LedgerError> {
        let known = self.look(account, Vec::new(), Freshness::Latest).await?;
        known.account.balance_at(known.now.unwrap_or(now)).map_err(LedgerError::from)
    }

    /// The receipt of a key, if its command was done.
    ///
    /// # Errors
    ///
    /// As for [`Ledger::account`].
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// assert!(ledger.receipt(&account, &Key::new("sign-up")?).await?.is_some());
    /// assert!(ledger.receipt(&account, &Key::new("sign-in")?).await?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn receipt(&self, account: &AccountId, key: &Key) -> Result<Option<Receipt>, LedgerError> {
        match self.record(account, RecordName::Receipt(key.clone())).await? {
            Some(Record::Receipt(receipt)) => Ok(Some(receipt)),
            _ => Ok(None),
        }
    }

    /// What became of a hold that is not open any more, and how much of its charge was refunded.
    ///
    /// # Errors
    ///
    /// As for [`Ledger::account`].
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, Credits, GenerationRequest, Grant, GrantKind, HoldId, Key, Unit, books};
    /// # use studio_credits::{ledger::Ledger, pricing::CostEngine, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// # let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// # let quote = engine.quote(&request, now)?;
    /// # ledger.charge(&account, &Key::new("job-41")?, &quote, now).await?;
    /// let charge = ledger.charge_of(&account, &HoldId::new("job-41")?).await?;
    /// assert_eq!(charge.map(|charge| charge.settled), Some(Credits::from_whole(196)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn charge_of(&self, account: &AccountId, hold: &HoldId) -> Result<Option<Charge>, LedgerError> {
        match self.record(account, RecordName::Charge(hold.clone())).await? {
            Some(Record::Charge(charge)) => Ok(Some(charge)),
            _ => Ok(None),
        }
    }

    /// At most `max` entries of the journal, in their order, from the one that follows entry `after` on.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Unavailable`] when the store cannot be read.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// let entries = ledger.entries(&account, 0, 100).await?;
    /// assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1, 2]); // opened, and granted
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn entries(&self, account: &AccountId, after: u64, max: usize) -> Result<Vec<Arc<Entry>>, LedgerError> {
        self.store.entries(account, after, max).await.map_err(|source| LedgerError::Unavailable { source })
    }

    async fn record(&self, account: &AccountId, name: RecordName) -> Result<Option<Record>, LedgerError> {
        let known = self.look(account, vec![name.clone()], Freshness::Latest).await?;
        Ok(known.records.get(&name).cloned())
    }

    pub(super) async fn look(
        &self,
        id: &AccountId,
        names: Vec<RecordName>,
        freshness: Freshness,
    ) -> Result<Known, LedgerError> {
        let operation = Operation::look(id.clone(), self.unit.clone(), names, freshness);
        let mut operation = self.under_plans(operation).with_attempts(self.attempts);
        self.drive(&mut operation).await;
        operation.into_known()
    }
}
