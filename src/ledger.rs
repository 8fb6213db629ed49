//! Accounts in a store: every command happens exactly once or not at all, and the caller can find out which.

#[cfg(feature = "hash-chain")]
mod chain;
#[cfg(feature = "lanes")]
mod lane;
mod look;
mod operation;
mod order;
mod pause;
mod purchase;
mod refusal;
mod wait;

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

#[cfg(feature = "hash-chain")]
pub use self::chain::{Chain, ChainFault, Verification};
use self::operation::Seal;
pub use self::{
    operation::{Answer, Job, Operation, Reply, Step},
    order::Order,
    purchase::Purchase,
    refusal::LedgerError,
    wait::block_on,
};
use crate::{
    grant::Grant,
    ids::{AccountId, HoldId, Key, Reason, Unit},
    journal::Command,
    outcome::{Delivery, Outcome},
    pricing::{CostEngine, PriceError},
    store::LedgerStore,
};

/// What a pause is, once somebody has said so.
type Pause = dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// Accounts in a store.
///
/// A ledger loads an account, decides, and commits. It has no clock and no runtime: every command is told the time, and
/// the futures run anywhere. Each can be dropped at any await, and then the command was done with its receipt, or was
/// not done at all: the same key finds out.
///
/// Many tasks may use one ledger, and many processes one store.
pub struct Ledger<S> {
    store: S,
    unit: Unit,
    attempts: u32,
    pause: Option<Arc<Pause>>,
    seal: Option<Seal>,
    #[cfg(feature = "lanes")]
    lanes: Option<lane::Lanes>,
}

impl<S: LedgerStore> Ledger<S> {
    /// A ledger over a store. `unit` is what new accounts are counted in.
    pub fn new(store: S, unit: Unit) -> Self {
        Self {
            store,
            unit,
            attempts: operation::ATTEMPTS,
            pause: None,
            seal: None,
            #[cfg(feature = "lanes")]
            lanes: None,
        }
    }

    /// States how to wait between attempts, such as `tokio::time::sleep`; unless this is said, another attempt is made
    /// at once.
    ///
    /// ```
    /// use std::future;
    ///
    /// use studio_credits::{Unit, ledger::Ledger, store::MemoryStore};
    ///
    /// let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?).with_pause(|duration| {
    ///     std::thread::sleep(duration); // of a service without a runtime
    ///     future::ready(())
    /// });
    /// # drop(ledger);
    /// # Ok::<(), studio_credits::IdError>(())
    /// ```
    #[must_use = "the ledger is returned, not changed in place"]
    pub fn with_pause<F>(self, pause: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let pause: Arc<Pause> = Arc::new(move |duration| Box::pin(pause(duration)));
        Self { pause: Some(pause), ..self }
    }

    /// States how often a command is tried at most; 8 times unless this is said, and once at least.
    #[must_use = "the ledger is returned, not changed in place"]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Ties each entry that is written to all before it, so that [`Ledger::verify`] finds what was changed.
    #[cfg(feature = "hash-chain")]
    #[must_use = "the ledger is returned, not changed in place"]
    pub fn with_hash_chain(self) -> Self {
        Self { seal: Some(chain::chained_to), ..self }
    }

    /// Gives each account a lane: commands of this process for one account queue up, and whatever queued up while a
    /// commit was under way is decided one by one and committed as one. The account is kept at hand, so that a command
    /// costs one call of the store or less. For accounts that many share.
    #[cfg(feature = "lanes")]
    #[must_use = "the ledger is returned, not changed in place"]
    pub fn with_lanes(self) -> Self {
        Self { lanes: Some(lane::Lanes::default()), ..self }
    }

    /// Where the journals are.
    pub fn store(&self) -> &S {
        &self.store
    }

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
    /// edition of the quote, or when nobody knows how the work ended: mark the hold as
    /// [unknown](Command::MarkUnknown) then.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use studio_credits::{AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, HoldId, Key, Unit};
    /// # use studio_credits::{books, ledger::Ledger, pricing::CostEngine, store::MemoryStore};
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
        let order = Order::settle(hold.into(), delivery, engine).map_err(|_| PriceError::OutcomeUnknown)?;
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
    /// # use studio_credits::{books, ledger::Ledger, pricing::CostEngine, store::MemoryStore};
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
    /// # use studio_credits::{books, ledger::Ledger, pricing::CostEngine, store::MemoryStore};
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

    fn operation(&self, account: &AccountId, jobs: impl IntoIterator<Item = Job>) -> Operation {
        let operation = Operation::new(account.clone(), self.unit.clone(), jobs);
        operation.with_attempts(self.attempts).with_seal(self.seal)
    }

    async fn drive(&self, operation: &mut Operation) {
        loop {
            let reply = match operation.step() {
                Step::Load { account, records, freshness } => {
                    Reply::Loaded(self.store.load(account, records, freshness).await)
                }
                Step::Entries { account, after, max } => Reply::Entries(self.store.entries(account, after, max).await),
                Step::Commit(commit) => Reply::Committed(self.store.commit(commit).await),
                Step::Pause(duration) => {
                    if let Some(pause) = &self.pause {
                        pause(duration).await;
                    }
                    Reply::Paused
                }
                Step::Done => return,
            };
            operation.reply(reply);
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for Ledger<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("store", &self.store).field("unit", &self.unit).finish_non_exhaustive()
    }
}
