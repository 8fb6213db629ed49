//! Accounts in a store: every command happens exactly once or not at all, and the caller can find out which.
//!
//! A [`Ledger`] loads an account from its [store](crate::store), decides by the rules of [`account`](crate::account),
//! and commits what came of it. A [`Quote`](crate::pricing::Quote) is held, the hold is settled by what was delivered,
//! and the receipt has the lines and the lots:
//!
//! ```
//! use std::sync::Arc;
//!
//! use studio_credits::{
//!     AccountId, Credits, Delivery, GenerationRequest, Grant, GrantKind, Key, Unit, books,
//!     ledger::{Ledger, block_on},
//!     pricing::CostEngine,
//!     store::MemoryStore,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Arc::new(CostEngine::new(&books::imagineart())?);
//! let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
//! let (user, now) = (AccountId::new("user-7")?, "2026-11-25T12:00:00Z".parse()?);
//! # block_on(async {
//! let grant = Grant::new(GrantKind::Free, Credits::from_whole(200))?;
//! ledger.grant(&user, &Key::new("sign-up")?, grant, now).await?;
//!
//! let request = GenerationRequest::new("image", "nano-banana-2")?.with_count(4)?;
//! let quote = engine.quote(&request, now)?;
//! let held = ledger.hold(&user, &Key::new("job-41")?, &quote, now).await?;
//! let end = Key::new("job-41/end")?;
//! let settled = ledger.settle(&user, &end, &held, Delivery::outputs(3), &engine, now).await?;
//! assert_eq!(settled.lines()[0].amount.to_string(), "147");
//! assert_eq!(ledger.balance(&user, now).await?.available.to_string(), "53");
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # What happens to one command
//!
//! | step | if the process dies there, or the future is dropped |
//! |---|---|
//! | load the head of the account, and the receipt of the key if there is one | nothing was done |
//! | there is a receipt: answer with it | it was done before |
//! | decide; a refusal is the answer | nothing was done |
//! | commit entries, snapshot and receipt as one | it was done with its receipt, or not at all |
//! | another was faster: wait, and start again | nothing was done |
//! | the store failed, and nobody knows: wait, load, and look for the receipt | the same key finds out |
//!
//! A commit that was lost may still be on its way. It is on top of one version of the head, and can arrive only as long
//! as the head is there. So before a call refuses a command of which an earlier attempt of its own was lost, an empty
//! commit moves the head on, and what is refused stays undone. Attempts are bounded, and then the answer is that
//! [nothing was done](LedgerError::Busy) or that [nobody knows](LedgerError::OutcomeUnknown). Another call knows
//! nothing of the attempts of this one: after such an answer, or after a crash, ask with the same key until there is a
//! receipt.
//!
//! # Without the ledger's futures
//!
//! [`Operation`] is the same as a machine without any I/O: it says what is to be loaded or committed next, and takes
//! what came of it. [`block_on`] waits for any of the ledger's futures on the current thread.

mod ask;
#[cfg(feature = "hash-chain")]
mod chain;
mod export;
mod housekeeping;
#[cfg(feature = "lanes")]
mod lane;
mod look;
mod operation;
mod order;
mod pause;
mod period;
mod purchase;
mod refusal;
mod sold;
mod view;
mod wait;

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

#[cfg(feature = "hash-chain")]
pub use self::chain::{Chain, ChainFault, Verification};
use self::operation::Seal;
pub use self::{
    export::{Export, ImportError},
    housekeeping::{Drift, Found, HoldOf, HoldsAsk},
    operation::{Answer, Job, Operation, Reply, Step},
    order::Order,
    period::PeriodError,
    purchase::Purchase,
    refusal::LedgerError,
    view::{Activity, CreditsView, Fit, Outputs, ViewAsk, WorkState},
    wait::block_on,
};
use crate::{
    ids::{AccountId, Unit},
    plan::PlanBook,
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
    plans: Option<Arc<PlanBook>>,
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
            plans: None,
            attempts: operation::ATTEMPTS,
            pause: None,
            seal: None,
            #[cfg(feature = "lanes")]
            lanes: None,
        }
    }

    /// States which plans are sold: the [base plan](PlanBook::base) of the book holds for every account that subscribes
    /// to none, from its first command on, and refusals name the plans and top-ups that would help.
    ///
    /// A subscription keeps its plan as it was sold, whatever the book says later. Plans that count in another unit
    /// than an account are not for it. For another book, make another ledger over the same store.
    ///
    /// ```
    /// use studio_credits::{AccountId, Unit, books, ledger::{Ledger, block_on}, store::MemoryStore};
    ///
    /// let ledger = Ledger::new(MemoryStore::default(), Unit::new("credits")?);
    /// let ledger = ledger.with_plans(books::imagineart_plans().into());
    /// let (somebody, now) = (AccountId::new("user-7")?, "2026-11-29T12:00:00Z".parse()?);
    /// assert_eq!(block_on(ledger.balance(&somebody, now))?.available.to_string(), "50");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "the ledger is returned, not changed in place"]
    pub fn with_plans(self, plans: Arc<PlanBook>) -> Self {
        Self { plans: Some(plans), ..self }
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
    /// costs one call of the store or less; beyond 16,384 accounts, those that nobody waits for are let go. For
    /// accounts that many share, and for stores that are far away.
    ///
    /// Whoever has the turn works for those who wait. So a future that was polled once must be polled on or dropped:
    /// one that is kept aside, as by a `select!` that goes on with something else, holds up the others of its account.
    #[cfg(feature = "lanes")]
    #[must_use = "the ledger is returned, not changed in place"]
    pub fn with_lanes(self) -> Self {
        Self { lanes: Some(lane::Lanes::default()), ..self }
    }

    /// Where the journals are.
    pub fn store(&self) -> &S {
        &self.store
    }

    fn operation(&self, account: &AccountId, jobs: impl IntoIterator<Item = Job>) -> Operation {
        let operation = Operation::new(account.clone(), self.unit.clone(), jobs);
        self.under_plans(operation).with_attempts(self.attempts).with_seal(self.seal)
    }

    fn under_plans(&self, operation: Operation) -> Operation {
        match &self.plans {
            Some(plans) => operation.with_plans(plans.clone()),
            None => operation,
        }
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
