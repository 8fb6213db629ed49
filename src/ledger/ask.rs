//! What can be asked of a ledger, each under its key.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Answer, Job, Ledger, LedgerError, Order, Purchase};
use crate::{
    grant::Grant,
    ids::{AccountId, HoldId, Key, Reason},
    journal::Command,
    outcome::{Delivery, Outcome},
    pricing::CostEngine,
    store::LedgerStore,
};

impl<S: LedgerStore> Ledger<S> {
    /// Gives credits. The grant is named after the key.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], which tells what was done and what to do.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Credits, Grant, GrantKind, Key, Unit, ledger::Ledger, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// let grant = Grant::new(GrantKind::TopUp, Credits::from_whole(200))?;
    /// let receipt = ledger.grant(&account, &Key::new("invoice-9")?, grant, now).await?;
    /// assert_eq!(receipt.entries[0].totals.available.to_string(), "200");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn grant(&self, account: &AccountId, key: &Key, grant: Grant, now: DateTime<Utc>) -> Answer {
        self.run(account, key, Command::Grant(grant.into()), now).await
    }

    /// Sets the most that a quote can cost aside, for work under way. The hold is named after the key.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], which tells what was done and what to do.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, Credits, GenerationRequest, Grant, GrantKind, Key, Unit, books};
    /// # use studio_credits::{ledger::Ledger, pricing::CostEngine, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// # let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// let quote = engine.quote(&request, now)?;
    /// let receipt = ledger.hold(&account, &Key::new("job-41")?, &quote, now).await?;
    /// assert_eq!(receipt.entries[0].totals.held, quote.total());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn hold(
        &self,
        account: &AccountId,
        key: &Key,
        purchase: impl Into<Purchase>,
        now: DateTime<Utc>,
    ) -> Answer {
        let spend = purchase.into().to_hold()?;
        self.run(account, key, Command::Hold(spend), now).await
    }

    /// Charges what a quote costs, in one step. The charge is named after the key.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], which tells what was done and what to do.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, Credits, GenerationRequest, Grant, GrantKind, Key, Unit, books};
    /// # use studio_credits::{ledger::Ledger, pricing::CostEngine, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// # let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// let quote = engine.quote(&request, now)?;
    /// let receipt = ledger.charge(&account, &Key::new("call-3/1")?, &quote, now).await?;
    /// assert_eq!(receipt.entries[0].totals.spent, quote.total());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn charge(
        &self,
        account: &AccountId,
        key: &Key,
        purchase: impl Into<Purchase>,
        now: DateTime<Utc>,
    ) -> Answer {
        let spend = purchase.into().to_charge()?;
        self.run(account, key, Command::Charge(spend), now).await
    }

    /// Spends what was set aside, by what was delivered and at the price of the quote; the rest returns.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], which tells what was done and what to do. [`LedgerError::Price`] when the engine has not the
    /// edition of the quote, and [`LedgerError::Settlement`] when nobody knows how the work ended: mark the hold as
    /// [unknown](Command::MarkUnknown) then.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, Unit};
    /// # use studio_credits::books;
    /// # use studio_credits::{ledger::Ledger, pricing::CostEngine, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// # let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// # let quote = engine.quote(&request, now)?;
    /// # ledger.hold(&account, &Key::new("job-41")?, &quote, now).await?;
    /// let (key, hold) = (Key::new("job-41/end")?, HoldId::new("job-41")?);
    /// let receipt = ledger.settle(&account, &key, hold, Delivery::outputs(3), &engine, now).await?;
    /// assert_eq!(receipt.entries[0].totals.spent.to_string(), "147");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn settle(
        &self,
        account: &AccountId,
        key: &Key,
        hold: impl Into<HoldId>,
        delivery: Delivery,
        engine: &Arc<CostEngine>,
        now: DateTime<Utc>,
    ) -> Answer {
        let order = Order::settle(hold.into(), delivery, engine)?;
        self.run(account, key, order, now).await
    }

    /// Returns what was set aside, unspent.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], which tells what was done and what to do.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, Credits, GenerationRequest, Grant, GrantKind, HoldId, Key, Outcome, Unit};
    /// # use studio_credits::books;
    /// # use studio_credits::{ledger::Ledger, pricing::CostEngine, store::MemoryStore};
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// # let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
    /// # ledger.grant(&account, &Key::new("sign-up")?, grant, now).await?;
    /// # let engine = Arc::new(CostEngine::new(&books::imagineart())?);
    /// # let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
    /// # let quote = engine.quote(&request, now)?;
    /// # ledger.hold(&account, &Key::new("job-41")?, &quote, now).await?;
    /// let (key, hold) = (Key::new("job-41/end")?, HoldId::new("job-41")?);
    /// let receipt = ledger.release(&account, &key, hold, Outcome::Blocked, now).await?;
    /// assert_eq!(receipt.entries[0].totals.available.to_string(), "200");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn release(
        &self,
        account: &AccountId,
        key: &Key,
        hold: impl Into<HoldId>,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) -> Answer {
        self.run(account, key, Command::Release { hold: hold.into(), outcome }, now).await
    }

    /// Gives back all that is left of a charge, to the lots that it came from.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], which tells what was done and what to do.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, Credits, GenerationRequest, Grant, GrantKind, HoldId, Key, Reason, Unit};
    /// # use studio_credits::books;
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
    /// let (key, charge) = (Key::new("ticket-5")?, HoldId::new("job-41")?);
    /// let receipt = ledger.refund(&account, &key, charge, Reason::new("the images were black")?, now).await?;
    /// assert_eq!(receipt.entries[0].totals.available.to_string(), "200");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn refund(
        &self,
        account: &AccountId,
        key: &Key,
        charge: impl Into<HoldId>,
        reason: Reason,
        now: DateTime<Utc>,
    ) -> Answer {
        self.run(account, key, Command::Refund { charge: charge.into(), amount: None, reason }, now).await
    }

    /// Does what is asked for: every command there is, under its key, at an instant. The same again has the same
    /// receipt, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`LedgerError`], which tells what was done and what to do.
    ///
    /// ```
    /// # use studio_credits::{AccountId, Key, Reason, Unit, ledger::Ledger, store::MemoryStore};
    /// # use studio_credits::journal::Command;
    /// # studio_credits::ledger::block_on(async {
    /// # let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// # let (account, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
    /// let freeze = Command::Freeze { reason: Reason::new("a stolen card")? };
    /// let receipt = ledger.run(&account, &Key::new("ticket-5")?, freeze.clone(), now).await?;
    /// assert_eq!(ledger.run(&account, &Key::new("ticket-5")?, freeze, now).await?, receipt);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn run(&self, account: &AccountId, key: &Key, order: impl Into<Order>, now: DateTime<Utc>) -> Answer {
        let job = Job { key: key.clone(), order: order.into(), now };
        #[cfg(feature = "lanes")]
        if let Some(lanes) = &self.lanes {
            return lanes.run(self, account, job).await;
        }
        let mut operation = self.operation(account, [job]);
        self.drive(&mut operation).await;
        operation.into_answers().next().flatten().unwrap_or(Err(LedgerError::Busy { attempts: 0 }))
    }
}
